"""A parcel that makes room for another: what shall be booked once the carrier has let it go."""

from django.db import models
from django.db.models import Q

from shipping.models.packages import Package


class Replacement(models.Model):
    """One wish to book a parcel anew, with the change of the order that made it necessary.

    `request` is a ShipmentRequest; `edit` an Edit of the order, or None when only the parcel
    changes. It waits until its package is void, and is over with `done_at`; `error` says why
    nothing was booked then.
    """

    package = models.ForeignKey(
        Package, on_delete=models.CASCADE, related_name="replacements", db_index=False
    )
    request = models.JSONField()
    keeps_cod = models.BooleanField(default=False)
    edit = models.JSONField(null=True)
    # Whoever asked may go beyond the buyer's terms.
    accepts_terms = models.BooleanField(default=False)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    edited_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(done_at__isnull=True),
                name="replacement_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(error="") | Q(done_at__isnull=False), name="replacement_failed_is_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} -> {self.request}"
