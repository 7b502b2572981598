"""Sharing an order's money between its parts, to the đồng: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from oms.kernel.money import allocate
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Share:
    """The money of one part; each column of all parts sums to the order's own."""

    goods_vnd: int
    discount_vnd: int
    shipping_fee_buyer_vnd: int
    total_vnd: int
    paid_vnd: int
    cod_vnd: int


def share_money(order: Order, goods: Sequence[int]) -> list[Share]:
    """One share for each part, whose goods sum to the order's.

    The fee follows the goods, the discount what it is taken from, what was paid the totals: so
    that no part is worth less than nothing or paid beyond its total.
    """
    fees = allocate(order.shipping_fee_buyer_vnd, goods)
    gross = [part + fee for part, fee in zip(goods, fees, strict=True)]
    discounts = allocate(order.discount_vnd, gross)
    totals = [part - less for part, less in zip(gross, discounts, strict=True)]
    paid = allocate(order.paid_vnd, totals)
    owed = [total - part for total, part in zip(totals, paid, strict=True)]
    collected = allocate(order.cod_vnd, owed if order.cod_vnd <= sum(owed) else totals)
    return [
        Share(*row) for row in zip(goods, discounts, fees, totals, paid, collected, strict=True)
    ]
