"""What filters ask of open orders is read from their index alone; built while the shop sells."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = (
    *("to_confirm", "waiting_stock", "to_arrange", "to_print"),
    *("packing", "to_hand_over", "on_hold"),
)
READ = (
    *("placed_at", "tab", "status", "fulfillment_status", "label_printed_count"),
    *("payment_status", "cod_status", "invoice_status", "carrier_code", "source", "province"),
    *("pieces", "sku_count", "warehouse", "shop_ref", "assignee", "customer"),
    *("confirmed_at", "shipped_at", "needs_attention"),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0007_cod_differences")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(
                condition=models.Q(("ship_by_at__isnull", False), ("tab__in", OPEN)),
                fields=["ship_by_at", "id"],
                include=READ,
                name="order_due",
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                condition=models.Q(("tab__in", OPEN)),
                fields=["-placed_at", "-id"],
                include=("phone_reversed",),
                name="order_open_newest",
            ),
        ),
        RemoveIndexConcurrently("order", "order_deadline"),
    ]
