"""What Lazada is told when an order is cancelled: its connector finds the id of such a reason."""

from django.db import migrations

WORDS = {
    "out_of_stock": "OUT_OF_STOCK",
    "buyer_changed": "CUSTOMER_REQUEST",
    "unreachable": "CUSTOMER_REQUEST",
    "duplicate": "CUSTOMER_REQUEST",
    "wrong_address": "CUSTOMER_REQUEST",
    "risk": "CUSTOMER_REQUEST",
}


def load(apps, schema_editor):
    reasons = apps.get_model("orders", "Reason").objects.filter(kind="cancel", code__in=WORDS)
    mapping = apps.get_model("orders", "ReasonMapping")
    for reason in reasons:
        mapping.objects.get_or_create(
            reason=reason, channel="lazada", defaults={"remote_code": WORDS[reason.code]}
        )


class Migration(migrations.Migration):
    dependencies = [("orders", "0020_terms")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
