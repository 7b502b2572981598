"""What a marketplace will take of a sale, from dated fee rates; no input or output."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oms.kernel.money import round_half_up


@dataclass(frozen=True, slots=True)
class Rate:
    """A fee from a day on; `shop_id` empty means every shop of the marketplace."""

    marketplace: str
    shop_id: int | None
    kind: str
    name: str
    label: str
    on_paid: bool
    percent: Decimal
    fixed_vnd: int
    cap_vnd: int | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class Sold:
    """What the fees of an order are counted on. `goods_vnd` is after the seller's own discount."""

    marketplace: str
    shop_id: int
    day: date
    goods_vnd: int
    shipping_vnd: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A fee that will be taken; the amount is not negative."""

    kind: str
    label: str
    amount_vnd: int


def expected_fees(sold: Sold, rates: Iterable[Rate]) -> list[Expected] | None:
    """Fees of the day it was sold; None when nobody knows any rate for it."""
    valid = rates_of(sold, rates)
    if not valid:
        return None
    fees = [Expected(rate.kind, rate.label, _amount(sold, rate)) for rate in valid]
    return [fee for fee in fees if fee.amount_vnd]


def rates_of(sold: Sold, rates: Iterable[Rate]) -> Sequence[Rate]:
    """For each fee the newest rate that has begun; a row of the shop before the marketplace's."""
    chosen: dict[tuple[str, str], Rate] = {}
    for rate in rates:
        if rate.marketplace != sold.marketplace or rate.valid_from > sold.day:
            continue
        if rate.shop_id not in (None, sold.shop_id):
            continue
        key = rate.kind, rate.name
        if key not in chosen or _rank(rate) > _rank(chosen[key]):
            chosen[key] = rate
    return [chosen[key] for key in sorted(chosen)]


def _rank(rate: Rate) -> tuple[bool, date]:
    return rate.shop_id is not None, rate.valid_from


def _amount(sold: Sold, rate: Rate) -> int:
    """Rounded once; a fee has no part of nothing sold."""
    base = sold.goods_vnd + (sold.shipping_vnd if rate.on_paid else 0)
    part = round_half_up(Decimal(max(base, 0)) * rate.percent / 100)
    capped = part if rate.cap_vnd is None else min(part, rate.cap_vnd)
    return capped + rate.fixed_vnd
