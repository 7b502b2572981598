"""Statements with what is matched in them, and orders whose money is not here yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from channels_sync.models import OrderFee, RemoteOrder, Settlement, SyncProblem
from channels_sync.ports import RemoteState
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.selectors.sight import in_sight, seen_orders
from oms.kernel.clock import now
from oms.kernel.sql import run

# Marketplaces release money within days of the buyer's receipt; after this somebody should ask.
LATE_AFTER = timedelta(days=14)
OVER = (RemoteState.DELIVERED, RemoteState.COMPLETED)
_MATCHED = """
SELECT s.id, coalesce(sum(f.amount_vnd), 0)::bigint, count(DISTINCT f.order_id),
    count(DISTINCT f.remote_id) FILTER (WHERE f.order_id IS NULL AND f.remote_id <> ''),
    coalesce(sum(f.amount_vnd) FILTER (WHERE f.order_id IS NULL AND f.remote_id <> ''), 0)::bigint,
    coalesce(sum(f.amount_vnd) FILTER (WHERE f.order_id IS NULL AND f.remote_id = ''), 0)::bigint
FROM channels_sync_settlement s
LEFT JOIN channels_sync_orderfee f ON f.shop_id = s.shop_id AND f.statement = s.number
WHERE s.id = ANY(%(ids)s::bigint[]) GROUP BY s.id
"""


@dataclass(frozen=True, slots=True)
class Matching:
    """What the lines of a statement come to, and how much of it has an order of ours."""

    settlement: Settlement
    lines_vnd: int
    orders: int
    missing: int
    missing_vnd: int
    # Lines that belong to no order: penalties, advertising, compensation.
    adjustments_vnd: int

    @property
    def orders_vnd(self) -> int:
        return self.lines_vnd - self.adjustments_vnd

    @property
    def difference_vnd(self) -> int | None:
        """Lines less what the statement says; None while it says nothing."""
        told = self.settlement.told_vnd
        return None if told is None else self.lines_vnd - told

    @property
    def tone(self) -> str:
        if self.difference_vnd:
            return "red"
        return "amber" if self.missing else "green"


def settlements_visible_to(user: Any) -> QuerySet[Settlement]:
    return Settlement.objects.filter(shop__in=shops_visible_to(user)).select_related("shop")


def matchings(rows: Sequence[Settlement]) -> list[Matching]:
    """One statement for any number of rows."""
    sums = {pk: rest for pk, *rest in run(_MATCHED, {"ids": [row.pk for row in rows]})}
    return [Matching(row, *sums.get(row.pk, (0, 0, 0, 0, 0))) for row in rows]


def lines_of(settlement: Settlement, show: str = "") -> QuerySet[OrderFee]:
    """All of them, or those of one chip: "missing" orders, "adjustments" of no order."""
    rows = OrderFee.objects.filter(shop=settlement.shop_id, statement=settlement.number)
    rows = rows.select_related("order")
    if show == "missing":
        return rows.filter(order=None).exclude(remote_id="")
    return rows.filter(order=None, remote_id="") if show == "adjustments" else rows


def payout_problems(user: Any) -> QuerySet[SyncProblem]:
    """Orders that brought in another amount than expected, and nobody agreed yet."""
    return SyncProblem.objects.filter(
        shop__in=shops_visible_to(user),
        kind=SyncProblem.Kind.PAYOUT_DIFFERS,
        resolved_at__isnull=True,
    ).select_related("shop")


def add_orders(problems: Sequence[Any], user: Any) -> None:
    """The order of each problem, where the user may see it; two statements."""
    rows = RemoteOrder.objects.filter(
        shop__in={row.shop_id for row in problems},
        remote_id__in={row.remote_id for row in problems},
        order__isnull=False,
    ).select_related("order")
    seen = seen_orders(user, [row.order_id for row in rows])
    orders = {(r.shop_id, r.remote_id): r.order for r in rows if r.order_id in seen}
    for problem in problems:
        problem.order = orders.get((problem.shop_id, problem.remote_id))


def unsettled(user: Any) -> QuerySet[RemoteOrder]:
    """Orders that are over for weeks and of which no statement has spoken."""
    lines = OrderFee.objects.filter(order=OuterRef("order_id"))
    return RemoteOrder.objects.filter(
        in_sight(user),
        ~Exists(lines),
        shop__in=shops_visible_to(user),
        order__isnull=False,
        state__in=OVER,
        remote_updated_at__lt=now() - LATE_AFTER,
    ).select_related("shop", "order")
