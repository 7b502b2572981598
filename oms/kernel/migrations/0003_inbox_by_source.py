"""What waits in the inbox is looked for by its source, so that sources can take turns."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kernel", "0002_numbers_and_history")]

    operations = [
        AddIndexConcurrently(
            "inboxmessage",
            models.Index(
                condition=models.Q(("processed_at", None)),
                fields=["source", "id"],
                name="inbox_source_waiting",
            ),
        ),
        RemoveIndexConcurrently("inboxmessage", "inbox_waiting"),
    ]
