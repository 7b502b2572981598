"""Order numbers: never reused, gaps allowed, so a sequence and no lock."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE orders_order_number START 100001",
            "DROP SEQUENCE orders_order_number",
        )
    ]
