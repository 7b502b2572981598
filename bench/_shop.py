"""The goods of a bench shop, made with SQL."""

import psycopg

VARIANTS = 2000

STATEMENTS = [
    """INSERT INTO inventory_product (name, name_folded, created_at, updated_at)
       SELECT 'San pham ' || n, 'san pham ' || n, now(), now() FROM generate_series(1, {n}) n""",
    """INSERT INTO inventory_variant (product_id, sku, price_vnd, created_at, option_values)
       SELECT id, 'SKU-' || id, 100000, now(), '{{}}' FROM inventory_product""",
    """INSERT INTO inventory_warehouse (code, name, kind, contact_name, phone, street, ward,
           district, province)
       VALUES ('K1', 'Kho 1', 'main', '', '', '', '', '', '')""",
    """INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand)
       SELECT v.id, w.id, {units} FROM inventory_variant v, inventory_warehouse w""",
    """INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, kind, actor_kind,
           actor_label, created_at)
       SELECT variant_id, warehouse_id, on_hand, 'opening', 'system', 'bench', now()
       FROM inventory_stocklevel WHERE on_hand > 0""",
]


def stock_shop(url: str, *, variants: int = VARIANTS, units: int = 1_000_000) -> list[str]:
    """Fill an empty database; returns the SKUs."""
    with psycopg.connect(url, autocommit=True) as db:
        for statement in STATEMENTS:
            db.execute(statement.format(n=variants, units=units))
        db.execute("ANALYZE")
        return [row[0] for row in db.execute("SELECT sku FROM inventory_variant ORDER BY id")]
