"""Categories become a tree and brands a table; the old texts stay until their names are kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Deferrable, F, Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_value_of_past")]

    operations = [
        migrations.CreateModel(
            name="Brand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="Thương hiệu")),
                ("name_folded", models.CharField(editable=False, max_length=120)),
            ],
            options={
                "verbose_name": "Thương hiệu",
                "ordering": ["name_folded"],
                "constraints": [
                    models.UniqueConstraint(fields=("name_folded",), name="brand_name_once"),
                    models.CheckConstraint(condition=~Q(name_folded=""), name="brand_name_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="Tên danh mục")),
                ("name_folded", models.CharField(editable=False, max_length=80)),
                ("path", models.CharField(editable=False, max_length=500)),
                ("trail", models.CharField(db_default="", default="", editable=False, max_length=120)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT,
                        related_name="children", to="inventory.category", verbose_name="Thuộc danh mục",
                    ),
                ),
            ],
            options={
                "verbose_name": "Danh mục",
                "ordering": ["path"],
                "indexes": [
                    models.Index(fields=["trail"], name="category_trail", opclasses=["varchar_pattern_ops"])
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "name_folded"), name="category_name_once", nulls_distinct=False,
                        violation_error_message="Danh mục này đã có.",
                    ),
                    models.CheckConstraint(condition=~Q(name_folded=""), name="category_name_not_empty"),
                    models.CheckConstraint(
                        condition=Q(parent=None) | ~Q(parent=F("id")), name="category_not_in_itself"
                    ),
                ],
            },
        ),
        migrations.RenameField("product", "brand", "brand_text"),
        migrations.RenameField("product", "category", "category_text"),
        migrations.AddField(
            "product",
            "brand",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="products", to="inventory.brand",
            ),
        ),
        migrations.AddField(
            "product",
            "category",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="products", to="inventory.category",
            ),
        ),
        migrations.AddField(
            "product", "specifications", models.JSONField(blank=True, db_default=[], default=list)
        ),
        migrations.AddField(
            "product",
            "video_url",
            models.URLField(blank=True, db_default="", default="", max_length=500, verbose_name="Video"),
        ),
        migrations.AddField(
            "productimage",
            "thumb",
            models.ImageField(blank=True, db_default="", default="", upload_to="products/%Y/%m/"),
        ),
        migrations.RemoveConstraint("productimage", "image_position_once"),
        migrations.AddConstraint(
            "productimage",
            models.UniqueConstraint(
                deferrable=Deferrable.DEFERRED, fields=("product", "position"), name="image_position_once"
            ),
        ),
    ]
