"""What has left the house is history: its order cannot be deleted."""

from django.db import migrations

KEEP = """
CREATE FUNCTION orders_order_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order that was shipped is kept'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_history_kept';
END
$$;
CREATE TRIGGER order_history_kept BEFORE DELETE ON orders_order FOR EACH ROW
    WHEN (OLD.shipped_at IS NOT NULL) EXECUTE FUNCTION orders_order_is_kept();
"""
FORGET = """
DROP TRIGGER order_history_kept ON orders_order;
DROP FUNCTION orders_order_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_goods_counted")]
    operations = [migrations.RunSQL(KEEP, FORGET)]
