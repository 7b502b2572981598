"""What orders of other currencies charged for delivery, in that currency: total less lines."""

from django.db import migrations

FILL = """
UPDATE orders_order o SET shipping_fee_minor = o.total_minor - l.goods
FROM (
    SELECT order_id, sum(total_minor) AS goods FROM orders_orderline
    WHERE total_minor IS NOT NULL GROUP BY order_id
) AS l
WHERE l.order_id = o.id AND o.currency <> 'VND' AND o.total_minor > l.goods
"""
EMPTY = "UPDATE orders_order SET shipping_fee_minor = 0 WHERE shipping_fee_minor <> 0"


class Migration(migrations.Migration):
    dependencies = [("orders", "0022_currencies")]

    operations = [migrations.RunSQL(FILL, EMPTY)]
