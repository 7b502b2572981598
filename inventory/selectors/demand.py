"""Demand by day from the ledger; days on which there was nothing to sell are unknown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oms.kernel.clock import day_bounds, today
from oms.kernel.sql import run

HISTORY_DAYS = 365
SHARE_DAYS = 91

# By variant through its own index: a filter by a long array is checked against every row found, and
# one by time would have the index of days read once for each variant.
_DAYS = """
SELECT v.id, m.day, m.net, m.sold
FROM unnest(%(variants)s::bigint[]) AS v (id)
CROSS JOIN LATERAL (
    SELECT (created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - %(first)s::date AS day,
        sum(quantity)::int AS net,
        coalesce(-sum(quantity) FILTER (WHERE kind = 'shipment'), 0)::int AS sold
    FROM inventory_stockmovement
    WHERE variant_id = v.id AND warehouse_id IN (
        SELECT id FROM inventory_warehouse WHERE kind NOT IN ('quarantine', 'transit')
    )
    GROUP BY 1 ORDER BY 1
) AS m
WHERE m.day >= 0
"""
_ON_HAND = """
SELECT l.variant_id, sum(l.on_hand)::int
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
WHERE l.variant_id = ANY(%(variants)s::bigint[]) AND w.kind NOT IN ('quarantine', 'transit')
GROUP BY 1
"""
_SHIPPED_BY_PLACE = """
SELECT v.id, m.warehouse_id, -sum(m.quantity)::int
FROM unnest(%(variants)s::bigint[]) AS v (id)
CROSS JOIN LATERAL (
    SELECT warehouse_id, quantity FROM inventory_stockmovement
    WHERE variant_id = v.id AND kind = 'shipment' AND created_at >= %(since)s::timestamptz
) AS m
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces shipped by day from `first` to yesterday; None on a day without stock or sale."""

    first: date
    days: Sequence[int | None]


def demand_of(
    variant_ids: Collection[int], *, day: date | None = None, history: int = HISTORY_DAYS
) -> dict[int, Demand]:
    """By variant, beginning with the first day it was there to be sold; two statements."""
    present = day or today()
    first = present - timedelta(days=history)
    params = {"variants": list(variant_ids), "first": first}
    on_hand = dict(run(_ON_HAND, {"variants": params["variants"]}))
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for variant, number, net, sold in run(_DAYS, params):
        rows.setdefault(variant, []).append((number, net, sold))
    found = {}
    for variant in variant_ids:
        moves = rows.get(variant, [])
        opening = on_hand.get(variant, 0) - sum(net for _day, net, _sold in moves)
        days = series_of(moves, opening, history)
        start = next((n for n, value in enumerate(days) if value is not None), history)
        found[variant] = Demand(first + timedelta(days=start), days[start:])
    return found


def series_of(moves: Sequence[tuple[int, int, int]], opening: int, length: int) -> list[int | None]:
    """Days of demand from (day, change of stock, pieces sold), oldest first.

    A day that begins and ends with an empty shelf and sold nothing says nothing about demand.
    """
    days: list[int | None] = [0] * length
    balance, at = opening, 0
    for number, net, sold in moves:
        if balance <= 0:
            days[at:number] = [None] * (min(number, length) - at)
        if number >= length:
            return days
        after = balance + net
        days[number] = None if balance <= 0 and after <= 0 and not sold else sold
        balance, at = after, number + 1
    if balance <= 0:
        days[at:] = [None] * (length - at)
    return days


def shipped_by_place(
    variant_ids: Collection[int], *, day: date | None = None
) -> dict[tuple[int, int], int]:
    """Pieces shipped in the last quarter by (variant, warehouse)."""
    since = day_bounds((day or today()) - timedelta(days=SHARE_DAYS))[0]
    rows = run(_SHIPPED_BY_PLACE, {"variants": list(variant_ids), "since": since})
    return {(row[0], row[1]): row[2] for row in rows}
