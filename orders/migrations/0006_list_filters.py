"""How much is in an order, kept by a trigger on its lines, and the indexes of the list's filters."""

from django.db import migrations, models
from django.db.models import Q

OPEN_TABS = (
    *("to_confirm", "waiting_stock", "to_arrange", "to_print"),
    *("packing", "to_hand_over", "on_hold"),
)

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


def newest(*fields, name, condition):
    return migrations.AddIndex(
        "order",
        models.Index(fields=[*fields, "-placed_at", "-id"], name=name, condition=condition),
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_customers")]

    operations = [
        migrations.AddField(
            "order",
            "pieces",
            models.PositiveIntegerField("Số lượng", default=0, db_default=0),
        ),
        migrations.AddField(
            "order",
            "sku_count",
            models.PositiveIntegerField("Số SKU", default=0, db_default=0),
        ),
        migrations.RunSQL(COUNT_GOODS, FORGET),
        newest("province", name="order_province_newest", condition=~Q(province="")),
        newest("carrier_code", name="order_carrier_newest", condition=~Q(carrier_code="")),
        newest(
            "cod_status",
            name="order_cod_newest",
            condition=~Q(cod_status="none") & ~Q(cod_status="remitted"),
        ),
        newest("payment_status", name="order_payment_newest", condition=~Q(payment_status="paid")),
        newest(
            "invoice_status",
            name="order_invoice_newest",
            condition=~Q(invoice_status="not_required") & ~Q(invoice_status="coded"),
        ),
        newest(name="order_buyer_note", condition=~Q(buyer_note="")),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["ship_by_at", "id"],
                name="order_deadline",
                condition=Q(ship_by_at__isnull=False, tab__in=OPEN_TABS),
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["tab", "ship_by_at", "id"],
                name="order_tab_deadline",
                condition=Q(ship_by_at__isnull=False, tab__in=OPEN_TABS),
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["-confirmed_at", "-id"],
                name="order_confirmed_newest",
                condition=Q(confirmed_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["-shipped_at", "-id"],
                name="order_shipped_newest",
                condition=Q(shipped_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(fields=["id"], name="order_own_note", condition=~Q(internal_note="")),
        ),
        migrations.AddIndex(
            "order",
            models.Index(fields=["pieces"], name="order_pieces", condition=Q(pieces__gte=10)),
        ),
    ]
