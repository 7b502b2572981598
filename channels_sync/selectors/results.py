"""What a shop earned in a month: its orders, and what belongs to none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oms.kernel.clock import day_bounds
from oms.kernel.sql import run

_EARNED = """
SELECT s.id, s.name, s.marketplace, coalesce(o.orders, 0), coalesce(o.estimated, 0),
    coalesce(o.profit, 0)::bigint, coalesce(a.amount, 0)::bigint
FROM channels_sync_shop s
LEFT JOIN (
    SELECT r.shop_id, count(*) AS orders, sum(p.profit_vnd) AS profit,
        count(*) FILTER (WHERE p.fees_state <> 'settled') AS estimated
    FROM orders_order o JOIN channels_sync_remoteorder r ON r.order_id = o.id
    JOIN orders_orderprofit p ON p.order_id = o.id
    WHERE o.shop_ref = ANY(%(shops)s::bigint[])
        AND o.placed_at >= %(since)s::timestamptz AND o.placed_at < %(until)s::timestamptz
    GROUP BY r.shop_id
) AS o ON o.shop_id = s.id
LEFT JOIN (
    SELECT f.shop_id, sum(f.amount_vnd) AS amount FROM channels_sync_orderfee f
    WHERE f.shop_id = ANY(%(shops)s::bigint[]) AND f.remote_id = '' AND f.order_id IS NULL
        AND f.happened_on >= %(first)s::date AND f.happened_on <= %(last)s::date
        AND f.kind <> 'moved'
    GROUP BY f.shop_id
) AS a ON a.shop_id = s.id
WHERE s.id = ANY(%(shops)s::bigint[]) ORDER BY s.name, s.id
"""


@dataclass(frozen=True, slots=True)
class ShopResult:
    """`estimated`: orders whose fees no statement has told yet."""

    shop_id: int
    name: str
    marketplace: str
    orders: int
    estimated: int
    profit_vnd: int
    adjustments_vnd: int

    @property
    def result_vnd(self) -> int:
        return self.profit_vnd + self.adjustments_vnd


def shop_results(shop_ids: Sequence[int], *, first: date, last: date) -> list[ShopResult]:
    """Orders placed in these days and adjustments dated in them; one statement for all shops.

    An adjustment that names an order is in the profit of that order, and not here again.
    """
    known = {"shops": list(shop_ids), "first": first, "last": last}
    bounds = {"since": day_bounds(first)[0], "until": day_bounds(last)[1]}
    return [ShopResult(*row) for row in run(_EARNED, {**known, **bounds})]


def month_of(text: str, *, now: date) -> date:
    """The first day of a month written 2026-11; of this one when it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return now.replace(day=1)


def last_day(first: date) -> date:
    return next_month(first) - timedelta(days=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
