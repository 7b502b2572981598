"""Counts of stock, their lines and tallies; when a count asks for a second one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0013_purchasing"),
    ]

    operations = [
        migrations.AddField(
            model_name="warehouse",
            name="approve_vnd",
            field=models.BigIntegerField(
                db_default=5000000,
                default=5000000,
                verbose_name="Tổng lệch quá bao nhiêu tiền thì cần duyệt cấp cao",
            ),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="recount_percent",
            field=models.PositiveSmallIntegerField(
                db_default=5, default=5, verbose_name="Lệch quá bao nhiêu % thì đếm lại"
            ),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="recount_vnd",
            field=models.BigIntegerField(
                db_default=500000,
                default=500000,
                verbose_name="Lệch quá bao nhiêu tiền thì đếm lại",
            ),
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("walk", models.BigIntegerField()),
                ("expected", models.IntegerField(verbose_name="Sổ lúc bắt đầu")),
                ("counted", models.IntegerField(blank=True, null=True, verbose_name="Đếm được")),
                ("book", models.IntegerField(blank=True, null=True, verbose_name="Sổ lúc đếm")),
                ("first_book", models.IntegerField(blank=True, null=True)),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        db_default=1, default=1, verbose_name="Lần đếm"
                    ),
                ),
                (
                    "first_counted",
                    models.IntegerField(blank=True, null=True, verbose_name="Đếm lần đầu"),
                ),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "counted_by",
                    models.CharField(blank=True, db_default="", default="", max_length=150),
                ),
                ("is_open", models.BooleanField(db_default=True, default=True)),
                (
                    "bin",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inventory.bin",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="count_lines",
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
        ),
        migrations.CreateModel(
            name="CountTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("round", models.PositiveSmallIntegerField()),
                ("quantity", models.IntegerField(verbose_name="Số lượng")),
                ("counted_by", models.CharField(max_length=150)),
                ("counted_at", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="inventory.countline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StockCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="Số phiếu")),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("full", "Toàn kho"),
                            ("bin", "Theo vị trí"),
                            ("abc", "Luân phiên ABC"),
                        ],
                        max_length=4,
                        verbose_name="Phạm vi",
                    ),
                ),
                (
                    "bin_prefix",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=30, verbose_name="Vị trí"
                    ),
                ),
                (
                    "is_blind",
                    models.BooleanField(db_default=True, default=True, verbose_name="Đếm mù"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Nháp"),
                            ("counting", "Đang đếm"),
                            ("review", "Chờ duyệt"),
                            ("approved", "Đã duyệt"),
                            ("cancelled", "Đã hủy"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=255,
                        verbose_name="Ghi chú",
                    ),
                ),
                ("created_by", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.CharField(blank=True, db_default="", default="", max_length=150),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "Phiếu kiểm kê",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope", "bin"), ("bin_prefix", ""), _connector="XOR"),
                        name="count_prefix_for_shelves_only",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["status", "-id"], name="count_status_newest"),
                ],
            },
        ),
        migrations.AddField(
            model_name="countline",
            name="count",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="inventory.stockcount",
            ),
        ),
        migrations.AddIndex(
            model_name="countline",
            index=models.Index(fields=["count", "walk", "id"], name="count_walk"),
        ),
        migrations.AddIndex(
            model_name="countline",
            index=models.Index(
                condition=models.Q(("counted__isnull", False)),
                fields=["warehouse", "variant", "-counted_at"],
                name="count_last_of_balance",
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.UniqueConstraint(
                fields=("count", "variant"), name="count_variant_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)),
                fields=("variant", "warehouse"),
                name="count_open_once_per_balance",
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__isnull", True), ("counted__gte", 0), _connector="OR"),
                name="count_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="countline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("book__isnull", True), ("counted__isnull", True)),
                    models.Q(("book__isnull", False), ("counted__isnull", False)),
                    _connector="OR",
                ),
                name="count_keeps_the_book_of_its_moment",
            ),
        ),
    ]
