"""The index of lines with a word that nobody knew, built while money goes on being read."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("channels_sync", "0004_money_words")]

    operations = [
        AddIndexConcurrently(
            "orderfee",
            models.Index(condition=~models.Q(word=""), fields=["word"], name="fee_by_word"),
        )
    ]
