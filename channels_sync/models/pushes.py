"""The newest stock number that a listing must be told: one row per listing, so pushes coalesce."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.listings import Listing


class StockPush(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Bị từ chối")

    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="push")
    # The number last sent; null until the first one.
    quantity = models.IntegerField(null=True, blank=True)
    # version rises with each change of stock, sent_version follows when the number has arrived.
    version = models.BigIntegerField(default=1)
    sent_version = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_version__lte=models.F("version")),
                name="push_sent_not_ahead",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="push_due",
                condition=models.Q(version__gt=models.F("sent_version")),
            ),
            # The listings whose number was refused.
            models.Index(
                fields=["listing"], name="push_refused", condition=models.Q(state="failed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.quantity}"
