"""The statements of a bulk edit: the same arithmetic for preview, change and undo."""

# ruff: noqa: S608 (constants joined with constants)

# Each gives (target_id, product_id, label, before, after, bad); the newest of prices and rows is
# read under the caller's lock.
_PRICE = """
SELECT v.id AS target_id, v.product_id, v.sku AS label, v.price_vnd AS before,
    n.price::bigint AS after, n.price < 0 OR n.price > %(most_vnd)s::bigint AS bad
FROM inventory_variant v CROSS JOIN LATERAL (
    SELECT coalesce(%(set_vnd)s::bigint,
        round((round(v.price_vnd::numeric * (100 + %(percent)s::int) / 100) + %(add_vnd)s::bigint)
            / %(round_to)s::int) * %(round_to)s::int) AS price
) AS n
WHERE v.id = ANY(%(ids)s::bigint[])
"""
_STATUS = """
SELECT p.id AS target_id, p.id AS product_id, p.name AS label,
    (p.status = 'active')::int::bigint AS before, %(status)s::bigint AS after,
    %(status)s::bigint = 0 AND EXISTS (SELECT FROM inventory_variant v
        JOIN inventory_allocation a ON a.variant_id = v.id AND a.status = 'open'
        WHERE v.product_id = p.id) AS bad
FROM inventory_product p WHERE p.id = ANY(%(ids)s::bigint[])
"""
_CATEGORY = """
SELECT p.id AS target_id, p.id AS product_id, p.name AS label, p.category_id AS before,
    %(category)s::bigint AS after, false AS bad
FROM inventory_product p WHERE p.id = ANY(%(ids)s::bigint[])
"""
_ROWS = {"price_vnd": _PRICE, "status": _STATUS, "category_id": _CATEGORY}

# How the new value is written; `c` are the changes.
_WRITE = {
    "price_vnd": "UPDATE inventory_variant t SET price_vnd = c.after FROM {rows} c"
    " WHERE t.id = c.target_id",
    "status": "UPDATE inventory_product t SET updated_at = now(),"
    " status = CASE c.after WHEN 1 THEN 'active' ELSE 'archived' END FROM {rows} c"
    " WHERE t.id = c.target_id",
    "category_id": "UPDATE inventory_product t SET category_id = c.after, updated_at = now()"
    " FROM {rows} c WHERE t.id = c.target_id",
}
_TABLE = {
    "price_vnd": "inventory_variant",
    "status": "inventory_product",
    "category_id": "inventory_product",
}

COUNT = {
    field: f"""
SELECT count(*) FILTER (WHERE before IS DISTINCT FROM after AND NOT bad),
    count(*) FILTER (WHERE before IS DISTINCT FROM after AND bad),
    count(*) FILTER (WHERE before IS NOT DISTINCT FROM after)
FROM ({rows}) AS r
"""
    for field, rows in _ROWS.items()
}
SHOW = {
    field: f"""
SELECT target_id, label, before, after, bad FROM ({rows}) AS r
WHERE before IS DISTINCT FROM after ORDER BY bad DESC, target_id LIMIT %(most)s
"""
    for field, rows in _ROWS.items()
}
# A target that this job changed before is not changed twice: +10 percent stays +10 percent.
CHANGE = {
    field: f"""
WITH locked AS MATERIALIZED (
    SELECT id FROM {_TABLE[field]} WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
),
wanted AS MATERIALIZED (
    SELECT r.* FROM ({rows}) AS r JOIN locked k ON k.id = r.target_id
    WHERE r.before IS DISTINCT FROM r.after AND NOT EXISTS (
        SELECT FROM inventory_bulkchange b
        WHERE b.job_id = %(job)s::bigint AND b.target_id = r.target_id)
),
good AS MATERIALIZED (SELECT * FROM wanted WHERE NOT bad),
written AS ({_WRITE[field].format(rows="good")}),
kept AS (
    INSERT INTO inventory_bulkchange (job_id, field, target_id, before, after)
    SELECT %(job)s::bigint, '{field}', target_id, before, after FROM good
)
SELECT product_id, label, before, after, CASE WHEN bad THEN 'refused' ELSE 'changed' END
FROM wanted ORDER BY target_id
"""
    for field, rows in _ROWS.items()
}
_NOW = {
    "price_vnd": ("t.price_vnd", "t.product_id", "t.sku"),
    "status": ("(t.status = 'active')::int::bigint", "t.id", "t.name"),
    "category_id": ("t.category_id", "t.id", "t.name"),
}
UNDO = {
    field: f"""
WITH back AS MATERIALIZED (
    SELECT b.id, b.target_id, {product} AS product_id, {label} AS label, b.before AS after,
        b.after AS was
    FROM inventory_bulkchange b JOIN {_TABLE[field]} t ON t.id = b.target_id
    WHERE b.job_id = %(job)s::bigint AND b.undone_at IS NULL
        AND {value} IS NOT DISTINCT FROM b.after
    ORDER BY t.id FOR NO KEY UPDATE OF t
),
written AS ({_WRITE[field].format(rows="back")}),
marked AS (
    UPDATE inventory_bulkchange b SET undone_at = %(now)s::timestamptz
    FROM back c WHERE b.id = c.id
)
SELECT product_id, label, after, was FROM back ORDER BY target_id
"""
    for field, (value, product, label) in _NOW.items()
}
# A step that is run again after a crash may have been counted: never above the total.
PROGRESS = """
UPDATE kernel_job SET status = 'running', done = least(total - failed, done + %(handled)s::int)
WHERE id = %(job)s::bigint
"""
