"""Two filters of the list at once: one index of all states, and how their values go together."""

from django.db import migrations, models

# Which values go together, so that a pair that hardly any order has is not looked for by walking
# all orders that have one of them.
STATES = """
CREATE STATISTICS orders_states (mcv) ON tab, status, fulfillment_status, payment_status,
    cod_status, invoice_status, carrier_code, source FROM orders_order
"""
PAPERS = """
CREATE STATISTICS orders_papers (mcv) ON tab, label_printed_count, sku_count, pieces,
    payment_status, cod_status, warehouse_id, shop_ref FROM orders_order
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0018_profit_risk_kinds")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=[
                    "tab",
                    "status",
                    "fulfillment_status",
                    "payment_status",
                    "cod_status",
                    "invoice_status",
                    "carrier_code",
                    "source",
                    "province",
                ],
                name="order_facets",
            ),
        ),
        migrations.RunSQL(STATES, "DROP STATISTICS orders_states"),
        migrations.RunSQL(PAPERS, "DROP STATISTICS orders_papers"),
    ]
