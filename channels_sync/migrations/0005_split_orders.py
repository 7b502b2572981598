"""Orders with several parcels say so themselves; it was read from what the marketplace told."""

from django.db import migrations


def mark(apps, schema_editor):
    orders = apps.get_model("channels_sync", "RemoteOrder").objects
    orders.filter(payload__split_up=True, is_split=False).update(is_split=True)


class Migration(migrations.Migration):
    dependencies = [("channels_sync", "0004_parcels_and_vouchers")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
