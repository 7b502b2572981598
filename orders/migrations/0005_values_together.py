"""Two filters of the list at once: how their values go together."""

from django.db import migrations

# Which values go together, so that a pair that hardly any order has is not looked for by walking
# all orders that have one of them.
TOGETHER = [
    (
        """CREATE STATISTICS orders_states (mcv) ON tab, status, fulfillment_status,
        label_printed_count, payment_status, cod_status, invoice_status, carrier_code
        FROM orders_order;
        ALTER STATISTICS orders_states SET STATISTICS 1000""",
        "DROP STATISTICS orders_states",
    ),
    (
        """CREATE STATISTICS orders_sellers (mcv) ON source, shop_ref, tab, warehouse_id
        FROM orders_order""",
        "DROP STATISTICS orders_sellers",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_quotations_frozen")]
    operations = [migrations.RunSQL(make, drop) for make, drop in TOGETHER]
