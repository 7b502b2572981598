"""What the lines of orders want from stock: their goods, or the components of their bundles."""

from collections.abc import Collection
from dataclasses import dataclass

from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class LineDemand:
    """Pieces of one variant for one line; `variant_id` is None while the line is not linked.

    `per_set` is 0 for plain goods, else the pieces in one set of the line's bundle.
    """

    order_id: int
    line_id: int
    variant_id: int | None
    quantity: int
    per_set: int


_DEMANDS = """
SELECT l.order_id, l.id, coalesce(c.variant_id, l.variant_id),
    l.quantity * coalesce(c.quantity, 1), coalesce(c.quantity, 0)
FROM orders_orderline l LEFT JOIN orders_orderlinecomponent c ON c.line_id = l.id
WHERE l.order_id = ANY(%(orders)s::bigint[])
ORDER BY l.order_id, l.position, c.id
"""


def line_demands(order_ids: Collection[int]) -> list[LineDemand]:
    """Demands by order, then line; one statement."""
    rows = run(_DEMANDS, {"orders": list(order_ids)})
    return [LineDemand(*row) for row in rows]
