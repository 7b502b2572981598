"""What lies open at somebody's return station."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ReturnDesk(models.Model):
    """One a user: the return being scanned in, where, and the pieces that wait for their
    disposition.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="+")
    document = models.ForeignKey("orders.Return", models.PROTECT, null=True, related_name="+")
    variant = models.ForeignKey("inventory.Variant", models.PROTECT, null=True, related_name="+")
    # Of pieces whose lot or serial number was scanned.
    lot = models.ForeignKey("inventory.Lot", models.PROTECT, null=True, related_name="+")
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(variant=None, times=0)
                | Q(variant__isnull=False, times__gt=0, document__isnull=False),
                name="return_desk_pieces_of_a_return",
            ),
            models.CheckConstraint(
                condition=Q(lot=None) | Q(variant__isnull=False), name="return_desk_lot_of_pieces"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.warehouse_id}: {self.document_id}"
