"""The statements of FIFO; inventory.services.layers runs them in this order."""

# ruff: noqa: S608 (constants joined with constants)

from inventory.services.stock_sql import ANY_TRACKED

IS_FIFO = "SELECT EXISTS (SELECT FROM inventory_valuation WHERE method = 'fifo')"

LOCK = """
SELECT l.id FROM inventory_stocklevel l
WHERE (l.variant_id, l.warehouse_id) IN
    (SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]))
ORDER BY l.id FOR NO KEY UPDATE OF l
"""
LOCK_HELD = """
SELECT l.id FROM inventory_stocklevel l
WHERE (l.variant_id, l.warehouse_id) IN (
    SELECT variant_id, warehouse_id FROM inventory_allocation
    WHERE holder_kind = %(kind)s::text AND holder_id = ANY(%(holders)s::bigint[])
        AND status = 'open')
ORDER BY l.id FOR NO KEY UPDATE OF l
"""

ADD_LAYERS = """
INSERT INTO inventory_costlayer
    (variant_id, warehouse_id, movement_id, quantity, remaining, value_vnd)
SELECT variant_id, warehouse_id, id, quantity, quantity, value_vnd
FROM inventory_stockmovement WHERE id = ANY(%(movements)s::bigint[]) ORDER BY id
"""

# One layer for each balance, of the opening stock that it holds.
OPEN_LAYERS = """
INSERT INTO inventory_costlayer
    (variant_id, warehouse_id, movement_id, quantity, remaining, value_vnd)
SELECT l.variant_id, l.warehouse_id, m.id, l.on_hand, l.on_hand, l.value_vnd
FROM inventory_stocklevel l JOIN LATERAL (
    SELECT max(id) AS id FROM inventory_stockmovement
    WHERE variant_id = l.variant_id AND warehouse_id = l.warehouse_id) AS m ON true
WHERE l.on_hand > 0
"""

# Needs `leaving (n, id, variant_id, warehouse_id, units, kind, cause_kind, cause_id, note)` with
# the ids that the movements shall have. A layer's worth goes by running sums that are rounded: its
# last piece takes what is left.
_TAKE = """
turns AS (
    SELECT *, sum(units) OVER (PARTITION BY variant_id, warehouse_id ORDER BY n) AS upto
    FROM leaving
),
touched AS (
    SELECT t.id AS movement_id, c.id AS layer_id, c.remaining, c.value_vnd,
        greatest(t.upto - t.units, c.upto - c.remaining) - (c.upto - c.remaining) AS since,
        least(t.upto, c.upto) - (c.upto - c.remaining) AS till
    FROM turns t CROSS JOIN LATERAL (
        SELECT id, remaining, value_vnd, sum(remaining) OVER (ORDER BY movement_id) AS upto
        FROM inventory_costlayer
        WHERE variant_id = t.variant_id AND warehouse_id = t.warehouse_id AND remaining > 0
    ) AS c
    WHERE c.upto > t.upto - t.units AND c.upto - c.remaining < t.upto
),
taken AS MATERIALIZED (
    SELECT movement_id, layer_id, (till - since)::int AS units,
        (round(value_vnd::numeric * till / remaining)
            - round(value_vnd::numeric * since / remaining))::bigint
            AS worth
    FROM touched
),
emptied AS (
    UPDATE inventory_costlayer c
    SET remaining = c.remaining - t.units, value_vnd = c.value_vnd - t.worth
    FROM (SELECT layer_id, sum(units)::int AS units, sum(worth)::bigint AS worth
        FROM taken GROUP BY layer_id) AS t
    WHERE c.id = t.layer_id RETURNING c.id
),
used AS (
    INSERT INTO inventory_layeruse (layer_id, movement_id, quantity, value_vnd)
    SELECT layer_id, movement_id, units, worth FROM taken
),
priced AS MATERIALIZED (
    SELECT l.*, coalesce(t.worth, 0)::bigint AS worth
    FROM leaving l LEFT JOIN (SELECT movement_id, sum(worth) AS worth
        FROM taken GROUP BY movement_id) AS t ON t.movement_id = l.id
),
written AS (
    INSERT INTO inventory_stockmovement (id, variant_id, warehouse_id, quantity, value_vnd, kind,
        cause_kind, cause_id, actor_kind, actor_id, actor_label, note, created_at)
    SELECT id, variant_id, warehouse_id, -units, -worth, kind, cause_kind, cause_id,
        %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, note,
        %(now)s::timestamptz
    FROM priced
),
"""
_NEXT_ID = "nextval('inventory_stockmovement_id_seq')"

POST_LEAVING = (
    "WITH leaving AS MATERIALIZED (SELECT p.*, "
    + _NEXT_ID
    + """ AS id
    FROM (SELECT variant_id, warehouse_id, -quantity AS units, kind, cause_kind, cause_id, note, n
        FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[],
            %(kinds)s::text[], %(cause_kinds)s::text[], %(cause_ids)s::bigint[],
            %(notes)s::text[]) WITH ORDINALITY
            AS p (variant_id, warehouse_id, quantity, kind, cause_kind, cause_id, note, n)
        ORDER BY n) AS p
),
"""
    + _TAKE
    + """
lowered AS (
    UPDATE inventory_stocklevel l
    SET on_hand = l.on_hand - p.units, value_vnd = l.value_vnd - p.worth
    FROM (SELECT variant_id, warehouse_id, sum(units)::int AS units, sum(worth)::bigint AS worth
        FROM priced GROUP BY variant_id, warehouse_id) AS p
    WHERE l.variant_id = p.variant_id AND l.warehouse_id = p.warehouse_id RETURNING l.id
)
SELECT id FROM priced ORDER BY n
"""
)

CONSUME = (
    """
WITH closed AS (
    UPDATE inventory_allocation a SET status = %(status)s::text, closed_at = %(now)s::timestamptz
    WHERE a.holder_kind = %(kind)s::text AND a.holder_id = ANY(%(holders)s::bigint[])
        AND a.status = 'open'
    RETURNING a.variant_id, a.warehouse_id, a.quantity
),
leaving AS MATERIALIZED (
    SELECT m.*, """
    + _NEXT_ID
    + """ AS id, 'shipment' AS kind,
        %(cause_kind)s::text AS cause_kind, %(cause_id)s::bigint AS cause_id, '' AS note, 1 AS n
    FROM (SELECT variant_id, warehouse_id, sum(quantity)::int AS units
        FROM closed GROUP BY variant_id, warehouse_id) AS m
),
"""
    + _TAKE
    + """
lowered AS (
    UPDATE inventory_stocklevel l
    SET reserved = l.reserved - p.units, on_hand = l.on_hand - p.units,
        value_vnd = l.value_vnd - p.worth
    FROM priced p
    WHERE l.variant_id = p.variant_id AND l.warehouse_id = p.warehouse_id RETURNING l.id
)
SELECT variant_id, warehouse_id, units, """
    + ANY_TRACKED
    + """ FROM priced
"""
)
