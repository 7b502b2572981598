"""How goods are sorted: a tree of categories, and the brands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PATH_SEPARATOR = " > "


class Category(models.Model):
    """A shelf in the tree. `trail` holds the ids from the root ("/3/17/"), `path` their names."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("Thuộc danh mục"),
    )
    name = models.CharField(_("Tên danh mục"), max_length=80)
    name_folded = models.CharField(max_length=80, editable=False)
    path = models.CharField(max_length=500, editable=False)
    trail = models.CharField(max_length=120, editable=False, default="", db_default="")

    class Meta:
        verbose_name = _("Danh mục")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_folded"],
                name="category_name_once",
                nulls_distinct=False,
                violation_error_message=_("Danh mục này đã có."),
            ),
            models.CheckConstraint(condition=~Q(name_folded=""), name="category_name_not_empty"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")), name="category_not_in_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["trail"], name="category_trail", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.path


class Brand(models.Model):
    """A maker's name, kept once however it is typed."""

    name = models.CharField(_("Thương hiệu"), max_length=120)
    name_folded = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("Thương hiệu")
        ordering = ["name_folded"]
        constraints = [
            models.UniqueConstraint(fields=["name_folded"], name="brand_name_once"),
            models.CheckConstraint(condition=~Q(name_folded=""), name="brand_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
