"""What orders earn, grades that people set, and orders sent in exchange for others."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0022_return_from_quarantine"),
        ("orders", "0023_currencies_fill"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderProfit",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="earned",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("net_vnd", models.BigIntegerField()),
                ("cost_vnd", models.BigIntegerField()),
                ("profit_vnd", models.BigIntegerField()),
                ("is_final", models.BooleanField(default=False)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Lãi gộp của đơn",
            },
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="order_flags_known",
        ),
        migrations.AlterField(
            model_name="order",
            name="flags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("vip", "Khách VIP"),
                        ("gift", "Đơn quà tặng"),
                        ("exchange", "Đơn đổi hàng"),
                        ("replacement", "Đơn bù hàng"),
                    ],
                    max_length=12,
                ),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("risk_set", ""), _negated=True),
                fields=["id"],
                name="customer_risk_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("flags__contained_by", ["vip", "gift", "exchange", "replacement"])
                ),
                name="order_flags_known",
            ),
        ),
        migrations.AddIndex(
            model_name="orderprofit",
            index=models.Index(
                condition=models.Q(("profit_vnd__lt", 0)),
                fields=["order"],
                name="order_profit_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderprofit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "profit_vnd",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_vnd"), "-", models.F("cost_vnd")
                        ),
                    )
                ),
                name="order_profit_adds_up",
            ),
        ),
    ]
