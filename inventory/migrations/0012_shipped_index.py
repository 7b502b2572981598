"""Shipments by variant and day, built while sales go on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0011_channel_stock")]

    operations = [
        AddIndexConcurrently(
            model_name='stockmovement',
            index=models.Index(condition=models.Q(('kind', 'shipment')), fields=['variant', 'created_at'], include=('quantity', 'warehouse'), name='movement_shipped'),
        ),
    ]
