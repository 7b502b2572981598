from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0022_return_from_quarantine"),
        ("shipping", "0002_cod_in_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="package",
            name="box",
            field=models.ForeignKey(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="inventory.packagetype",
            ),
        ),
        migrations.AddField(
            model_name="package",
            name="box_cost_vnd",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("box_cost_vnd", 0),
                    models.Q(("box__isnull", False), ("box_cost_vnd__gt", 0)),
                    _connector="OR",
                ),
                name="package_box_cost_of_a_box",
            ),
        ),
    ]
