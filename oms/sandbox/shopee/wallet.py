"""The wallet's movements that are no order's escrow: their types, and making one."""

from oms.sandbox.core import ControlError
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.memory import Memory

ADDED, TAKEN = "ESCROW_VERIFIED_ADD", "ESCROW_VERIFIED_MINUS"
# Number: name, as the guide lists them.
TYPES = {
    "101": ADDED, "102": TAKEN, "201": "WITHDRAWAL_CREATED", "202": "WITHDRAWAL_COMPLETED",
    "203": "WITHDRAWAL_CANCELLED", "301": "REFUND_VERIFIED_ADD", "302": "AUTO_REFUND_ADD",
    "401": "ADJUSTMENT_ADD", "402": "ADJUSTMENT_MINUS", "404": "FBS_ADJUSTMENT_ADD",
    "405": "FBS_ADJUSTMENT_MINUS", "406": "ADJUSTMENT_CENTER_ADD",
    "407": "ADJUSTMENT_CENTER_DEDUCT", "408": "FSF_COST_PASSING_DEDUCT",
    "411": "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", "412": "AFFILIATE_COMMISSION_FEE_ADD",
    "415": "SELLER_COMPENSATE_ADD", "450": "PAID_ADS_CHARGE", "451": "PAID_ADS_REFUND",
    "452": "FAST_ESCROW_DISBURSE", "455": "AFFILIATE_ADS_SELLER_FEE",
    "456": "AFFILIATE_ADS_SELLER_FEE_REFUND", "458": "FAST_ESCROW_DEDUCT",
    "459": "FAST_ESCROW_DISBURSE_REMAIN", "460": "AFFILIATE_FEE_DEDUCT",
    "501": "SHOPEE_WALLET_PAY", "801": "SPM_DEDUCT_DIRECT", "802": "SPM_DISBURSE_ADD",
}  # fmt: skip


def move_money(memory: Memory, shop_id: int, body: Document) -> str:
    """Something goes into or out of the wallet: {amount, type, reason, order_sn}; its number.

    A type of the future is taken too: connectors must live with it.
    """
    if memory.shop(shop_id) is None:
        raise ControlError(f"no shop {shop_id}")
    amount = int(body["amount"])
    kind = str(body.get("type") or ("ADJUSTMENT_ADD" if amount >= 0 else "ADJUSTMENT_MINUS"))
    number = str(memory.db.next("wallet"))
    told = {
        "transaction_type": kind,
        "amount": amount,
        "create_time": memory.now(),
        "order_sn": str(body.get("order_sn", "")),
        "reason": str(body.get("reason", "")),
        "transaction_tab_type": "wallet_adjustment_filter",
    }
    memory.db.put("wallet", number, {"number": number, "shop_id": shop_id, "told": told})
    return number
