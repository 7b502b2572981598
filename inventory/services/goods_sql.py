"""Statements that write many goods at once."""

# The sequence is looked up once, not for every number.
PRODUCT_IDS = """
SELECT nextval((SELECT pg_get_serial_sequence('inventory_product', 'id')::regclass))
FROM generate_series(1, %(count)s::int)
"""

VARIANT_IDS = """
SELECT nextval((SELECT pg_get_serial_sequence('inventory_variant', 'id')::regclass))
FROM generate_series(1, %(count)s::int)
"""

PRODUCTS = """
SELECT p.id, p.name, p.vat_rate, p.brand_id, p.category_id, p.description, p.unit,
    coalesce(b.name, ''), coalesce(c.path, ''),
    coalesce((SELECT string_agg(u.name || ' = ' || u.factor, '; ' ORDER BY u.factor, u.name)
        FROM inventory_productunit u WHERE u.product_id = p.id), '')
FROM inventory_product p
LEFT JOIN inventory_brand b ON b.id = p.brand_id
LEFT JOIN inventory_category c ON c.id = p.category_id
WHERE p.id = ANY(%(ids)s::bigint[]) ORDER BY p.id
"""
LOCK_PRODUCTS = PRODUCTS + "FOR NO KEY UPDATE OF p"

VARIANTS = """
SELECT id, product_id, sku, option_values, price_vnd, cost_vnd, weight_g, length_cm, width_cm,
    height_cm
FROM inventory_variant WHERE sku = ANY(%(skus)s::text[]) ORDER BY id
"""
LOCK_VARIANTS = VARIANTS + "FOR NO KEY UPDATE"

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

UPDATE_PRODUCTS = """
UPDATE inventory_product p SET name = n.name, name_folded = n.name_folded,
    vat_rate = n.vat_rate, brand_id = n.brand_id, category_id = n.category_id,
    description = n.description, unit = n.unit, updated_at = %(moment)s::timestamptz
FROM unnest(%(id)s::bigint[], %(name)s::text[], %(name_folded)s::text[], %(vat_rate)s::int[],
    %(brand_id)s::bigint[], %(category_id)s::bigint[], %(description)s::text[], %(unit)s::text[])
    AS n (id, name, name_folded, vat_rate, brand_id, category_id, description, unit)
WHERE p.id = n.id
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
