"""Keeping what each order earns: what the list shows and filters by, for who may see costs."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import timedelta

from inventory.selectors.costing import unit_costs
from oms.kernel.clock import now
from oms.kernel.sql import run
from orders import ports
from orders.models import Order, OrderProfit
from orders.selectors.demands import line_demands
from orders.states import BEFORE_HAND_OVER

BATCH = 1_000
# Costs that become known late, and prices of goods that change, concern orders not older than this.
RECENT = timedelta(days=60)
_ENDED = [Order.Status.CANCELLED.value, Order.Status.RETURNED.value]

# Goods without VAT; the order's discount is spread over the lines' rates.
_NET = """
SELECT o.id, o.fulfillment_status, coalesce(round(
    sum(l.total_vnd * 100 / (100 + greatest(l.vat_rate, 0))::numeric)
    * greatest(o.goods_vnd - o.discount_vnd - o.returned_vnd, 0)
    / nullif(o.goods_vnd, 0)), 0)::bigint
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.id = ANY(%(orders)s::bigint[]) AND NOT o.status = ANY(%(ended)s::text[])
GROUP BY o.id
"""
_KEEP = """
INSERT INTO orders_orderprofit AS p
    (order_id, net_vnd, cost_vnd, fees_vnd, fees_state, profit_vnd, is_final, counted_at)
SELECT f.id, f.net, f.cost, f.fees, f.state, f.net - f.cost - f.fees, f.final, %(now)s::timestamptz
FROM unnest(%(ids)s::bigint[], %(nets)s::bigint[], %(costs)s::bigint[], %(fees)s::bigint[],
    %(states)s::text[], %(finals)s::boolean[]) AS f (id, net, cost, fees, state, final)
JOIN orders_order o ON o.id = f.id
ORDER BY f.id
ON CONFLICT (order_id) DO UPDATE SET net_vnd = excluded.net_vnd, cost_vnd = excluded.cost_vnd,
    fees_vnd = excluded.fees_vnd, fees_state = excluded.fees_state,
    profit_vnd = excluded.profit_vnd, is_final = excluded.is_final,
    counted_at = excluded.counted_at
WHERE (p.net_vnd, p.cost_vnd, p.fees_vnd, p.fees_state, p.is_final) IS DISTINCT FROM (
    excluded.net_vnd, excluded.cost_vnd, excluded.fees_vnd, excluded.fees_state, excluded.is_final)
RETURNING order_id
"""


def count_profits(order_ids: Collection[int]) -> int:
    """Count these orders again; returns how many rows were written. A repeat writes none.

    Cancelled and returned orders earn nothing, and of goods without a cost nothing is known:
    those have no row.
    """
    ids = sorted(set(order_ids))
    nets = {pk: (net, state) for pk, state, net in run(_NET, {"orders": ids, "ended": _ENDED})}
    waiting = [pk for pk, (_net, state) in nets.items() if state in BEFORE_HAND_OVER]
    costs = _expected_costs(waiting)
    left = [pk for pk in nets if pk not in set(waiting)]
    costs |= {pk: cost for pk, cost in ports.costs_of_orders(left).items() if cost > 0}
    known = sorted(costs.keys() & nets.keys())
    fees = ports.charges_of_orders(known)
    OrderProfit.objects.filter(order__in=set(ids) - set(known)).delete()
    written = run(
        _KEEP,
        {
            "now": now(),
            "ids": known,
            "nets": [nets[pk][0] for pk in known],
            "costs": [costs[pk] for pk in known],
            "fees": [fees[pk][0] if pk in fees else 0 for pk in known],
            "states": [_fees_state(fees.get(pk)) for pk in known],
            "finals": [nets[pk][1] not in BEFORE_HAND_OVER for pk in known],
        },
    )
    return len(written)


def _fees_state(fees: tuple[int, bool] | None) -> str:
    if fees is None:
        return OrderProfit.Fees.NONE.value
    return OrderProfit.Fees.SETTLED.value if fees[1] else OrderProfit.Fees.ESTIMATED.value


def _expected_costs(order_ids: Collection[int]) -> dict[int, int]:
    """Đồng by order, as the pieces cost today; nothing for an order with goods of unknown cost."""
    demands = line_demands(order_ids) if order_ids else []
    each = unit_costs({row.variant_id for row in demands if row.variant_id is not None})
    costs: dict[int, int] = defaultdict(int)
    unknown = set()
    for row in demands:
        cost = each.get(row.variant_id or 0, 0)
        costs[row.order_id] += cost * row.quantity
        if not cost:
            unknown.add(row.order_id)
    return {pk: cost for pk, cost in costs.items() if pk not in unknown}


def count_many(order_ids: Collection[int]) -> int:
    """As `count_profits`, a batch at a time; returns how many rows were written."""
    ids = sorted(set(order_ids))
    return sum(count_profits(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


def count_recent() -> int:
    """The orders of the last weeks, a batch at a time; returns how many rows were written."""
    return sum(count_profits(ids) for ids in _batches())


def _batches() -> Iterator[list[int]]:
    recent = Order.objects.filter(placed_at__gt=now() - RECENT).order_by("pk")
    last = 0
    while ids := list(recent.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]
