"""The index of a balance's movements carries what a past day is computed from."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inventory", "0017_replenishment")]

    operations = [
        AddIndexConcurrently(
            model_name="stockmovement",
            index=models.Index(
                fields=["variant", "warehouse", "id"],
                include=["quantity", "value_vnd", "created_at"],
                name="movement_told_by_level",
            ),
        ),
        RemoveIndexConcurrently(model_name="stockmovement", name="movement_of_level"),
    ]
