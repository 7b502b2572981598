"""The statements of intake: one to look, one to write, whatever the size of the batch."""

# ruff: noqa: S608 (constants joined with constants)

from inventory.selectors.expired import EXPIRED
from inventory.services.stock_sql import PROMISE, REFUSE, UNCARRIED
from oms.kernel.counters import OWN_SLOT

# What the batch refers to. Reads without locks: the write decides again under them. LATERAL keeps a
# plan that was made for small tables to one look into the index for each row.
LOOK = f"""
WITH asked AS MATERIALIZED (
    SELECT v.id, v.sku AS code, v.sku, v.title, v.product_id
    FROM inventory_variant v WHERE v.sku = ANY(%(codes)s::text[])
    UNION ALL
    SELECT v.id, b.code, v.sku, v.title, v.product_id
    FROM inventory_barcode b JOIN inventory_variant v ON v.id = b.variant_id
    WHERE b.code = ANY(%(codes)s::text[])
    UNION ALL
    SELECT v.id, '', v.sku, v.title, v.product_id
    FROM inventory_variant v WHERE v.id = ANY(%(ids)s::bigint[])
)
SELECT 'variant', a.code, a.id, p.vat_rate::bigint, (p.kind = 'bundle')::int::bigint,
    CASE WHEN a.title = '' THEN p.name ELSE p.name || ' - ' || a.title END, a.sku
FROM asked a CROSS JOIN LATERAL (
    SELECT vat_rate, kind, name FROM inventory_product WHERE id = a.product_id LIMIT 1
) AS p
UNION ALL
SELECT 'level', '', l.variant_id, l.warehouse_id,
    l.on_hand - l.reserved - l.safety_stock - {EXPIRED},
    to_char(w.priority, 'FM00000'), ''
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
WHERE l.variant_id = ANY(ARRAY(SELECT id FROM asked)) AND w.is_active AND w.kind <> 'quarantine'
UNION ALL
SELECT 'customer', c.phone, coalesce(c.merged_into_id, c.id), 0, 0, '', ''
FROM orders_customer c WHERE c.phone = ANY(%(phones)s::text[])
UNION ALL
SELECT 'order', o.remote_id, o.id, o.shop_ref, o.remote_version, o.number, o.status
FROM unnest(%(shops)s::bigint[], %(remote_ids)s::text[]) AS k (shop_ref, remote_id)
CROSS JOIN LATERAL (
    SELECT id, remote_id, shop_ref, remote_version, number, status FROM orders_order
    WHERE shop_ref = k.shop_ref AND remote_id = k.remote_id LIMIT 1
) AS o
UNION ALL
SELECT 'request', o.request_key, o.id, NULL, o.remote_version, o.number, o.status
FROM orders_order o WHERE o.request_key = ANY(%(requests)s::text[])
"""

# Asked only when a bundle is among the goods: its components, and where they are.
LOOK_PARTS = f"""
WITH part AS MATERIALIZED (
    SELECT bundle_id, component_id, quantity FROM inventory_bundlecomponent
    WHERE bundle_id = ANY(%(bundles)s::bigint[]) ORDER BY id
)
SELECT 'part', '', bundle_id, component_id, quantity::bigint, '', '' FROM part
UNION ALL
SELECT 'level', '', l.variant_id, l.warehouse_id,
    l.on_hand - l.reserved - l.safety_stock - {EXPIRED},
    to_char(w.priority, 'FM00000'), ''
FROM inventory_stocklevel l JOIN inventory_warehouse w ON w.id = l.warehouse_id
WHERE l.variant_id = ANY(ARRAY(SELECT component_id FROM part))
    AND w.is_active AND w.kind <> 'quarantine'
"""

# Columns that arrive as they are stored; the same names in the JSON rows and in the table.
ORDER_COLUMNS = {
    "source": "text",
    "shop_ref": "bigint",
    "shop_name": "text",
    "remote_id": "text",
    "request_key": "text",
    "remote_status": "text",
    "remote_version": "bigint",
    "status": "text",
    "fulfillment_status": "text",
    "payment_status": "text",
    "cod_status": "text",
    "tab": "text",
    "needs_attention": "boolean",
    "priority": "smallint",
    "currency": "text",
    "rate": "numeric",
    "rate_on": "date",
    "rate_source": "text",
    "goods_vnd": "bigint",
    "discount_vnd": "bigint",
    "shipping_fee_buyer_vnd": "bigint",
    "total_vnd": "bigint",
    "total_minor": "bigint",
    "discount_minor": "bigint",
    "shipping_fee_minor": "bigint",
    "paid_vnd": "bigint",
    "cod_vnd": "bigint",
    "is_cod": "boolean",
    "recipient_name": "text",
    "recipient_phone": "text",
    "phone_reversed": "text",
    "street": "text",
    "ward": "text",
    "district": "text",
    "province": "text",
    "address_raw": "text",
    "pickup_code": "text",
    "old_unit_path": "text",
    "new_unit_path": "text",
    "buyer_note": "text",
    "internal_note": "text",
    "placed_at": "timestamptz",
    "ship_by_at": "timestamptz",
    "confirmed_at": "timestamptz",
    "warehouse_id": "bigint",
    "search_folded": "text",
    "pieces": "int",
    "sku_count": "int",
}
LINE_COLUMNS = {
    "position": "smallint",
    "variant_id": "bigint",
    "sku": "text",
    "name": "text",
    "quantity": "int",
    "unit_price_vnd": "bigint",
    "discount_vnd": "bigint",
    "total_vnd": "bigint",
    "vat_rate": "smallint",
    "listing_ref": "text",
    "remote_line_id": "text",
    "unit_price_minor": "bigint",
    "total_minor": "bigint",
}


def _typed(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


_ORDER = ", ".join(ORDER_COLUMNS)
_LINE = ", ".join(LINE_COLUMNS)

# Locks are taken late: customers by phone, then balances by id, counters last.
WRITE = (
    f"""
WITH new AS MATERIALIZED (
    SELECT nextval('orders_order_id_seq') AS id,
        'DH' || nextval('kernel_order_number') AS number, x.*
    FROM json_to_recordset(%(orders)s::json)
        AS x (idx int, phone text, name_folded text, customer_id bigint, {_typed(ORDER_COLUMNS)})
),
buyer AS (
    INSERT INTO orders_customer (name, name_folded, phone, phone_reversed, created_at)
    SELECT DISTINCT ON (phone) recipient_name, name_folded, phone, phone_reversed,
        %(now)s::timestamptz
    FROM new WHERE phone IS NOT NULL AND customer_id IS NULL ORDER BY phone
    ON CONFLICT (phone) DO UPDATE SET phone = excluded.phone
    RETURNING coalesce(merged_into_id, id) AS id, phone
),
placed AS (
    INSERT INTO orders_order (id, number, customer_id, created_at, updated_at, {_ORDER})
    SELECT n.id, n.number, coalesce(n.customer_id, b.id), %(now)s::timestamptz,
        %(now)s::timestamptz,
        {", ".join("n." + name for name in ORDER_COLUMNS)}
    FROM new n LEFT JOIN buyer b ON b.phone = n.phone
    ORDER BY n.idx
    ON CONFLICT DO NOTHING
    RETURNING id, number, source, tab, needs_attention, confirmed_at, total_vnd
),
item AS MATERIALIZED (
    SELECT nextval('orders_orderline_id_seq') AS id, p.id AS order_id, x.*
    FROM json_to_recordset(%(lines)s::json) AS x (idx int, no int, {_typed(LINE_COLUMNS)})
    JOIN new n ON n.idx = x.idx JOIN placed p ON p.id = n.id
),
line AS (
    INSERT INTO orders_orderline (id, order_id, {_LINE}) SELECT id, order_id, {_LINE} FROM item
),
trouble AS (
    INSERT INTO orders_orderproblem (order_id, kind, message, data, created_at)
    SELECT p.id, x.kind, x.message, x.data, %(now)s::timestamptz
    FROM json_to_recordset(%(problems)s::json) AS x (idx int, kind text, message text, data jsonb)
    JOIN new n ON n.idx = x.idx JOIN placed p ON p.id = n.id
    RETURNING order_id, kind, message
),
promised AS MATERIALIZED (
    SELECT 'order_line' AS holder_kind, i.id AS holder_id, x.variant_id, x.warehouse_id, x.quantity
    FROM json_to_recordset(%(picks)s::json)
        AS x (no int, variant_id bigint, warehouse_id bigint, quantity int)
    JOIN item i ON i.no = x.no
),
"""
    + PROMISE
    + f""",
news AS (
    SELECT 'order.placed' AS name, 'order' AS kind, id, %(placed_heard)s::boolean AS heard,
        jsonb_build_object('number', number, 'source', source, 'total_vnd', total_vnd) AS data
    FROM placed
    UNION ALL
    SELECT 'order.confirmed', 'order', id, %(confirmed_heard)s::boolean, '{{}}'
    FROM placed WHERE confirmed_at IS NOT NULL
    UNION ALL
    SELECT 'order.problem_opened', 'order', order_id, %(problem_heard)s::boolean,
        jsonb_build_object('kind', kind, 'message', message)
    FROM trouble
    UNION ALL
    SELECT 'stock.changed', 'variant', min(variant_id), %(stock_heard)s::boolean,
        jsonb_build_object('variant_ids', jsonb_agg(DISTINCT variant_id))
    FROM asked HAVING count(*) > 0
),
told AS (
    INSERT INTO kernel_event (name, subject_kind, subject_id, about_kind, about_id, actor_kind,
        actor_id, actor_label, data, created_at, published_at, attempts, last_error)
    SELECT name, kind, id, kind, id, %(actor_kind)s::text, %(actor_id)s::bigint,
        %(actor_label)s::text, data, %(now)s::timestamptz,
        CASE WHEN heard THEN NULL ELSE %(now)s::timestamptz END, 0, ''
    FROM news
    RETURNING id, published_at
),
counted AS (
    INSERT INTO kernel_counterslot AS c (name, slot, value)
    SELECT name, {OWN_SLOT}, count(*) FROM (
        SELECT 'orders:' || tab AS name FROM placed
        UNION ALL SELECT 'orders:needs_attention' FROM placed WHERE needs_attention
    ) AS tabs
    WHERE (SELECT count(*) FROM raised) >= 0
    GROUP BY name ORDER BY name
    ON CONFLICT (name, slot) DO UPDATE SET value = c.value + excluded.value
)
SELECT 'order', n.idx, p.id, p.number FROM placed p JOIN new n ON n.id = p.id
UNION ALL
SELECT 'event', 0, id, '' FROM told WHERE published_at IS NULL
UNION ALL
SELECT 'refused', 0, 0, {REFUSE} WHERE {UNCARRIED}
"""
)

# With bundles: their components are frozen on the lines that sell them.
_FROZEN = """
frozen AS (
    INSERT INTO orders_orderlinecomponent (line_id, variant_id, quantity)
    SELECT i.id, x.variant_id, x.quantity
    FROM json_to_recordset(%(parts)s::json) AS x (n int, no int, variant_id bigint, quantity int)
    JOIN item i ON i.no = x.no ORDER BY x.n
),
trouble AS ("""
WRITE_SETS = WRITE.replace("\ntrouble AS (", _FROZEN, 1)

# A newer version from the shop: what the buyer or the marketplace may still change.
RENEW = """
WITH newer AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(orders)s::json) AS x (id bigint, remote_version bigint,
        remote_status text, recipient_name text, recipient_phone text, phone_reversed text,
        street text, ward text, district text, province text, address_raw text, buyer_note text,
        old_unit_path text, new_unit_path text,
        ship_by_at timestamptz, search_folded text)
),
locked AS MATERIALIZED (
    SELECT o.id FROM orders_order o JOIN newer n ON n.id = o.id
    WHERE o.remote_version < n.remote_version ORDER BY o.id FOR NO KEY UPDATE OF o
)
UPDATE orders_order o SET remote_version = n.remote_version, remote_status = n.remote_status,
    recipient_name = n.recipient_name, recipient_phone = n.recipient_phone,
    phone_reversed = n.phone_reversed, street = n.street, ward = n.ward, district = n.district,
    province = n.province, address_raw = n.address_raw, buyer_note = n.buyer_note,
    old_unit_path = n.old_unit_path, new_unit_path = n.new_unit_path,
    ship_by_at = coalesce(n.ship_by_at, o.ship_by_at), search_folded = n.search_folded,
    version = o.version + 1, updated_at = %(now)s::timestamptz
FROM newer n JOIN locked k USING (id)
WHERE o.id = n.id AND o.remote_version < n.remote_version
RETURNING o.id
"""
