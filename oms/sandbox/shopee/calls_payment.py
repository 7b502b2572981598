"""What an order brings in after fees and withheld taxes."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import share
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import DAY_S
from oms.sandbox.shopee.order_view import buyer_total, goods_total
from oms.sandbox.shopee.refusals import Refusal, bad_parameter
from oms.sandbox.shopee.returning import refunded
from oms.sandbox.shopee.wallet import ADDED, TAKEN, TYPES

CARRIER_FEE, HANDLING_FEE = 22_000, 3_000
ZERO = (
    "voucher_from_seller", "voucher_from_shopee", "voucher_from_external_party", "coins",
    "payment_promotion", "buyer_transaction_fee", "cross_border_tax", "seller_lost_compensation",
    "seller_coin_cash_back", "escrow_tax", "shipping_fee_sst", "shipping_fee_discount_from_3pl",
    "seller_shipping_discount", "drc_adjustable_refund", "original_shopee_discount",
    "shopee_discount", "seller_return_refund", "reverse_shipping_fee", "reverse_shipping_fee_sst",
    "campaign_fee", "rsf_seller_protection_fee_claim_amount",
    "shipping_seller_protection_fee_amount", "final_escrow_product_gst",
    "final_escrow_shipping_gst", "delivery_seller_protection_fee_premium_amount",
    "total_adjustment_amount", "order_ams_commission_fee", "sales_tax_on_lvg",
    "final_return_to_seller_shipping_fee", "withholding_tax", "overseas_return_service_fee",
    "vat_on_imported_goods", "withholding_cit_tax", "buyer_paid_packaging_fee",
    "trade_in_bonus_by_seller", "fbs_fee", "ads_escrow_top_up_fee_or_technical_support_fee",
    "th_import_duty", "final_product_protection",
)  # fmt: skip


def income(order: Document, refund: int = 0) -> dict[str, Any]:
    """The figures of one order; they add up by the platform's own identity."""
    goods, shipping = goods_total(order), int(order["shipping_fee"])
    listed = sum(line["original_price"] * line["quantity"] for line in order["lines"])
    commission, service = share(goods, 400), share(goods, 600)
    transaction = share(goods + shipping, 491)
    vat, pit = share(goods, 100), share(goods, 50)
    rebate = max(CARRIER_FEE - shipping, 0)
    amount = goods + shipping - CARRIER_FEE + rebate
    amount -= commission + service + transaction + vat + pit + HANDLING_FEE + refund
    figures: dict[str, Any] = dict.fromkeys(ZERO, 0)
    figures.update(
        escrow_amount=amount,
        escrow_amount_after_adjustment=amount,
        buyer_total_amount=buyer_total(order),
        order_original_price=listed,
        original_price=listed,
        order_discounted_price=goods,
        order_selling_price=goods,
        order_seller_discount=listed - goods,
        seller_discount=listed - goods,
        cost_of_goods_sold=goods,
        original_cost_of_goods_sold=goods,
        buyer_paid_shipping_fee=shipping,
        actual_shipping_fee=CARRIER_FEE,
        estimated_shipping_fee=CARRIER_FEE,
        final_shipping_fee=shipping + rebate - CARRIER_FEE,
        shopee_shipping_rebate=rebate,
        commission_fee=commission,
        service_fee=service,
        seller_transaction_fee=transaction,
        seller_order_processing_fee=HANDLING_FEE,
        withholding_vat_tax=vat,
        withholding_pit_tax=pit,
        seller_return_refund=-refund,
        seller_voucher_code=[],
        order_adjustment=[],
        buyer_payment_method=order["payment_method"],
        items=[_income_line(order, at) for at in range(len(order["lines"]))],
    )
    return figures


def _income_line(order: Document, at: int) -> dict[str, Any]:
    line = order["lines"][at]
    quantity = line["quantity"]
    names = ("item_id", "item_name", "item_sku", "model_id", "model_name", "model_sku")
    return {
        **{name: line[name] for name in names},
        "line_item_id": order["number"] * 100 + at + 1,
        "original_price": line["original_price"] * quantity,
        "selling_price": line["price"] * quantity,
        "discounted_price": line["price"] * quantity,
        "seller_discount": (line["original_price"] - line["price"]) * quantity,
        "shopee_discount": 0,
        "discount_from_coin": 0,
        "discount_from_voucher_shopee": 0,
        "discount_from_voucher_seller": 0,
        "activity_type": "",
        "activity_id": 0,
        "is_main_item": False,
        "quantity_purchased": quantity,
        "is_b2c_shop_item": False,
        "ams_commission_fee": 0,
        "promotion_list": [],
    }


def get_escrow_detail(call: Call) -> Reply:
    """Any time after payment; an unpaid order has none."""
    order = call.order(call.query.text("order_sn"), "order_not_found")
    if order["status"] == "UNPAID":
        raise Refusal("order_not_found", "The order is not paid.")
    return wrapped(
        {
            "order_sn": order["order_sn"],
            "buyer_user_name": order["buyer"]["username"],
            "return_order_sn_list": [],
            "order_income": income(order, refunded(call.memory, order)),
            "buyer_payment_info": {
                "buyer_payment_method": order["payment_method"],
                "buyer_total_amount": buyer_total(order),
                "merchant_subtotal": goods_total(order),
                "shipping_fee": int(order["shipping_fee"]),
                "seller_voucher": 0,
                "shopee_voucher": 0,
                "shopee_coins_redeemed": 0,
            },
        }
    )


def get_escrow_list(call: Call) -> Reply:
    """Orders whose money was released in a time range."""
    query = call.query
    start, end = query.integer("release_time_from"), query.integer("release_time_to")
    size = query.integer("page_size", 40, low=1, high=100)
    page = query.integer("page_no", 1, low=1)
    found = [
        order
        for order in call.memory.db.find("orders", shop_id=call.shop_id, status="COMPLETED")
        if start <= order["update_time"] <= end
    ]
    shown = found[(page - 1) * size : page * size]
    rows = [
        {
            "order_sn": order["order_sn"],
            "payout_amount": _paid(call, order),
            "escrow_release_time": order["update_time"],
        }
        for order in shown
    ]
    return wrapped({"escrow_list": rows, "more": len(found) > page * size})


def _paid(call: Call, order: Document) -> int:
    figures = income(order, refunded(call.memory, order))
    return int(figures["escrow_amount_after_adjustment"])


SILENT: dict[str, Any] = {
    "status": "COMPLETED",
    **dict.fromkeys(("order_sn", "refund_sn", "withdrawal_type", "description", "buyer_name"), ""),
    **dict.fromkeys(("shop_name", "reason", "transaction_tab_type"), ""),
    **dict.fromkeys(("transaction_fee", "withdrawal_id", "root_withdrawal_id"), 0),
    "pay_order_list": [],
}
LONGEST_WALLET_S = 15 * DAY_S
MONEY_FLOWS = ("", "MONEY_IN", "MONEY_OUT")


def get_wallet_transaction_list(call: Call) -> Reply:
    """What came into and went out of the shop's wallet; pages count from 0."""
    query = call.query
    page, size = query.integer("page_no"), query.integer("page_size", low=1, high=100)
    start = query.integer("create_time_from", 0)
    end = query.integer("create_time_to", call.memory.now())
    if end < start:
        raise Refusal("time_invalid", "create_time_from must be earlier than create_time_to.")
    if start and end - start > LONGEST_WALLET_S:
        raise Refusal("time_period_too_large", "The time period must be within 15 days.")
    flow, kind = query.text("money_flow", ""), query.text("transaction_type", "")
    if flow not in MONEY_FLOWS or kind not in ("", *TYPES, *TYPES.values()):
        raise bad_parameter("Wrong parameters, detail: money_flow or transaction_type is invalid.")
    wanted = TYPES.get(kind, kind)
    rows = [
        row
        for row in _transactions(call, start, end)
        if flow in ("", row["money_flow"]) and wanted in ("", row["transaction_type"])
    ]
    shown = rows[page * size : (page + 1) * size]
    return wrapped({"transaction_list": shown, "more": len(rows) > (page + 1) * size})


def _transactions(call: Call, start: int, end: int) -> list[dict[str, Any]]:
    """Movements in the order in which they happened, each with the balance after it."""
    moves = [
        {
            "transaction_type": ADDED if _paid(call, order) >= 0 else TAKEN,
            "amount": _paid(call, order),
            "create_time": order["update_time"],
            "order_sn": order["order_sn"],
            "buyer_name": order["buyer"]["username"],
            "transaction_tab_type": "wallet_order_income",
        }
        for order in call.memory.db.find("orders", shop_id=call.shop_id, status="COMPLETED")
    ]
    moves += [row["told"] for row in call.memory.db.find("wallet", shop_id=call.shop_id)]
    balance, rows = 0, []
    for move in sorted(moves, key=lambda row: int(row["create_time"])):
        balance += move["amount"]
        if start <= move["create_time"] <= end:
            flow = "MONEY_IN" if move["amount"] >= 0 else "MONEY_OUT"
            rows.append({**SILENT, **move, "current_balance": balance, "money_flow": flow})
    return rows


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/payment/get_escrow_detail", SHOP, get_escrow_detail),
    ("GET", "/api/v2/payment/get_escrow_list", SHOP, get_escrow_list),
    ("GET", "/api/v2/payment/get_wallet_transaction_list", SHOP, get_wallet_transaction_list),
]
