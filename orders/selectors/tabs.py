"""How many orders stand under each tab, without counting them."""

# ruff: noqa: S608 (constants joined with constants)

from typing import Any

from django.db.models import Count

from oms.kernel.counters import read_counters
from oms.kernel.sql import run
from orders.models import Order

PREFIX = "orders:"
ATTENTION = "attention"
# A limited user's counters are counted within his scope; beyond this the screen says "999+".
MOST_COUNTED = 1000

_SCOPE = """
(%(shops)s::bigint[] IS NULL OR o.shop_ref IS NULL OR o.shop_ref = ANY(%(shops)s::bigint[]))
AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id IS NULL
    OR o.warehouse_id = ANY(%(warehouses)s::bigint[]))
"""
_IN_SCOPE = f"""
SELECT t.tab, (SELECT count(*) FROM (
    SELECT FROM orders_order o
    WHERE o.tab = t.tab AND {_SCOPE} LIMIT %(most)s
) AS capped) FROM unnest(%(tabs)s::text[]) AS t (tab)
UNION ALL
SELECT 'attention', (SELECT count(*) FROM (
    SELECT FROM orders_order o
    WHERE o.needs_attention AND {_SCOPE} LIMIT %(most)s
) AS capped)
"""


def tab_counts(user: Any) -> dict[str, int]:
    """Counts by tab, with "all" and "attention"."""
    shops, warehouses = user.shop_scope(), user.warehouse_scope()
    if shops is None and warehouses is None:
        counts = {name.removeprefix(PREFIX): n for name, n in read_counters(PREFIX).items()}
        counts[ATTENTION] = counts.pop("needs_attention", 0)
    else:
        scope = {
            "shops": sorted(shops) if shops is not None else None,
            "warehouses": sorted(warehouses) if warehouses is not None else None,
        }
        limits = {"tabs": Order.Tab.values, "most": MOST_COUNTED}
        counts = dict(run(_IN_SCOPE, scope | limits))
    counts = {name: counts.get(name, 0) for name in [*Order.Tab.values, ATTENTION]}
    return {"all": sum(counts[tab] for tab in Order.Tab.values), **counts}


def counted_tabs() -> dict[str, int]:
    """The same counters from the orders themselves: what the kept ones must equal."""
    rows = Order.objects.order_by().values("tab").annotate(n=Count("pk"))
    counts = {f"{PREFIX}{row['tab']}": row["n"] for row in rows}
    attention = Order.objects.filter(needs_attention=True).count()
    return counts | ({f"{PREFIX}needs_attention": attention} if attention else {})
