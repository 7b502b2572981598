"""A shop's buffer becomes a rule of what its channel may be told."""

from django.db import migrations


def copy_buffers(apps, schema_editor):
    rules = apps.get_model("inventory", "ChannelStockRule")
    for shop in apps.get_model("channels_sync", "Shop").objects.filter(buffer__gt=0):
        rules.objects.get_or_create(
            channel_kind="shop",
            channel_id=shop.pk,
            variant=None,
            category=None,
            defaults={"buffer_kind": "fixed", "buffer_value": shop.buffer},
        )


def copy_back(apps, schema_editor):
    shops = apps.get_model("channels_sync", "Shop")
    rules = apps.get_model("inventory", "ChannelStockRule").objects.filter(
        channel_kind="shop", variant=None, category=None, buffer_kind="fixed"
    )
    for rule in rules:
        shops.objects.filter(pk=rule.channel_id).update(buffer=rule.buffer_value)


class Migration(migrations.Migration):
    dependencies = [
        ("channels_sync", "0001_initial"),
        ("inventory", "0011_channel_stock"),
    ]

    operations = [migrations.RunPython(copy_buffers, copy_back)]
