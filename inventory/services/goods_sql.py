"""Statements that write many goods at once."""

PRODUCT_IDS = """
SELECT nextval(pg_get_serial_sequence('inventory_product', 'id'))
FROM generate_series(1, %(count)s::int)
"""

VARIANT_IDS = """
SELECT nextval(pg_get_serial_sequence('inventory_variant', 'id'))
FROM generate_series(1, %(count)s::int)
"""

HOMES = "SELECT sku, product_id FROM inventory_variant WHERE sku = ANY(%(skus)s::text[])"

OWNERS = "SELECT code, variant_id FROM inventory_barcode WHERE code = ANY(%(codes)s::text[])"

UPDATE_VARIANTS = """
UPDATE inventory_variant v SET price_vnd = n.price_vnd, cost_vnd = n.cost_vnd,
    weight_g = n.weight_g, length_cm = n.length_cm, width_cm = n.width_cm, height_cm = n.height_cm
FROM unnest(%(id)s::bigint[], %(price_vnd)s::bigint[], %(cost_vnd)s::bigint[],
    %(weight_g)s::int[], %(length_cm)s::int[], %(width_cm)s::int[], %(height_cm)s::int[])
    AS n (id, price_vnd, cost_vnd, weight_g, length_cm, width_cm, height_cm)
WHERE v.id = n.id
"""

UPDATE_SEARCH = """
UPDATE inventory_variant v SET search_folded = n.search_folded
FROM unnest(%(id)s::bigint[], %(search_folded)s::text[]) AS n (id, search_folded)
WHERE v.id = n.id
"""

# For each pair the first movement ever, if any: an opening counts only where nothing moved before.
FIRST_MOVEMENTS = """
SELECT p.variant_id, p.warehouse_id, m.kind, m.quantity
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (variant_id, warehouse_id)
CROSS JOIN LATERAL (
    SELECT kind, quantity FROM inventory_stockmovement m
    WHERE m.variant_id = p.variant_id AND m.warehouse_id = p.warehouse_id
    ORDER BY m.id LIMIT 1
) AS m
"""

LOCK_LEVELS = """
SELECT l.id FROM inventory_stocklevel l
JOIN unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS p (variant_id, warehouse_id)
    USING (variant_id, warehouse_id)
ORDER BY l.id FOR NO KEY UPDATE OF l
"""
