"""Shelves of a warehouse, and which goods live on which.

The books count pieces per warehouse. A bin is where to look for them: it has no balance of its own,
so nothing has to be booked when goods change shelves.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse


class Bin(models.Model):
    """A named shelf; lists of goods are walked in the order of `walking_order`."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="bins", db_index=False)
    code = models.CharField(_("Mã vị trí"), max_length=30)
    zone = models.CharField(_("Khu vực kho"), max_length=30, blank=True, default="", db_default="")
    walking_order = models.PositiveIntegerField(_("Thứ tự đi"), default=0, db_default=0)
    is_active = models.BooleanField(_("Đang dùng"), default=True, db_default=True)

    class Meta:
        verbose_name = _("Vị trí kho")
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "code"],
                name="bin_code_once_per_warehouse",
                violation_error_message=_("Kho này đã có vị trí mang mã đó."),
            ),
            # What a home's (bin, warehouse) pair points at.
            models.UniqueConstraint(fields=["id", "warehouse"], name="bin_with_warehouse"),
        ]
        indexes = [
            models.Index(fields=["warehouse", "walking_order", "id"], name="bin_walk"),
        ]

    def __str__(self) -> str:
        return self.code


class HomeBin(models.Model):
    """The shelf where a variant lives in a warehouse; one at most."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="homes", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+", db_index=False)
    bin = models.ForeignKey(Bin, models.CASCADE, related_name="homes")

    class Meta:
        verbose_name = _("Vị trí để hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "warehouse"], name="home_once_per_variant_warehouse"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} @ {self.bin_id}"
