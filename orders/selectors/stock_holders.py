"""Who holds the goods that an order did not get, named as far as the user may know them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inventory.services.stock_refusals import InsufficientStock
from oms.kernel.errors import DomainError
from oms.kernel.sql import run

SHOWN = 5


@dataclass(frozen=True, slots=True)
class HoldingOrder:
    order_id: int
    number: str
    status: str
    units: int
    since: datetime


@dataclass(slots=True)
class HeldGoods:
    """One variant with those that have held it longest; all others only as counts.

    `hidden` orders are outside the user's shops and warehouses.
    """

    sku: str
    orders: list[HoldingOrder] = field(default_factory=list)
    more_orders: int = 0
    more_units: int = 0
    hidden_orders: int = 0
    hidden_units: int = 0


_HOLDERS = """
WITH held AS (
    SELECT a.variant_id, l.order_id, sum(a.quantity)::int AS units, min(a.created_at) AS since
    FROM inventory_allocation a JOIN orders_orderline l ON l.id = a.holder_id
    WHERE a.status = 'open' AND a.holder_kind = 'order_line'
        AND a.variant_id = ANY(%(variants)s::bigint[])
    GROUP BY a.variant_id, l.order_id
), told AS (
    SELECT h.*, o.number, o.status,
        (%(shops)s::bigint[] IS NULL OR o.shop_ref IS NULL
            OR o.shop_ref = ANY(%(shops)s::bigint[]))
        AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id IS NULL
            OR o.warehouse_id = ANY(%(warehouses)s::bigint[])) AS is_seen
    FROM held h JOIN orders_order o ON o.id = h.order_id
    WHERE h.order_id <> %(without)s
), ranked AS (
    SELECT *, row_number() OVER each_by_age AS place,
        count(*) OVER each AS orders_all, sum(units) OVER each AS units_all
    FROM told
    WINDOW each AS (PARTITION BY variant_id, is_seen),
        each_by_age AS (PARTITION BY variant_id, is_seen ORDER BY since, order_id)
)
SELECT v.id, v.sku, r.is_seen, r.order_id, r.number, r.status, r.units, r.since,
    r.orders_all::int, r.units_all::int
FROM ranked r JOIN inventory_variant v ON v.id = r.variant_id
WHERE r.place <= %(shown)s AND (r.is_seen OR r.place = 1)
ORDER BY v.sku, r.is_seen DESC, r.place
"""


def who_holds(variant_ids: Collection[int], user: Any, *, without: int = 0) -> list[HeldGoods]:
    """The orders that hold these goods, by SKU; one statement. `without` is the asking order."""
    if not variant_ids:
        return []
    shops, warehouses = user.shop_scope(), user.warehouse_scope()
    rows = run(
        _HOLDERS,
        {
            "variants": sorted(set(variant_ids)),
            "shops": None if shops is None else sorted(shops),
            "warehouses": None if warehouses is None else sorted(warehouses),
            "without": without,
            "shown": SHOWN,
        },
    )
    goods: dict[int, HeldGoods] = {}
    for variant, sku, is_seen, order_id, number, status, units, since, orders, pieces in rows:
        held = goods.setdefault(variant, HeldGoods(sku))
        if not is_seen:
            held.hidden_orders, held.hidden_units = orders, pieces
            continue
        held.orders.append(HoldingOrder(order_id, number, status, units, since))
        held.more_orders = orders - len(held.orders)
        held.more_units = pieces - sum(row.units for row in held.orders)
    return list(goods.values())


def holders_behind(refusal: DomainError, user: Any, *, without: int = 0) -> list[HeldGoods]:
    """Who holds what a refusal says is short; nobody when it was refused for something else."""
    if not isinstance(refusal, InsufficientStock):
        return []
    return who_holds({row.variant_id for row in refusal.shortages}, user, without=without)
