"""What a carrier's statement tells of many orders at once."""

from collections.abc import Collection, Mapping
from typing import Any

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import run
from orders.models import Order
from orders.states import COD_FLOW

_STATED = """
WITH moved AS MATERIALIZED (
    SELECT id, cod_status FROM orders_order
    WHERE id = ANY(%(ids)s::bigint[]) AND cod_status = ANY(%(before)s::text[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE orders_order o SET cod_status = %(after)s::text, version = o.version + 1,
    updated_at = %(now)s::timestamptz
FROM moved m WHERE o.id = m.id RETURNING o.id, m.cod_status
"""
WAITING = (Order.Cod.TO_COLLECT, Order.Cod.COLLECTED)


def cod_stated(
    order_ids: Collection[int], *, actor: Actor, data: Mapping[int, dict[str, Any]]
) -> list[int]:
    """Inside the caller's transaction: these orders' cash is listed in a statement.

    Orders in another state stay as they are. Nothing else of an order follows from it: money that
    is listed has not arrived. Returns the orders that moved.
    """
    after = Order.Cod.IN_STATEMENT
    before = [str(state) for state in WAITING if COD_FLOW.allows(state, after)]
    params = {"ids": list(order_ids), "before": before, "after": str(after), "now": now()}
    rows = run(_STATED, params)
    events = [
        EventRow(
            "cod.stated",
            "order",
            pk,
            {**data.get(pk, {}), "changes": {"cod_status": [was, str(after)]}},
        )
        for pk, was in sorted(rows)
    ]
    record_events(events, actor=actor)
    return [event.id for event in events]
