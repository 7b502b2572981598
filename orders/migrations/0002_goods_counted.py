"""How much is in an order, kept by a trigger on its lines."""

from django.db import migrations

# Writers of lines need not know: whoever adds, changes or removes lines, the order agrees. Intake
# writes the right numbers itself, and then nothing differs and no row is written twice.
COUNT_GOODS = """
CREATE FUNCTION orders_count_goods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_order o SET pieces = found.pieces, sku_count = found.skus
    FROM (
        SELECT c.order_id, coalesce(sum(l.quantity), 0) AS pieces,
            count(DISTINCT coalesce(l.variant_id::text, nullif(l.sku, ''), l.name)) AS skus
        FROM (SELECT DISTINCT order_id FROM changed) AS c
        LEFT JOIN orders_orderline l ON l.order_id = c.order_id
        GROUP BY c.order_id
    ) AS found
    WHERE o.id = found.order_id AND (o.pieces, o.sku_count) IS DISTINCT FROM
        (found.pieces, found.skus);
    RETURN NULL;
END $$;
CREATE TRIGGER orders_count_added AFTER INSERT ON orders_orderline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION orders_count_goods();
CREATE TRIGGER orders_count_changed AFTER UPDATE ON orders_orderline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION orders_count_goods();
CREATE TRIGGER orders_count_removed AFTER DELETE ON orders_orderline
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION orders_count_goods();
"""
FORGET = """
DROP TRIGGER orders_count_added ON orders_orderline;
DROP TRIGGER orders_count_changed ON orders_orderline;
DROP TRIGGER orders_count_removed ON orders_orderline;
DROP FUNCTION orders_count_goods();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(COUNT_GOODS, FORGET)]
