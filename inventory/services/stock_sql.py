"""The statements that write stock: the only place where balances and the ledger are touched.

Pieces are put together here so that a caller may append its own rows to the same statement and
save round trips. Every statement locks balances in the order of their ids before it writes.
"""

# ruff: noqa: S608 (constants joined with constants)

from inventory.selectors.expired import EXPIRED

# Where promises can be made from; `ids` are variants.
LEVELS = f"""
SELECT l.id, l.variant_id, l.warehouse_id, l.on_hand, l.reserved, l.safety_stock, {EXPIRED}
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
WHERE l.variant_id = ANY(%(ids)s::bigint[]) AND w.is_active AND w.kind <> 'quarantine'
ORDER BY l.id
"""
LOCK_LEVELS = LEVELS + "FOR NO KEY UPDATE OF l"

WAREHOUSE_ORDER = "SELECT id FROM inventory_warehouse ORDER BY priority, id"

# Needs a relation `promised (holder_kind, holder_id, variant_id, warehouse_id, quantity)` and the
# parameter `now`. `raised` has one row per balance that could carry its promises; with one missing
# nothing may stay written: see `REFUSED`.
PROMISE = f"""
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
    WHERE l.id = k.id AND l.on_hand - l.reserved - l.safety_stock - {EXPIRED} >= k.quantity
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

ANY_TRACKED = "EXISTS (SELECT FROM inventory_product WHERE tracking <> 'none')"

# Balances first, in id order, then the promises on them: the order in which `RESERVE` locks.
_MINE = """
WITH mine AS MATERIALIZED (
    SELECT DISTINCT variant_id, warehouse_id FROM inventory_allocation
    WHERE holder_kind = %(kind)s::text AND holder_id = ANY(%(holders)s::bigint[])
        AND status = 'open'
"""
_CLOSE = """
),
locked AS MATERIALIZED (
    SELECT l.id, l.variant_id, l.warehouse_id, l.on_hand, l.value_vnd
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
    RETURNING a.variant_id, a.warehouse_id, a.quantity, k.id AS level_id, k.on_hand, k.value_vnd
),
"""
# The pieces that leave take their part of the balance's worth; the last one takes what is left.
_MOVED = """
moved AS MATERIALIZED (
    SELECT variant_id, warehouse_id, level_id, sum(quantity)::int AS quantity,
        round(value_vnd::numeric * sum(quantity) / greatest(on_hand, 1))::bigint AS worth
    FROM closed GROUP BY variant_id, warehouse_id, level_id, on_hand, value_vnd
),
"""

RELEASE = (
    _MINE
    + _CLOSE
    + _MOVED
    + """
lowered AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved - m.quantity
    FROM moved m WHERE l.id = m.level_id RETURNING l.id
)
SELECT m.variant_id, m.warehouse_id, m.quantity FROM moved m
"""
)

# Under FIFO it touches nothing: inventory.services.layers hands over by another statement.
CONSUME = (
    _MINE
    + "AND NOT EXISTS (SELECT FROM inventory_valuation WHERE method = 'fifo')"
    + _CLOSE
    + _MOVED
    + """
lowered AS (
    UPDATE inventory_stocklevel l
    SET reserved = l.reserved - m.quantity, on_hand = l.on_hand - m.quantity,
        value_vnd = l.value_vnd - m.worth
    FROM moved m WHERE l.id = m.level_id RETURNING l.id
),
written AS (
    INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
        cause_kind, cause_id, actor_kind, actor_id, actor_label, note, created_at)
    SELECT variant_id, warehouse_id, -quantity, -worth, 'shipment',
        %(cause_kind)s::text, %(cause_id)s::bigint,
        %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, '', %(now)s::timestamptz
    FROM moved
)
SELECT m.variant_id, m.warehouse_id, m.quantity, """
    + ANY_TRACKED
    + """ FROM moved m
"""
)

# Missing balances are made first, in a statement of its own, so that they can be locked in order.
# Returns the costing method, and whether any goods have lots: the lock on the table that this takes
# keeps both from changing.
OPEN_LEVELS = (
    """
WITH made AS (
    INSERT INTO inventory_stocklevel (variant_id, warehouse_id)
    SELECT DISTINCT v, w FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[]) AS r (v, w)
    ORDER BY v, w
    ON CONFLICT DO NOTHING
)
SELECT coalesce((SELECT method FROM inventory_valuation), 'average'), """
    + ANY_TRACKED
)

# Pieces enter before others leave. What enters without a stated worth costs what its balance costs,
# or else its variant. What leaves with a stated worth takes that, as far as there is so much; the
# others share the rest by their pieces: running sums are rounded, so the last takes what is left.
POST = """
WITH posted AS MATERIALIZED (
    SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[],
        %(kinds)s::text[], %(cause_kinds)s::text[], %(cause_ids)s::bigint[], %(notes)s::text[],
        %(worths)s::bigint[]) WITH ORDINALITY
        AS p (variant_id, warehouse_id, quantity, kind, cause_kind, cause_id, note, stated, n)
),
locked AS MATERIALIZED (
    SELECT p.*, l.id AS level_id, l.on_hand, l.value_vnd, v.cost_vnd
    FROM posted p JOIN inventory_stocklevel l USING (variant_id, warehouse_id)
    JOIN inventory_variant v ON v.id = p.variant_id
    ORDER BY l.id FOR NO KEY UPDATE OF l
),
entering AS (
    SELECT *, CASE
        WHEN quantity < 0 THEN 0 WHEN stated IS NOT NULL THEN stated
        WHEN on_hand > 0 THEN round(value_vnd::numeric * quantity / on_hand)
        ELSE cost_vnd * quantity END::bigint AS came
    FROM locked
),
pooled AS (
    SELECT *, on_hand + sum(greatest(quantity, 0)) OVER level AS pieces,
        value_vnd + sum(came) OVER level AS worth,
        sum(-quantity) OVER turn AS gone,
        sum(stated) OVER turn AS gone_stated,
        coalesce(sum(-quantity) FILTER (WHERE quantity < 0 AND stated IS NOT NULL) OVER level, 0)
            AS stated_pieces,
        coalesce(sum(stated) FILTER (WHERE quantity < 0) OVER level, 0) AS stated_worth
    FROM entering
    WINDOW level AS (PARTITION BY level_id),
        turn AS (PARTITION BY level_id, quantity < 0 ORDER BY stated IS NULL, n)
),
running AS (
    SELECT *, CASE
        WHEN quantity > 0 THEN 0
        WHEN gone >= pieces THEN worth
        WHEN stated IS NOT NULL THEN least(gone_stated, worth)
        ELSE least(stated_worth, worth) + round((worth - least(stated_worth, worth))
            * (gone - stated_pieces) / (pieces - stated_pieces)) END AS taken
    FROM pooled
),
valued AS MATERIALIZED (
    SELECT *, (CASE WHEN quantity > 0 THEN came ELSE coalesce(lag(taken) OVER turn, 0) - taken
        END)::bigint AS moved
    FROM running WINDOW turn AS (PARTITION BY level_id, quantity < 0 ORDER BY stated IS NULL, n)
),
changed AS (
    UPDATE inventory_stocklevel l
    SET on_hand = l.on_hand + c.quantity, value_vnd = l.value_vnd + c.moved
    FROM (SELECT level_id, sum(quantity)::int AS quantity, sum(moved)::bigint AS moved
        FROM valued GROUP BY level_id) AS c
    WHERE l.id = c.level_id RETURNING l.id
),
written AS (
    INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
        cause_kind, cause_id, actor_kind, actor_id, actor_label, note, created_at)
    SELECT variant_id, warehouse_id, quantity, moved, kind, cause_kind, cause_id,
        %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text, note,
        %(now)s::timestamptz
    FROM valued ORDER BY n
    RETURNING id
)
SELECT id FROM written ORDER BY id
"""

# Worth without pieces, for the pieces of a receipt that are still here.
REVALUE = """
WITH asked AS MATERIALIZED (
    SELECT m.variant_id, m.warehouse_id, m.id AS movement_id, a.worth
    FROM unnest(%(movements)s::bigint[], %(worths)s::bigint[]) AS a (movement_id, worth)
    JOIN inventory_stockmovement m ON m.id = a.movement_id
),
changed AS (
    UPDATE inventory_stocklevel l SET value_vnd = l.value_vnd + a.worth
    FROM (SELECT variant_id, warehouse_id, sum(worth)::bigint AS worth
        FROM asked GROUP BY variant_id, warehouse_id) AS a
    WHERE l.variant_id = a.variant_id AND l.warehouse_id = a.warehouse_id RETURNING l.id
),
layered AS (
    UPDATE inventory_costlayer c SET value_vnd = c.value_vnd + a.worth
    FROM (SELECT movement_id, sum(worth)::bigint AS worth FROM asked GROUP BY movement_id) AS a
    WHERE c.movement_id = a.movement_id RETURNING c.id
)
INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
    cause_kind, cause_id, actor_kind, actor_id, actor_label, note, created_at)
SELECT variant_id, warehouse_id, 0, worth, 'revaluation', %(cause_kind)s::text,
    %(cause_id)s::bigint, %(actor_kind)s::text, %(actor_id)s::bigint, %(actor_label)s::text,
    %(note)s::text, %(now)s::timestamptz
FROM asked RETURNING id
"""
