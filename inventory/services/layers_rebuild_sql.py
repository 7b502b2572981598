"""The statements behind inventory.services.layers_rebuild; each takes many balances at once."""

# ruff: noqa: S608 (constants joined with constants)

# Read without locks: which balances to look at again under a lock.
WRONG = """
SELECT variant_id, warehouse_id
FROM (SELECT variant_id, warehouse_id, sum(remaining) AS remaining, sum(value_vnd) AS value_vnd
    FROM inventory_costlayer GROUP BY variant_id, warehouse_id) AS c
FULL JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
WHERE (coalesce(l.on_hand, 0), coalesce(l.value_vnd, 0))
    <> (coalesce(c.remaining, 0), coalesce(c.value_vnd, 0))
ORDER BY 1, 2
"""
_OF_PLACES = """
(m.variant_id, m.warehouse_id) IN
    (SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]))
"""
CAME = f"""
SELECT m.variant_id, m.warehouse_id, m.id, m.quantity, m.value_vnd
FROM inventory_stockmovement m WHERE {_OF_PLACES} AND m.quantity > 0
"""
# Pieces that left of which no layer knows, with the rest of the worth frozen on their movement.
UNACCOUNTED = f"""
SELECT m.variant_id, m.warehouse_id, m.id, (-m.quantity - coalesce(u.units, 0))::int,
    (-m.value_vnd - coalesce(u.value_vnd, 0))::bigint
FROM inventory_stockmovement m
LEFT JOIN LATERAL (SELECT sum(quantity) AS units, sum(value_vnd) AS value_vnd
    FROM inventory_layeruse WHERE movement_id = m.id) AS u ON true
WHERE {_OF_PLACES} AND m.quantity < 0 AND -m.quantity > coalesce(u.units, 0)
"""
STORED = f"""
SELECT m.variant_id, m.warehouse_id, m.id, m.movement_id, m.quantity, m.remaining, m.value_vnd,
    coalesce(u.units, 0)::int, coalesce(u.value_vnd, 0)::bigint
FROM inventory_costlayer m
LEFT JOIN LATERAL (SELECT sum(quantity) AS units, sum(value_vnd) AS value_vnd
    FROM inventory_layeruse WHERE layer_id = m.id) AS u ON true
WHERE {_OF_PLACES}
"""
# A cost learnt late names its document: its line says which pieces bear it.
LATE = f"""
SELECT m.variant_id, m.warehouse_id, r.movement_id, m.value_vnd
FROM inventory_stockmovement m
JOIN inventory_landedshare s ON s.cost_id = m.cause_id
JOIN inventory_receiptline r ON r.id = s.line_id
JOIN inventory_stockmovement b ON b.id = r.movement_id
    AND b.variant_id = m.variant_id AND b.warehouse_id = m.warehouse_id
WHERE {_OF_PLACES} AND m.kind = 'revaluation' AND m.cause_kind = 'landedcost'
"""
SET_LAYERS = """
INSERT INTO inventory_costlayer AS c
    (variant_id, warehouse_id, movement_id, quantity, remaining, value_vnd)
SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(movements)s::bigint[],
    %(quantities)s::int[], %(remaining)s::int[], %(values)s::bigint[])
ON CONFLICT (movement_id) DO UPDATE
    SET remaining = excluded.remaining, value_vnd = excluded.value_vnd
    WHERE (c.remaining, c.value_vnd) <> (excluded.remaining, excluded.value_vnd)
"""
ADD_USES = """
INSERT INTO inventory_layeruse AS u (layer_id, movement_id, quantity, value_vnd)
SELECT c.id, n.taken_by, n.units, n.value_vnd
FROM unnest(%(came)s::bigint[], %(left)s::bigint[], %(units)s::int[], %(values)s::bigint[])
    AS n (came, taken_by, units, value_vnd)
JOIN inventory_costlayer c ON c.movement_id = n.came
ON CONFLICT (layer_id, movement_id) DO UPDATE
    SET quantity = u.quantity + excluded.quantity, value_vnd = u.value_vnd + excluded.value_vnd
"""
