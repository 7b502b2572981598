"""The statements that write stock: the only place where balances and the ledger are touched.

Pieces are put together here so that a caller may append its own rows to the same statement and
save round trips. Every statement locks balances in the order of their ids before it writes.
"""

# ruff: noqa: S608 (constants joined with constants)

# Where promises can be made from; `ids` are variants.
LEVELS = """
SELECT l.id, l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.safety_stock
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
WHERE l.variant_id = ANY(%(ids)s::bigint[]) AND w.is_active AND w.kind <> 'quarantine'
ORDER BY l.id
"""
LOCK_LEVELS = LEVELS + "FOR NO KEY UPDATE OF l"

WAREHOUSE_ORDER = "SELECT id FROM inventory_warehouse ORDER BY priority, id"

# Needs a relation `promised (holder_kind, holder_id, variant_id, warehouse_id, quantity)` and the
# parameter `now`. `raised` has one row per balance that could carry its promises; with one missing
# nothing may stay written: see `REFUSED`.
PROMISE = """
asked AS MATERIALIZED (
    SELECT variant_id, warehouse_id, sum(quantity)::int AS quantity
    FROM promised GROUP BY variant_id, warehouse_id
),
locked AS MATERIALIZED (
    SELECT l.id, a.quantity
    FROM inventory_stocklevel l JOIN asked a USING (variant_id, warehouse_id)
    WHERE l.variant_id = ANY(ARRAY(SELECT variant_id FROM asked))
    ORDER BY l.id FOR NO KEY UPDATE OF l
),
held AS (
    INSERT INTO inventory_allocation AS a
        (variant_id, warehouse_id, quantity, holder_kind, holder_id, status, created_at)
    SELECT variant_id, warehouse_id, quantity, holder_kind, holder_id, 'open', %(now)s::timestamptz
    FROM promised
    ON CONFLICT (holder_kind, holder_id, variant_id, warehouse_id) WHERE status = 'open'
        DO UPDATE SET quantity = a.quantity + excluded.quantity
    RETURNING id
),
raised AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved + k.quantity
    FROM locked k
    WHERE l.id = k.id AND l.on_hand - l.reserved - l.safety_stock >= k.quantity
    RETURNING l.id
)
"""

# Condition and call that end a statement with `PROMISE`: it fails as a whole, with this state, when
# a balance could not carry its promises. Nobody has to come back and decide while rows are locked.
UNCARRIED = "(SELECT count(*) FROM asked) <> (SELECT count(*) FROM raised)"
REFUSE = "inventory_promise_moved()"
REFUSED_STATE = "OM001"

RESERVE = (
    """
WITH promised AS MATERIALIZED (
    SELECT %(kind)s::text AS holder_kind, p.*
    FROM unnest(%(holders)s::bigint[], %(variants)s::bigint[], %(warehouses)s::bigint[],
        %(quantities)s::int[]) AS p (holder_id, variant_id, warehouse_id, quantity)
),
"""
    + PROMISE
    + "SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM raised), count(*) FROM asked"
)

OPEN_OF_HOLDERS = """
SELECT holder_id, variant_id, sum(quantity)::int
FROM inventory_allocation
WHERE holder_kind = %(kind)s::text AND holder_id = ANY(%(holders)s::bigint[]) AND status = 'open'
GROUP BY holder_id, variant_id
"""

# Balances first, in id order, then the promises on them: the order in which `RESERVE` locks.
_CLOSE = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT variant_id, warehouse_id FROM inventory_allocation
    WHERE holder_kind = %(kind)s::text AND holder_id = ANY(%(holders)s::bigint[])
        AND status = 'open'
),
locked AS MATERIALIZED (
    SELECT l.id, l.variant_id, l.warehouse_id
    FROM inventory_stocklevel l JOIN mine USING (variant_id, warehouse_id)
    WHERE l.variant_id = ANY(ARRAY(SELECT variant_id FROM mine))
    ORDER BY l.id FOR NO KEY UPDATE OF l
),
closed AS (
    UPDATE inventory_allocation a SET status = %(status)s::text, closed_at = %(now)s::timestamptz
    FROM locked k
    WHERE a.variant_id = k.variant_id AND a.warehouse_id = k.warehouse_id
        AND a.holder_kind = %(kind)s::text AND a.holder_id = ANY(%(holders)s::bigint[])
        AND a.status = 'open'
    RETURNING a.variant_id, a.warehouse_id, a.quantity, k.id AS level_id
),
moved AS MATERIALIZED (
    SELECT variant_id, warehouse_id, level_id, sum(quantity)::int AS quantity
    FROM closed GROUP BY variant_id, warehouse_id, level_id
),
"""

RELEASE = (
    _CLOSE
    + """
lowered AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved - m.quantity
    FROM moved m WHERE l.id = m.level_id RETURNING l.id
)
SELECT m.variant_id, m.warehouse_id, m.quantity FROM moved m
"""
)

CONSUME = (
    _CLOSE
    + """
lowered AS (
    UPDATE inventory_stocklevel l
    SET reserved = l.reserved - m.quantity, on_hand = l.on_hand - m.quantity
    FROM moved m WHERE l.id = m.level_id RETURNING l.id
),
written AS (
    INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, kind, cause_kind,
        cause_id, actor_kind, actor_id, actor_label, note, created_at)
    SELECT variant_id, warehouse_id, -quantity, 'shipment',
        %(cause_kind)s::text, %(cause_id)s::bigint,
        %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, '', %(now)s::timestamptz
    FROM moved
)
SELECT m.variant_id, m.warehouse_id, m.quantity FROM moved m
"""
)

# Missing balances are made first, in a statement of its own, so that they can be locked in order.
OPEN_LEVELS = """
INSERT INTO inventory_stocklevel (variant_id, warehouse_id)
SELECT DISTINCT v, w FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS r (v, w)
ORDER BY v, w
ON CONFLICT DO NOTHING
"""

POST = """
WITH posted AS MATERIALIZED (
    SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[],
        %(kinds)s::text[], %(cause_kinds)s::text[], %(cause_ids)s::bigint[], %(notes)s::text[])
        AS p (variant_id, warehouse_id, quantity, kind, cause_kind, cause_id, note)
),
change AS MATERIALIZED (
    SELECT variant_id, warehouse_id, sum(quantity)::int AS quantity
    FROM posted GROUP BY variant_id, warehouse_id
),
locked AS MATERIALIZED (
    SELECT l.id, c.quantity
    FROM inventory_stocklevel l JOIN change c USING (variant_id, warehouse_id)
    WHERE l.variant_id = ANY(ARRAY(SELECT variant_id FROM change))
    ORDER BY l.id FOR NO KEY UPDATE OF l
),
changed AS (
    UPDATE inventory_stocklevel l SET on_hand = l.on_hand + k.quantity
    FROM locked k WHERE l.id = k.id RETURNING l.id
),
written AS (
    INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, kind, cause_kind,
        cause_id, actor_kind, actor_id, actor_label, note, created_at)
    SELECT variant_id, warehouse_id, quantity, kind, cause_kind, cause_id,
        %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, note,
        %(now)s::timestamptz
    FROM posted
    RETURNING id
)
SELECT id FROM written ORDER BY id
"""
