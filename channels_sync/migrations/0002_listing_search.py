"""What the search of listings looks in."""

from django.db import migrations, models

from oms.kernel.text import fold

CHUNK = 1000


def fill(apps, schema_editor):
    listings = apps.get_model("channels_sync", "Listing").objects
    last = 0
    while rows := list(listings.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for row in rows:
            told = f"{row.name} {row.sku} {row.barcode} {row.remote_item_id}"
            row.search_folded = fold(told)[:820]
        listings.bulk_update(rows, ["search_folded"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("channels_sync", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="search_folded",
            field=models.CharField(db_default="", default="", editable=False, max_length=820),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
