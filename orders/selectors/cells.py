"""What the rows of the list show beside the order's own columns."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from inventory.models import Warehouse
from inventory.selectors.catalogue import thumbnails_of
from oms.kernel.sql import run
from orders.models import Order, OrderProfit
from orders.selectors.customer_figures import risks_of
from orders.selectors.lines import add_first_lines
from orders.selectors.marks import add_marks

# A bundle that was not weighed itself weighs what its parts do.
_WEIGHTS = """
SELECT l.order_id, sum(l.quantity * coalesce(nullif(v.weight_g, 0), parts.weight_g, 0))::bigint
FROM orders_orderline l
JOIN inventory_variant v ON v.id = l.variant_id
LEFT JOIN LATERAL (
    SELECT sum(c.quantity * p.weight_g) AS weight_g FROM orders_orderlinecomponent c
    JOIN inventory_variant p ON p.id = c.variant_id WHERE c.line_id = l.id AND v.weight_g = 0
) AS parts ON true
WHERE l.order_id = ANY(%(orders)s::bigint[])
GROUP BY l.order_id
"""


def add_cells(orders: Sequence[Order], columns: Collection[str]) -> None:
    """Give each order what the columns ask for; a fixed number of statements for any rows."""
    add_first_lines(orders)
    add_marks(orders)
    for column, add in ADDED.items():
        if column in columns:
            add(orders)


def add_thumbnails(orders: Sequence[Any]) -> None:
    """The picture of each order's first goods; one statement."""
    firsts = {order.pk: order.first_lines[0].variant_id for order in orders if order.first_lines}
    pictures = thumbnails_of({pk for pk in firsts.values() if pk is not None})
    for order in orders:
        order.thumbnail = pictures.get(firsts.get(order.pk) or 0)


def add_risks(orders: Sequence[Any]) -> None:
    risks = risks_of({order.recipient_phone for order in orders} - {""})
    for order in orders:
        order.risk = risks.get(order.recipient_phone)


def add_warehouse_names(orders: Sequence[Any]) -> None:
    names = dict(Warehouse.objects.values_list("pk", "name"))
    for order in orders:
        order.warehouse_name = names.get(order.warehouse_id or 0, "")


def add_weights(orders: Sequence[Any]) -> None:
    weights = dict(run(_WEIGHTS, {"orders": [order.pk for order in orders]}))
    for order in orders:
        order.weight_g = weights.get(order.pk) or None


def add_profits(orders: Sequence[Any]) -> None:
    """Only for who may see costs: the column is asked for by nobody else."""
    earned = OrderProfit.objects.in_bulk([order.pk for order in orders])
    for order in orders:
        order.known_profit = earned.get(order.pk)


ADDED: dict[str, Callable[[Sequence[Order]], None]] = {
    "goods": add_thumbnails,
    "customer": add_risks,
    "warehouse": add_warehouse_names,
    "weight": add_weights,
    "profit": add_profits,
}
