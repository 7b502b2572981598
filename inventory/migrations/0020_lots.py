"""Lots and serial numbers: where they are, where they went, and their own ledger."""

import django.db.models.deletion
from django.db import migrations, models


GUARD = """
CREATE FUNCTION inventory_lot_movement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lot movements are append-only'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lot_movement_append_only';
END
$$;
CREATE TRIGGER lot_movement_append_only BEFORE UPDATE OR DELETE ON inventory_lotmovement
    FOR EACH ROW EXECUTE FUNCTION inventory_lot_movement_is_final();
"""
UNGUARD = """
DROP TRIGGER lot_movement_append_only ON inventory_lotmovement;
DROP FUNCTION inventory_lot_movement_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0019_prices_units"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=60, verbose_name="Mã lô"
                    ),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="Hạn sử dụng")),
                ("is_serial", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="inventory.variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "Lô hàng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "code"), name="lot_code_once_per_variant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_serial", False),
                            models.Q(("code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lot_serial_has_a_number",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["code"], name="lot_by_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_hand", models.IntegerField(db_default=0, default=0)),
                ("is_serial", models.BooleanField(db_default=False, default=False)),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="inventory.lot",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("lot", "warehouse"), name="lot_balance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0)), name="lot_balance_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_serial", False), ("on_hand__lte", 1), _connector="OR"
                        ),
                        name="serial_is_one_piece",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_serial", True), ("on_hand__gt", 0)),
                        fields=("lot",),
                        name="serial_in_one_place",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("on_hand__gt", 0)),
                        fields=["variant", "warehouse"],
                        name="lot_here",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder_kind", models.CharField(max_length=30)),
                ("holder_id", models.BigIntegerField()),
                ("quantity", models.PositiveIntegerField(verbose_name="Số lượng")),
                ("reason", models.CharField(max_length=255, verbose_name="Lý do")),
                ("chosen_by", models.CharField(max_length=150)),
                ("chosen_at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="inventory.lot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("holder_kind", "holder_id", "lot"), name="lot_choice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="lot_choice_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="lot_choice_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.IntegerField(verbose_name="Số lượng")),
                ("actor_label", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="inventory.lot",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="inventory.stockmovement",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True),
                        name="lot_movement_not_zero",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["lot", "-id"], name="lot_movement_of_lot"),
                    models.Index(
                        condition=models.Q(("movement__isnull", False)),
                        fields=["movement"],
                        name="lot_movement_of_movement",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="tracking",
            field=models.CharField(
                choices=[
                    ("none", "Không theo dõi lô"),
                    ("lot", "Theo lô và hạn dùng"),
                    ("serial", "Theo số sê-ri / IMEI"),
                ],
                db_default="none",
                default="none",
                max_length=6,
                verbose_name="Theo dõi lô",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("tracking", "none"), _negated=True),
                fields=["id"],
                name="product_tracked",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
