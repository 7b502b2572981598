"""Freezing what bundles are made of on the lines that sell them."""

from collections.abc import Collection

from oms.kernel.sql import run

# A line that has its components keeps them: they are those of the day of the order.
_FREEZE = """
INSERT INTO orders_orderlinecomponent (line_id, variant_id, quantity)
SELECT l.id, c.component_id, c.quantity
FROM orders_orderline l JOIN inventory_bundlecomponent c ON c.bundle_id = l.variant_id
WHERE l.order_id = ANY(%(orders)s::bigint[])
    AND NOT EXISTS (SELECT FROM orders_orderlinecomponent f WHERE f.line_id = l.id)
ORDER BY l.id, c.id
ON CONFLICT DO NOTHING
"""


def freeze_components(order_ids: Collection[int]) -> None:
    """Write the components of bundles on lines that have none yet; the orders are locked."""
    run(_FREEZE, {"orders": sorted(order_ids)})
