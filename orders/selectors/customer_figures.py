"""What customers bought, what was earned on it and what came back; the risk behind phones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oms.kernel.sql import run
from orders import ports
from orders.risk import Risk, judge, percent

# Parcels end delivered, refused at the door (they came back and were never delivered), or
# returned by the buyer after delivery. The order's discount is spread over the lines' VAT rates.
_FIGURES = """
SELECT o.customer_id, count(*)::int, max(o.placed_at),
    coalesce(sum(o.total_vnd - o.returned_vnd) FILTER (WHERE kept), 0)::bigint,
    (count(*) FILTER (WHERE ended))::int,
    (count(*) FILTER (WHERE came_back AND o.delivered_at IS NOT NULL))::int,
    (count(*) FILTER (WHERE came_back AND o.delivered_at IS NULL))::int,
    coalesce(sum(l.net_vnd) FILTER (WHERE kept), 0)::bigint,
    coalesce(array_agg(o.id) FILTER (WHERE kept), '{}')
FROM orders_order o
CROSS JOIN LATERAL (SELECT
    o.status IN ('delivered', 'completed', 'partially_returned') AS kept,
    o.fulfillment_status IN ('return_pending', 'returning', 'returned') AS came_back,
    o.fulfillment_status IN ('delivered', 'return_pending', 'returning', 'returned') AS ended
) AS s
LEFT JOIN LATERAL (
    SELECT round(sum(l.total_vnd * 100 / (100 + greatest(l.vat_rate, 0))::numeric)
        * greatest(o.goods_vnd - o.discount_vnd - o.returned_vnd, 0)
    / nullif(o.goods_vnd, 0)) AS net_vnd
    FROM orders_orderline l WHERE l.order_id = o.id AND s.kept AND %(with_profit)s::boolean
) AS l ON true
WHERE o.customer_id = ANY(%(customers)s::bigint[]) AND o.status NOT IN ('draft', 'cancelled')
    AND (%(shops)s::bigint[] IS NULL OR o.shop_ref IS NULL OR o.shop_ref = ANY(%(shops)s::bigint[]))
    AND (%(warehouses)s::bigint[] IS NULL OR o.warehouse_id IS NULL
        OR o.warehouse_id = ANY(%(warehouses)s::bigint[]))
GROUP BY o.customer_id
"""
_RISKS = """
SELECT p.phone, c.refused_count, c.finished_count, c.risk_set, c.risk_reason
FROM orders_customer p JOIN orders_customer c ON c.id = coalesce(p.merged_into_id, p.id)
WHERE p.phone = ANY(%(phones)s::text[])
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one customer. `spent_vnd` is the total of delivered orders, VAT included.

    `profit_vnd` is their goods without VAT less what the goods cost; the channel's and the
    carrier's fees are not in it.
    """

    orders_count: int = 0
    last_order_at: datetime | None = None
    spent_vnd: int = 0
    finished_count: int = 0
    returned_count: int = 0
    refused_count: int = 0
    profit_vnd: int = 0

    @property
    def return_percent(self) -> int:
        return percent(self.returned_count, self.finished_count)

    @property
    def refusal_percent(self) -> int:
        return percent(self.refused_count, self.finished_count)


def figures_of(
    customer_ids: Collection[int], *, user: Any = None, with_profit: bool = True
) -> dict[int, Figures]:
    """Figures of each customer, of the orders that `user` may see (None: of all orders)."""
    shops = user.shop_scope() if user is not None else None
    places = user.warehouse_scope() if user is not None else None
    rows = run(
        _FIGURES,
        {
            "customers": list(customer_ids),
            "with_profit": with_profit,
            "shops": None if shops is None else sorted(shops),
            "warehouses": None if places is None else sorted(places),
        },
    )
    kept = [order_id for row in rows for order_id in row[8]]
    costs = ports.costs_of_orders(kept) if with_profit else {}
    figures = dict.fromkeys(customer_ids, Figures())
    for pk, orders, last_at, spent, finished, returned, refused, net_vnd, order_ids in rows:
        profit = net_vnd - sum(costs.get(order_id, 0) for order_id in order_ids)
        figures[pk] = Figures(
            orders, last_at, spent, finished, returned, refused, profit if with_profit else 0
        )
    return figures


def risks_of(phones: Collection[str]) -> dict[str, Risk]:
    """The risk of each phone (E.164) that has bought before, from kept figures: one statement.

    A phone that was merged into another customer has that customer's risk.
    """
    if not phones:
        return {}
    rows = run(_RISKS, {"phones": list(set(phones))})
    return {phone: judge(*figures) for phone, *figures in rows}
