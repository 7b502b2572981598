"""The statements behind inventory.services.costing."""

LOCK_LEVELS_OF = """
SELECT l.id FROM inventory_stocklevel l
WHERE (l.variant_id, l.warehouse_id) IN (SELECT variant_id, warehouse_id
    FROM inventory_stockmovement WHERE id = ANY(%(movements)s::bigint[]))
ORDER BY l.id FOR NO KEY UPDATE OF l
"""

# What left a balance after each of these receipts, with what was on hand just before.
LEFT_SINCE = """
SELECT receipt_id, id, -quantity, before FROM (
    SELECT r.id AS receipt_id, m.id, m.quantity, l.on_hand
        - sum(m.quantity) OVER (PARTITION BY r.id ORDER BY m.id DESC) AS before
    FROM inventory_stockmovement r
    JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_stockmovement m USING (variant_id, warehouse_id)
    WHERE r.id = ANY(%(movements)s::bigint[]) AND m.id > r.id
) AS later
WHERE quantity < 0 ORDER BY receipt_id, id
"""
