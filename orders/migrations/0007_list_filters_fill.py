"""Pieces and goods of the orders that were there before their trigger."""

from django.db import migrations

FILL = """
UPDATE orders_order o SET pieces = found.pieces, sku_count = found.skus
FROM (
    SELECT order_id, sum(quantity) AS pieces,
        count(DISTINCT coalesce(variant_id::text, nullif(sku, ''), name)) AS skus
    FROM orders_orderline WHERE order_id BETWEEN %s AND %s GROUP BY order_id
) AS found
WHERE o.id = found.order_id
"""
BATCH = 10_000


def fill(apps, schema_editor):
    """Orders from before, some thousands a statement."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM orders_order")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(FILL, [start, start + BATCH - 1])


class Migration(migrations.Migration):
    # Each batch commits by itself: intake goes on meanwhile, and its orders are right already.
    atomic = False
    dependencies = [("orders", "0006_list_filters")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
