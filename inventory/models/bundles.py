"""What a bundle is made of. A bundle owns no stock: its components do."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant


class BundleComponent(models.Model):
    """`quantity` pieces of a variant in one bundle. Triggers keep bundles out of bundles."""

    bundle = models.ForeignKey(Variant, models.CASCADE, related_name="components", db_index=False)
    component = models.ForeignKey(Variant, models.PROTECT, related_name="bundles")
    quantity = models.PositiveIntegerField(_("Số lượng"))

    class Meta:
        verbose_name = _("Thành phần combo")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="bundle_component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bundle_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(bundle=F("component")), name="bundle_not_in_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.quantity} x {self.component_id}"
