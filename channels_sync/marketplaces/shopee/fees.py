"""The lines of an escrow (sheet "get_escrow_detail", August 2026). Fees are told without a sign."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_sync.ports import FeeKind, FeeLine
from channels_sync.ports.reading import vnd
from oms.kernel import clock

Json = Mapping[str, Any]
K = FeeKind
PAGE = 100

ADJUSTED = "total_adjustment_amount"

# Every term of the escrow identity: its kind, and whether it adds to what we get or is taken.
FIELDS: dict[str, tuple[FeeKind, int]] = {
    "original_cost_of_goods_sold": (K.GOODS, 1),
    "cost_of_goods_sold": (K.GOODS, 1),
    "original_shopee_discount": (K.VOUCHER, -1),
    "shopee_discount": (K.VOUCHER, 1),
    "voucher_from_seller": (K.VOUCHER, -1),
    "seller_coin_cash_back": (K.VOUCHER, -1),
    "trade_in_bonus_by_seller": (K.VOUCHER, -1),
    "seller_return_refund": (K.REFUND, 1),
    "buyer_paid_shipping_fee": (K.SHIPPING_PAID, 1),
    "buyer_paid_packaging_fee": (K.SHIPPING_PAID, 1),
    "actual_shipping_fee": (K.SHIPPING, -1),
    "shopee_shipping_rebate": (K.SHIPPING, 1),
    "shipping_fee_discount_from_3pl": (K.SHIPPING, 1),
    "reverse_shipping_fee": (K.SHIPPING, -1),
    "rsf_seller_protection_fee_claim_amount": (K.SHIPPING, 1),
    "final_return_to_seller_shipping_fee": (K.SHIPPING, -1),
    "overseas_return_service_fee": (K.SHIPPING, -1),
    "commission_fee": (K.COMMISSION, -1),
    "service_fee": (K.SERVICE, -1),
    "campaign_fee": (K.SERVICE, -1),
    "seller_order_processing_fee": (K.SERVICE, -1),
    "shipping_seller_protection_fee_amount": (K.SERVICE, -1),
    "delivery_seller_protection_fee_premium_amount": (K.SERVICE, -1),
    "fbs_fee": (K.SERVICE, -1),
    "ads_escrow_top_up_fee_or_technical_support_fee": (K.SERVICE, -1),
    "seller_transaction_fee": (K.PAYMENT, -1),
    "order_ams_commission_fee": (K.AFFILIATE, -1),
    "escrow_tax": (K.TAX, -1),
    "final_escrow_product_gst": (K.TAX, -1),
    "sales_tax_on_lvg": (K.TAX, -1),
    "reverse_shipping_fee_sst": (K.TAX, -1),
    "shipping_fee_sst": (K.TAX, -1),
    "vat_on_imported_goods": (K.TAX, -1),
    "th_import_duty": (K.TAX, -1),
    "withholding_tax": (K.TAX, -1),
    "withholding_vat_tax": (K.TAX, -1),
    "withholding_pit_tax": (K.TAX, -1),
    "withholding_cit_tax": (K.TAX, -1),
    ADJUSTED: (K.OTHER, 1),
}
# Two names for the same amount: the first one that is told counts.
SAME = ("original_cost_of_goods_sold", "cost_of_goods_sold")


def fee_lines(released: Json, income: Json) -> list[FeeLine]:
    """The escrow's lines; what they leave of the amount paid out is a line of its own.

    The marketplace has no statements for shops of this market: the day of release is one.
    """
    number = str(released["order_sn"])
    moment = datetime.fromtimestamp(int(released["escrow_release_time"]), UTC)
    day = clock.today(moment)
    skipped = SAME[1] if income.get(SAME[0]) else SAME[0]

    def line(name: str, kind: FeeKind, amount: int) -> FeeLine:
        return FeeLine(
            f"{number}:{name}", number, kind, name, amount, day, day.isoformat(), is_paid=True
        )

    lines = [
        line(name, kind, sign * vnd(income[name]))
        for name, (kind, sign) in FIELDS.items()
        if name != skipped and income.get(name) and vnd(income[name])
    ]
    rest = vnd(released.get("payout_amount")) - sum(each.amount_vnd for each in lines)
    adjusted = vnd(income.get(ADJUSTED) or 0)
    if adjusted and rest == -adjusted:
        # Adjusted after the release: the wallet has a line of its own for it.
        return [each for each in lines if each.name != ADJUSTED]
    return [*lines, line("rest", K.OTHER, rest)] if rest else lines
