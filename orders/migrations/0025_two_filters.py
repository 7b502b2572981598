"""Two filters of the list at once: indexes that hold what they ask, and how values go together."""

from django.db import migrations, models

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
STATES = [
    *("tab", "status", "fulfillment_status", "label_printed_count", "payment_status"),
    *("cod_status", "invoice_status", "carrier_code", "source", "province"),
]
FILTERED = [
    *STATES,
    *("pieces", "sku_count", "warehouse", "shop_ref", "assignee", "customer", "phone_reversed"),
    *("confirmed_at", "shipped_at", "ship_by_at", "needs_attention"),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0024_profit_risk_kinds")]

    operations = [
        migrations.RemoveIndex(model_name="order", name="order_newest"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["-placed_at", "-id"], include=FILTERED, name="order_newest"),
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=STATES, name="order_facets")
        ),
        *(migrations.RunSQL(make, drop) for make, drop in TOGETHER),
    ]
