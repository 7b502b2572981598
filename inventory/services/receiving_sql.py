"""The statements of a goods receipt: as many for one line as for thousands."""

from typing import NamedTuple

# A line to count on for every line of the order.
OPEN_LINES = """
INSERT INTO inventory_receiptline (receipt_id, line_id, variant_id, quantity)
SELECT %(receipt)s::bigint, id, variant_id, 0 FROM inventory_purchaseline
WHERE order_id = %(order)s::bigint ORDER BY position
"""

COUNT_MORE = """
UPDATE inventory_receiptline r SET quantity = r.quantity + %(times)s::int
FROM inventory_purchaseline l
WHERE r.receipt_id = %(receipt)s::bigint AND r.variant_id = %(variant)s::bigint
    AND l.id = r.line_id
RETURNING r.quantity, greatest(l.quantity - l.received, 0), r.id
"""

SET_COUNTS = """
UPDATE inventory_receiptline r SET quantity = c.units
FROM unnest(%(lines)s::bigint[], %(units)s::int[]) AS c (id, units)
WHERE r.id = c.id AND r.receipt_id = %(receipt)s::bigint
"""

COUNT_REST = """
UPDATE inventory_receiptline r SET quantity = greatest(l.quantity - l.received, 0)
FROM inventory_purchaseline l
WHERE r.receipt_id = %(receipt)s::bigint AND l.id = r.line_id
"""

COUNTED = """
SELECT r.id, r.line_id, r.variant_id, r.quantity, l.net_vnd, l.quantity, l.received,
    v.weight_g, v.sku
FROM inventory_receiptline r
JOIN inventory_purchaseline l ON l.id = r.line_id
JOIN inventory_variant v ON v.id = r.variant_id
WHERE r.receipt_id = %(id)s::bigint AND r.quantity > 0 ORDER BY r.id
"""


class CountedRow(NamedTuple):
    """One row of COUNTED."""

    id: int
    line_id: int
    variant_id: int
    units: int
    net_vnd: int
    ordered: int
    received: int
    weight_g: int
    sku: str

    @property
    def over(self) -> int:
        """Pieces beyond what was ordered, that earlier receipts have not brought already."""
        return max(0, self.units - max(0, self.ordered - self.received))

    @property
    def price_vnd(self) -> int:
        """Their part of the line's price by running sums: all receipts together are the price."""
        return self._until(self.received + self.units) - self._until(self.received)

    def _until(self, units: int) -> int:
        return (2 * self.net_vnd * units + self.ordered) // (2 * self.ordered)


# `still_open` says whether the order waits for more.
BOOK = """
WITH done AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::bigint[], %(lines)s::bigint[], %(units)s::int[],
        %(prices)s::bigint[], %(worths)s::bigint[], %(movements)s::bigint[])
        AS d (id, line_id, units, price, worth, movement)
),
booked AS (
    UPDATE inventory_receiptline r
    SET price_vnd = d.price, value_vnd = d.worth, movement_id = d.movement
    FROM done d WHERE r.id = d.id
),
counted AS (
    UPDATE inventory_purchaseline l SET received = l.received + d.units,
        accepted_over = greatest(l.accepted_over, l.received + d.units - l.quantity)
    FROM done d WHERE l.id = d.line_id RETURNING l.id
)
SELECT EXISTS (
    SELECT FROM inventory_purchaseline l LEFT JOIN done d ON d.line_id = l.id
    WHERE l.order_id = %(order)s::bigint AND l.received + coalesce(d.units, 0) < l.quantity)
"""
