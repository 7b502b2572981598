"""Promises: who holds how much of which stock row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse


class Allocation(models.Model):
    """Units of a variant in a warehouse promised to a holder (an order line, opaque from here)."""

    class Status(models.TextChoices):
        OPEN = "open", _("Đang giữ")
        CONSUMED = "consumed", _("Đã xuất")
        RELEASED = "released", _("Đã trả lại")

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="allocations", db_index=False)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="allocations", db_index=False
    )
    quantity = models.PositiveIntegerField(_("Số lượng"))
    holder_kind = models.CharField(max_length=30)
    holder_id = models.BigIntegerField()
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.OPEN, db_default="open"
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Phân bổ tồn")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="allocation_quantity_positive"
            ),
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "variant", "warehouse"],
                condition=Q(status="open"),
                name="allocation_open_once_per_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "warehouse"],
                name="allocation_open_of_level",
                condition=Q(status="open"),
            ),
            models.Index(fields=["holder_id", "holder_kind"], name="allocation_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}@{self.warehouse_id} ({self.status})"
