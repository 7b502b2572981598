"""Indexes of the listing pages, built while the shop goes on selling."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("channels_sync", "0002_listing_search")]

    operations = [
        AddIndexConcurrently(
            "listing",
            GinIndex(
                fields=["search_folded"], name="listing_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        AddIndexConcurrently(
            "listing",
            models.Index(
                condition=models.Q(("variant__isnull", True)),
                fields=["shop", "name", "id"],
                name="listing_unlinked_by_name",
            ),
        ),
        AddIndexConcurrently(
            "stockpush",
            models.Index(
                condition=models.Q(("state", "failed")), fields=["listing"], name="push_refused"
            ),
        ),
    ]
