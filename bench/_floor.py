"""The floor of intake: the same rows by one hand-written statement on a bare connection."""

import psycopg

# Customer, order, three lines, promise of stock, history and tab counter of one confirmed order.
ONE_ORDER = """
WITH wanted AS MATERIALIZED (
    SELECT row_number() OVER () AS position, v.id AS variant_id, q.quantity, v.price_vnd, v.sku
    FROM unnest(%(skus)s::text[], %(quantities)s::int[]) AS q (sku, quantity)
    JOIN inventory_variant v USING (sku)
),
buyer AS (
    INSERT INTO orders_customer (name, name_folded, phone, phone_reversed, created_at)
    VALUES (%(name)s::text, lower(%(name)s::text), %(phone)s::text, reverse(%(phone)s::text), now())
    ON CONFLICT (phone) DO UPDATE SET phone = excluded.phone RETURNING id
),
placed AS (
    INSERT INTO orders_order (number, source, status, fulfillment_status, tab, goods_vnd, total_vnd,
        customer_id, recipient_name, recipient_phone, phone_reversed, street, ward, province,
        placed_at, confirmed_at, created_at, updated_at, warehouse_id, search_folded)
    SELECT 'DH' || nextval('kernel_order_number'), 'phone', 'confirmed', 'allocated', 'to_arrange',
        w.total, w.total, b.id, %(name)s::text, %(phone)s::text, reverse(%(phone)s::text),
        '1 Tran Phu', 'Ba Dinh',
        'Ha Noi', now(), now(), now(), now(), 1, lower(%(name)s::text) || ' ' || lower(w.skus)
    FROM buyer b, (SELECT sum(price_vnd * quantity) AS total, string_agg(sku, ' ') AS skus
        FROM wanted) AS w
    RETURNING id
),
line AS (
    INSERT INTO orders_orderline (order_id, position, variant_id, sku, name, quantity,
        unit_price_vnd, total_vnd)
    SELECT p.id, w.position, w.variant_id, w.sku, 'San pham', w.quantity, w.price_vnd,
        w.price_vnd * w.quantity
    FROM placed p, wanted w RETURNING id, variant_id, quantity
),
held AS (
    INSERT INTO inventory_allocation (variant_id, warehouse_id, quantity, holder_kind, holder_id,
        created_at)
    SELECT variant_id, 1, quantity, 'order_line', id, now() FROM line
),
told AS (
    INSERT INTO kernel_event (name, subject_kind, subject_id, about_kind, about_id, actor_kind,
        actor_label, data, created_at, attempts, last_error)
    SELECT e.name, 'order', p.id, 'order', p.id, 'system', 'bench', '{}', now(), 0, ''
    FROM placed p, (VALUES ('order.placed'), ('order.confirmed'), ('stock.changed')) AS e (name)
),
locked AS MATERIALIZED (
    SELECT l.id, w.quantity FROM inventory_stocklevel l JOIN wanted w USING (variant_id)
    WHERE l.warehouse_id = 1 ORDER BY l.id FOR NO KEY UPDATE OF l
),
raised AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved + k.quantity
    FROM locked k WHERE l.id = k.id AND l.on_hand - l.reserved >= k.quantity RETURNING l.id
),
counted AS (
    INSERT INTO kernel_counterslot AS c (name, slot, value)
    SELECT 'orders:to_arrange', mod(pg_backend_pid(), 64)::smallint, count(*) FROM placed
    WHERE (SELECT count(*) FROM raised) = %(lines)s::int
    ON CONFLICT (name, slot) DO UPDATE SET value = c.value + excluded.value
)
SELECT id, (SELECT count(*) FROM raised) FROM placed
"""


def place_one(
    db: psycopg.Connection, skus: list[str], quantities: list[int], phone: str
) -> tuple[int, int]:
    """(order id, balances raised); in autocommit, prepared from the first call."""
    row = db.execute(
        ONE_ORDER,
        {
            "skus": skus,
            "quantities": quantities,
            "name": f"Nguyen Thi {phone[-4:]}",
            "phone": phone,
            "lines": len(skus),
        },
        prepare=True,
    ).fetchone()
    assert row is not None
    return row[0], row[1]
