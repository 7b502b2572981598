"""Lines of TikTok Shop's statements (finance pages, 2026).

A transaction is what one order brought on one day, broken down into amounts. Whether costs carry
a sign is not documented: the transaction's own sum decides, and what no reading explains is a line
of its own, so that the lines of a transaction always add up to its settlement.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from channels_sync.marketplaces.tiktok_shop.mapping import needed_moment
from channels_sync.ports import FeeKind, FeeLine, SettlementFact
from channels_sync.ports.reading import told_vnd
from oms.kernel import clock

Json = Mapping[str, Any]
K = FeeKind
STATEMENT_PAGE, PAGE = 100, 100
PAID = "PAID"

# Words of an amount's name; the first that is found decides.
FEE_WORDS: tuple[tuple[str, FeeKind], ...] = (
    ("affiliate", K.AFFILIATE),
    ("tsp_commission", K.AFFILIATE),
    ("commission", K.COMMISSION),
    ("referral_fee", K.COMMISSION),
    ("transaction_fee", K.PAYMENT),
    ("handling_fee", K.PAYMENT),
    ("refund", K.REFUND),
    ("fee", K.SERVICE),
    ("service", K.SERVICE),
    ("creator_bonus", K.AFFILIATE),
)
REVENUE_WORDS: tuple[tuple[str, FeeKind], ...] = (
    ("refund", K.REFUND),
    ("discount_amount", K.VOUCHER),
    ("cod_service_fee", K.PAYMENT),
    ("subtotal", K.GOODS),
    ("distant_item_fee", K.SHIPPING_PAID),
)
ADJUSTMENT_WORDS: tuple[tuple[str, FeeKind], ...] = (
    ("shipping", K.SHIPPING),
    ("logistics", K.SHIPPING),
    ("commission", K.COMMISSION),
    ("charge_back", K.REFUND),
    ("_ads", K.SERVICE),
    ("penalty", K.OTHER),
    ("compensation", K.OTHER),
    ("reimbursement", K.OTHER),
    ("rebate", K.OTHER),
    ("promotion", K.OTHER),
    ("deductions_incurred_by_seller", K.OTHER),
)
# Whatever the group holds is about delivery, and so it is with taxes.
SHIPPING_WORDS = (("customer_paid_shipping_fee", K.SHIPPING_PAID), ("", K.SHIPPING))
EVERY_TAX = (("", K.TAX),)
# Goods before discounts are no discount although their name has the word.
GOODS = "subtotal_before_discount_amount"
# Told beside the amount that already holds it.
WITHIN_ANOTHER = "_before_pit"


@dataclass(frozen=True)
class Statement:
    """One day's statement, as it travels in a cursor."""

    number: str
    seconds: int
    is_paid: bool

    @property
    def day(self) -> date:
        return clock.today(needed_moment(self.seconds))


@dataclass(frozen=True)
class Place:
    """Where reading goes on: statements still to be read, a page of the first, and what follows."""

    left: tuple[Statement, ...] = ()
    page: str = ""
    following: str | None = ""

    @classmethod
    def of(cls, cursor: str) -> "Place":
        if not cursor:
            return cls()
        told = json.loads(cursor)
        left = tuple(Statement(*row) for row in told["left"])
        return cls(left, told["page"], told["following"])

    def cursor(self) -> str | None:
        """None when everything was read."""
        if not self.left and self.following is None:
            return None
        rows = [[each.number, each.seconds, each.is_paid] for each in self.left]
        return json.dumps({"left": rows, "page": self.page, "following": self.following})


def statement(row: Json) -> Statement:
    return Statement(
        str(row["id"]), int(row["statement_time"]), str(row.get("payment_status")) == PAID
    )


def settlement(row: Json) -> SettlementFact:
    """A statement is one day's; what it settles is what is paid for it."""
    found, amount = statement(row), told_vnd(row.get("settlement_amount"))
    return SettlementFact(
        number=found.number[:80],
        first_day=found.day,
        last_day=found.day,
        lines_vnd=amount,
        payout_vnd=amount,
        is_paid=found.is_paid,
    )


def fee_lines(found: Statement, row: Json) -> Iterator[FeeLine]:
    """The lines of one transaction; they add up to its settlement."""
    order = row.get("order_id") or row.get("adjustment_order_id") or row.get("associated_order_id")
    number, told = str(row["id"]), list(_amounts(row))
    # A row of an adjustment may leave the settlement at nothing.
    settled = told_vnd(row.get("settlement_amount")) or told_vnd(row.get("adjustment_amount"))
    rest = settled - sum(each.amount_vnd for each in told)
    for name, kind, amount, is_known in [*told, Amount("rest", K.OTHER, rest)]:
        if amount:
            yield FeeLine(
                key=f"{found.number}:{number}:{name}"[:160],
                remote_id=str(order or ""),
                kind=kind,
                name=name[:200],
                amount_vnd=amount,
                happened_on=found.day,
                statement=found.number[:80],
                is_paid=found.is_paid,
                is_adjustment=bool(row.get("adjustment_id")),
                word="" if is_known else name[:120],
            )


class Amount(NamedTuple):
    """Signed; a name that no document explains is taken for what its group is."""

    name: str
    kind: FeeKind
    amount_vnd: int
    is_known: bool = True


def _amounts(row: Json) -> Iterator[Amount]:
    """Everything in a transaction."""
    sign = cost_sign(row)
    taxes = row.get("fee_tax_breakdown") or {}
    yield from _group(row.get("revenue_breakdown"), REVENUE_WORDS, K.OTHER, 1)
    yield from _group(row.get("shipping_cost_breakdown"), SHIPPING_WORDS, K.SHIPPING, sign)
    yield from _group(taxes.get("fee"), FEE_WORDS, K.SERVICE, sign)
    yield from _group(taxes.get("tax"), EVERY_TAX, K.TAX, sign)
    adjustment = told_vnd(row.get("adjustment_amount"))
    if adjustment:
        name = str(row.get("type") or "adjustment")
        kind = kind_of(name.lower(), ADJUSTMENT_WORDS)
        yield Amount(name, kind or K.OTHER, adjustment, kind is not None)


def _group(
    told: Json | None, words: tuple[tuple[str, FeeKind], ...], default: FeeKind, sign: int
) -> Iterator[Amount]:
    """The plain amounts of a breakdown; an inner object explains some of them once more."""
    for name, value in (told or {}).items():
        if isinstance(value, Mapping) or name.endswith(WITHIN_ANOTHER):
            continue
        kind = K.GOODS if name == GOODS else kind_of(name, words)
        yield Amount(name, kind or default, sign * told_vnd(value), kind is not None)


def kind_of(name: str, words: tuple[tuple[str, FeeKind], ...]) -> FeeKind | None:
    """What an amount is about, by its name; None when no word of it is known."""
    return next((kind for word, kind in words if word in name), None)


def cost_sign(row: Json) -> int:
    """1 when costs carry their sign, -1 when they are to be taken off revenue."""
    revenue, settled = told_vnd(row.get("revenue_amount")), told_vnd(row.get("settlement_amount"))
    costs = told_vnd(row.get("shipping_cost_amount")) + told_vnd(row.get("fee_tax_amount"))
    adjusted = told_vnd(row.get("adjustment_amount"))
    added = {revenue + costs, revenue + costs + adjusted}
    taken_off = {revenue - costs, revenue - costs + adjusted, revenue - costs - adjusted}
    return -1 if settled in taken_off and settled not in added else 1
