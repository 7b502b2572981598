"""What an order that is held tells "Cần xử lý" about the goods it keeps."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from oms.kernel.clock import now
from oms.kernel.sql import run
from orders.models import Order, OrderProblem

KIND = OrderProblem.Kind.HOLD_ENDING
_WARN = """
INSERT INTO orders_orderproblem (order_id, kind, message, data, created_at)
SELECT (w ->> 'order')::bigint, %(kind)s, w ->> 'message', '{}', %(at)s
FROM jsonb_array_elements(%(rows)s::jsonb) AS w
ON CONFLICT (order_id, kind) WHERE resolved_at IS NULL DO UPDATE SET message = EXCLUDED.message
"""


def warn(messages: Mapping[int, str], *, moment: datetime) -> None:
    """Open or renew the warning of several orders; one statement. The caller saves the orders."""
    rows = [{"order": order_id, "message": text} for order_id, text in messages.items()]
    run(_WARN, {"rows": json.dumps(rows), "kind": KIND.value, "at": moment})


def forget_hold(orders: Sequence[Order]) -> None:
    """These locked orders are not held any more: no time, no warning; the caller saves them."""
    for order in orders:
        order.stock_kept_until = None
    close_warnings(orders)


def close_warnings(orders: Sequence[Order]) -> None:
    """Close the warnings of locked orders; two statements when any of them needs attention."""
    watched = [order for order in orders if order.needs_attention]
    if not watched:
        return
    still_open = OrderProblem.objects.filter(order__in=watched, resolved_at=None)
    still_open.filter(kind=KIND).update(resolved_at=now())
    left = set(still_open.values_list("order_id", flat=True))
    for order in watched:
        order.needs_attention = order.pk in left
