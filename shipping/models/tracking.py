"""What the carrier said about a package: appended, once each, at the carrier's own time."""

from django.db import models


class TrackingEvent(models.Model):
    package = models.ForeignKey(
        "shipping.Package", on_delete=models.PROTECT, related_name="tracking_events"
    )
    kind = models.CharField(max_length=40)
    raw_status = models.CharField(max_length=60, default="")
    status = models.CharField(max_length=20, default="")
    known = models.BooleanField(default=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=300, default="")
    reason_code = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "kind", "raw_status", "occurred_at"], name="tracking_event_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["raw_status", "package"],
                condition=models.Q(known=False),
                name="tracking_event_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} {self.raw_status} {self.occurred_at:%Y-%m-%d %H:%M}"
