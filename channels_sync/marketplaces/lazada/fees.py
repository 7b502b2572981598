"""Lines of Lazada's finance transactions (page "QueryTransactionDetails", April 2026).

Names of accounts differ by market and no list of them is public: a name is known by its words, and
one that is not stays what it is, as "other", until somebody says what it is.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from channels_sync.ports import FeeKind, FeeLine, SettlementFact
from channels_sync.ports.reading import vnd

Json = Mapping[str, Any]
K = FeeKind
PAGE = 500

# Words of an account's name, in lower case; the first that is found decides.
WORDS: tuple[tuple[str, FeeKind], ...] = (
    ("reversal", K.REFUND),
    ("refund", K.REFUND),
    ("item price", K.GOODS),
    ("paid by customer", K.SHIPPING_PAID),
    ("free shipping max", K.SERVICE),
    ("commission", K.COMMISSION),
    ("payment fee", K.PAYMENT),
    ("affiliate", K.AFFILIATE),
    ("voucher", K.VOUCHER),
    ("flexi-combo", K.VOUCHER),
    ("lazcoins", K.VOUCHER),
    ("withheld", K.TAX),
    ("withholding", K.TAX),
    ("shipping", K.SHIPPING),
    ("marketing", K.SERVICE),
    ("service", K.SERVICE),
    ("sponsored", K.SERVICE),
    ("lost", K.OTHER),
    ("damaged", K.OTHER),
)
PAID = "yes"


def kind_of(name: str) -> FeeKind | None:
    """The kind of an account by its name; None when no word of it is known."""
    said = name.lower()
    return next((kind for word, kind in WORDS if word in said), None)


def fee_line(row: Json) -> FeeLine:
    parts = (row.get("transaction_number"), row.get("fee_type"), row.get("orderItem_no"))
    name = str(row.get("fee_name") or row.get("fee_type") or "")
    kind = kind_of(name)
    return FeeLine(
        key=":".join(str(part or "") for part in parts)[:160],
        remote_id=str(row.get("order_no") or ""),
        kind=kind or K.OTHER,
        name=name[:200],
        amount_vnd=_amount(row.get("amount")),
        happened_on=date.fromisoformat(str(row["transaction_date"])[:10]),
        statement=str(row.get("statement") or "")[:80],
        is_paid=str(row.get("paid_status") or "").lower() == PAID,
        is_adjustment=not row.get("order_no"),
        word="" if kind else name[:120],
    )


# The parts of a statement that are lines of orders; the rest is carried over or held back.
PARTS = (
    *("item_revenue", "other_revenue_total", "shipment_fee_credit", "shipment_fee"),
    *("fees_total", "refunds", "fees_on_refunds_total"),
)


def settlement(row: Json) -> SettlementFact:
    """A statement (page "GetPayoutStatus"); `payout` is text with its currency behind it."""
    day = date.fromisoformat(str(row["created_at"])[:10])
    payout = str(row.get("payout") or "").split(" ")[0]
    return SettlementFact(
        number=str(row["statement_number"])[:80],
        first_day=day,
        last_day=day,
        lines_vnd=sum(_amount(row.get(name)) for name in PARTS),
        payout_vnd=_amount(payout) if payout else None,
        is_paid=str(row.get("paid")) == "1",
    )


def _amount(text: Any) -> int:
    return vnd(str(text or "0").replace(",", ""))
