"""Units that goods are counted in beside the piece: a case of 24."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class ProductUnit(models.Model):
    """`factor` pieces (the product's base unit) make one of this unit."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="units", db_index=False)
    name = models.CharField(_("Đơn vị tính"), max_length=30)
    name_folded = models.CharField(max_length=30, editable=False)
    factor = models.PositiveIntegerField(_("Quy đổi"))

    class Meta:
        verbose_name = _("Đơn vị tính")
        ordering = ["factor", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name_folded"], name="unit_name_once"),
            models.CheckConstraint(condition=Q(factor__gt=1), name="unit_factor_above_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.factor}"
