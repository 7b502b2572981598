"""Shelves, boxes, transfers between warehouses, and decisions about held goods."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


# A home names its warehouse twice, through the shelf and by itself: they cannot differ.
SAME_PLACE = """
ALTER TABLE inventory_homebin ADD CONSTRAINT home_in_the_warehouse_of_its_bin
    FOREIGN KEY (bin_id, warehouse_id) REFERENCES inventory_bin (id, warehouse_id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE SEQUENCE inventory_transfer_number START 1;
CREATE SEQUENCE inventory_count_number START 1;
"""
UNDO = """
DROP SEQUENCE inventory_count_number;
DROP SEQUENCE inventory_transfer_number;
ALTER TABLE inventory_homebin DROP CONSTRAINT home_in_the_warehouse_of_its_bin;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_category_texts_gone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="Mã vị trí")),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=30,
                        verbose_name="Khu vực kho",
                    ),
                ),
                (
                    "walking_order",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="Thứ tự đi"),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="Đang dùng"),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bins",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "Vị trí kho",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("warehouse", "code"),
                        name="bin_code_once_per_warehouse",
                        violation_error_message="Kho này đã có vị trí mang mã đó.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["warehouse", "walking_order", "id"], name="bin_walk"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("quantity", models.PositiveIntegerField(verbose_name="Số lượng")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("hold", "Đưa vào kho chờ kiểm"),
                            ("restock", "Trả về kho bán"),
                            ("scrap", "Hủy hàng"),
                        ],
                        max_length=16,
                        verbose_name="Quyết định",
                    ),
                ),
                ("reason", models.CharField(max_length=255, verbose_name="Lý do")),
                ("decided_by", models.CharField(max_length=150)),
                ("decided_at", models.DateTimeField()),
                (
                    "destination",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "Xử lý hàng chờ kiểm",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="disposition_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="disposition_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", "scrap"), ("destination__isnull", False), _connector="XOR"
                        ),
                        name="disposition_destination_unless_scrap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeBin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="homes",
                        to="inventory.bin",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="homes",
                        to="inventory.variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "Vị trí để hàng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "warehouse"), name="home_once_per_variant_warehouse"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackageType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="Mã thùng")),
                ("name", models.CharField(max_length=80, verbose_name="Tên thùng")),
                ("length_cm", models.PositiveSmallIntegerField(verbose_name="Dài trong (cm)")),
                ("width_cm", models.PositiveSmallIntegerField(verbose_name="Rộng trong (cm)")),
                ("height_cm", models.PositiveSmallIntegerField(verbose_name="Cao trong (cm)")),
                (
                    "tare_g",
                    models.PositiveIntegerField(
                        db_default=0, default=0, verbose_name="Khối lượng vỏ (g)"
                    ),
                ),
                (
                    "max_weight_g",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="Tải tối đa (g)"
                    ),
                ),
                (
                    "cost_vnd",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="Giá vỏ thùng"),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="Đang dùng"),
                ),
            ],
            options={
                "verbose_name": "Loại thùng",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code",),
                        name="package_type_code_unique",
                        violation_error_message="Mã thùng này đã được dùng.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("height_cm__gt", 0), ("length_cm__gt", 0), ("width_cm__gt", 0)
                        ),
                        name="package_type_has_a_size",
                        violation_error_message="Ba cạnh của thùng phải lớn hơn 0.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost_vnd__gte", 0)),
                        name="package_type_cost_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Nháp"),
                            ("shipped", "Đang chuyển"),
                            ("partly_received", "Nhận một phần"),
                            ("received", "Đã nhận"),
                            ("cancelled", "Đã hủy"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=16,
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
                ("shipped_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "close_reason",
                    models.CharField(blank=True, db_default="", default="", max_length=255),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_in",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers_out",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "Phiếu chuyển kho",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("destination")), _negated=True),
                        name="transfer_between_two_places",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["status", "-id"], name="transfer_status_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="Số lượng")),
                (
                    "shipped",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="Đã xuất"),
                ),
                (
                    "received",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="Đã nhận"),
                ),
                (
                    "lost",
                    models.PositiveIntegerField(db_default=0, default=0, verbose_name="Thiếu"),
                ),
                (
                    "returned",
                    models.PositiveIntegerField(
                        db_default=0, default=0, verbose_name="Trả lại kho xuất"
                    ),
                ),
                (
                    "value_vnd",
                    models.BigIntegerField(
                        db_default=0, default=0, verbose_name="Giá trị đang chuyển"
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="inventory.transfer",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer_lines",
                        to="inventory.variant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transfer", "variant"), name="transfer_variant_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)),
                        name="transfer_line_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shipped__lte", models.F("quantity"))),
                        name="transfer_shipped_within_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "shipped__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("received"), "+", models.F("lost")
                                    ),
                                    "+",
                                    models.F("returned"),
                                ),
                            )
                        ),
                        name="transfer_arrived_within_shipped",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("received_by", models.CharField(max_length=150)),
                ("received_at", models.DateTimeField()),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="inventory.transfer",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="warehouse",
            name="capacity_l",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="Sức chứa (lít)"),
        ),
        migrations.AddField(
            model_name="warehouse",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Tài khoản phụ trách",
            ),
        ),
        migrations.AlterField(
            model_name="warehouse",
            name="kind",
            field=models.CharField(
                choices=[
                    ("main", "Kho chính"),
                    ("branch", "Chi nhánh"),
                    ("secondary", "Kho phụ"),
                    ("third_party", "Kho bên thứ ba"),
                    ("quarantine", "Kho chờ kiểm"),
                    ("transit", "Hàng đang chuyển"),
                ],
                db_default="main",
                default="main",
                max_length=12,
                verbose_name="Loại kho",
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "transit")),
                fields=("kind",),
                name="warehouse_one_transit",
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "transit"), _negated=True),
                    ("is_active", False),
                    _connector="OR",
                ),
                name="warehouse_transit_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="bin",
            constraint=models.UniqueConstraint(
                fields=("id", "warehouse"), name="bin_with_warehouse"
            ),
        ),
        migrations.RunSQL(SAME_PLACE, UNDO),
    ]
