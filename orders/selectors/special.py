"""Gift, VIP and replacement orders, counted apart from the others."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from orders.models import Order
from orders.models.order import FLAG_CODES
from orders.selectors.lists import NOT_LIVE, orders_visible_to
from orders.selectors.periods import period_bounds


@dataclass(frozen=True, slots=True)
class SpecialRow:
    """What orders with one flag were in a period; drafts and cancelled ones are left out."""

    flag: str
    code: str
    label: str
    orders: int
    pieces: int
    total_vnd: int


def special_orders(user: Any, period: str) -> list[SpecialRow]:
    """One row for each flag, by when the orders were placed; one statement."""
    start, end = period_bounds(period)
    rows = orders_visible_to(user).exclude(status__in=NOT_LIVE).exclude(flags=[])
    if start:
        rows = rows.filter(placed_at__gte=start)
    if end:
        rows = rows.filter(placed_at__lt=end)
    sums: dict[str, Any] = {}
    for flag in Order.Flag.values:
        has = Q(flags__contains=[flag])
        sums |= {
            f"{flag}_orders": Count("pk", filter=has),
            f"{flag}_pieces": Sum("pieces", filter=has),
            f"{flag}_total": Sum("total_vnd", filter=has),
        }
    found = rows.order_by().aggregate(**sums)
    return [
        SpecialRow(
            flag.value,
            FLAG_CODES[flag.value],
            str(flag.label),
            found[f"{flag.value}_orders"],
            found[f"{flag.value}_pieces"] or 0,
            found[f"{flag.value}_total"] or 0,
        )
        for flag in Order.Flag
    ]
