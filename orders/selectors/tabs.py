"""How many orders stand under each tab, without counting them."""

# ruff: noqa: S608 (constants joined with constants)

from typing import Any

from django.db.models import Count

from oms.kernel.clock import now
from oms.kernel.counters import read_counters
from oms.kernel.sql import run
from orders.models import Order
from orders.models.order_indexes import OPEN_TABS

PREFIX = "orders:"
ATTENTION = "attention"
# A limited user's counters are counted within his scope, exactly below this; the screen then says
# "999+". A counter row for each tab of each shop in each warehouse would be exact without end, but
# every order that moves would write it, for a number that nobody reads to the last digit.
MOST_COUNTED = 1000

# Each pair of a warehouse and a shop is one look into the index order_tab_scope, whatever the rest
# of the house has: only equal conditions, and the index's own order, so that no plan reads the
# table for a tab in which little is found.
_PLACES = ("place AS p", "o.warehouse_id = p.id"), ("", "o.warehouse_id IS NULL")
_SHOPS = ("unnest(%(shops)s::bigint[]) AS s (id)", "o.shop_ref = s.id"), ("", "o.shop_ref IS NULL")
_ANY_SHOP = (("", "true"),)


def _within(shops: tuple[tuple[str, str], ...]) -> str:
    """The orders of one tab within the scope, each of them once, at most MOST_COUNTED a pair."""
    parts = []
    for places, in_place in _PLACES:
        for sellers, of_shop in shops:
            sources = ", ".join(filter(None, ["(SELECT 1) AS one", places, sellers]))
            parts.append(f"""SELECT FROM {sources} CROSS JOIN LATERAL (
                SELECT FROM orders_order o WHERE o.tab = t.tab AND {in_place} AND {of_shop}
                ORDER BY o.tab, o.warehouse_id, o.shop_ref LIMIT %(most)s) AS found""")
    return " UNION ALL ".join(parts)


def _counting(shops: tuple[tuple[str, str], ...]) -> str:
    return f"""
WITH place AS MATERIALIZED (
    SELECT id FROM inventory_warehouse
    WHERE %(warehouses)s::bigint[] IS NULL OR id = ANY(%(warehouses)s::bigint[])
)
SELECT t.tab, (SELECT count(*) FROM ({_within(shops)} LIMIT %(most)s) AS capped)
FROM unnest(%(tabs)s::text[]) AS t (tab)
UNION ALL
SELECT 'attention', (SELECT count(*) FROM (
    SELECT FROM orders_order o
    WHERE o.needs_attention
        AND (%(shops)s::bigint[] IS NULL OR o.shop_ref IS NULL
            OR o.shop_ref = ANY(%(shops)s::bigint[]))
        AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id IS NULL
            OR o.warehouse_id = ANY(%(warehouses)s::bigint[]))
    LIMIT %(most)s
) AS capped)
"""


_OF_SHOPS, _OF_ANY_SHOP = _counting(_SHOPS), _counting(_ANY_SHOP)


def tab_counts(user: Any) -> dict[str, int]:
    """Counts by tab, with "all" and "attention"."""
    shops, warehouses = user.shop_scope(), user.warehouse_scope()
    if shops is None and warehouses is None:
        counts = {name.removeprefix(PREFIX): n for name, n in read_counters(PREFIX).items()}
        counts[ATTENTION] = counts.pop("needs_attention", 0)
    else:
        limits = {"tabs": Order.Tab.values, "most": MOST_COUNTED}
        counts = dict(run(_OF_ANY_SHOP if shops is None else _OF_SHOPS, _scope(user) | limits))
    counts = {name: counts.get(name, 0) for name in [*Order.Tab.values, ATTENTION]}
    return {
        "all": sum(counts[tab] for tab in Order.Tab.values if tab != Order.Tab.DELETED),
        **counts,
    }


_LATE = """
SELECT t.tab FROM unnest(%(tabs)s::text[]) AS t (tab)
WHERE EXISTS (
    SELECT FROM orders_order o
    WHERE o.tab = t.tab AND o.ship_by_at < %(now)s::timestamptz
        AND o.tab IN ('to_confirm', 'waiting_stock', 'to_arrange', 'to_print', 'packing',
            'to_hand_over', 'on_hold')
        AND (%(shops)s::bigint[] IS NULL OR o.shop_ref IS NULL
            OR o.shop_ref = ANY(%(shops)s::bigint[]))
        AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id IS NULL
            OR o.warehouse_id = ANY(%(warehouses)s::bigint[]))
    ORDER BY o.tab, o.ship_by_at LIMIT 1
)
"""


def late_tabs(user: Any) -> set[str]:
    """Tabs in which an order is past its deadline: one look into an index for each."""
    return {tab for (tab,) in run(_LATE, _scope(user) | {"tabs": list(OPEN_TABS), "now": now()})}


def _scope(user: Any) -> dict[str, list[int] | None]:
    shops, warehouses = user.shop_scope(), user.warehouse_scope()
    return {
        "shops": sorted(shops) if shops is not None else None,
        "warehouses": sorted(warehouses) if warehouses is not None else None,
    }


def is_capped(user: Any, count: int) -> bool:
    """The count of a limited user stopped here: there may be more."""
    limited = user.shop_scope() is not None or user.warehouse_scope() is not None
    return limited and count >= MOST_COUNTED


def counted_tabs() -> dict[str, int]:
    """The same counters from the orders themselves: what the kept ones must equal."""
    rows = Order.objects.order_by().values("tab").annotate(n=Count("pk"))
    counts = {f"{PREFIX}{row['tab']}": row["n"] for row in rows}
    attention = Order.objects.filter(needs_attention=True).count()
    return counts | ({f"{PREFIX}needs_attention": attention} if attention else {})
