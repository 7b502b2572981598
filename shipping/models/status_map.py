"""What a carrier's code means to us where we read it otherwise than its connector does."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shipping.models.packages import PackageStatus as S


class MappedStatus(models.TextChoices):
    """States that a carrier's report may bring; the others are our own work."""

    KEEPS = "", _("Không đổi trạng thái")
    IN_TRANSIT = S.IN_TRANSIT.value, S.IN_TRANSIT.label
    OUT_FOR_DELIVERY = S.OUT_FOR_DELIVERY.value, S.OUT_FOR_DELIVERY.label
    DELIVERY_FAILED = S.DELIVERY_FAILED.value, S.DELIVERY_FAILED.label
    DELIVERED = S.DELIVERED.value, S.DELIVERED.label
    RETURN_PENDING = S.RETURN_PENDING.value, S.RETURN_PENDING.label
    RETURNING = S.RETURNING.value, S.RETURNING.label
    RETURNED = S.RETURNED.value, S.RETURNED.label
    LOST = S.LOST.value, S.LOST.label
    DAMAGED = S.DAMAGED.value, S.DAMAGED.label
    CANCELLED = S.CANCELLED.value, S.CANCELLED.label


class MappedProblem(models.TextChoices):
    """What the report puts under "Cần xử lý" besides."""

    NONE = "", _("Không")
    DELIVERY_FAILED = "delivery_failed", _("Giao thất bại")
    PICKUP_FAILED = "pickup_failed", _("Hãng lấy hàng không được")
    DELIVERY_DELAYED = "delivery_delayed", _("Giao trễ")
    RETURN_FAILED = "return_failed", _("Hoàn hàng không được")
    PARCEL_LOST = "parcel_lost", _("Thất lạc")
    PARCEL_DAMAGED = "parcel_damaged", _("Hư hỏng")
    CARRIER_EXCEPTION = "carrier_exception", _("Sự cố ở hãng")


class StatusOverride(models.Model):
    """One code of one carrier; without a row the connector's own reading counts."""

    carrier = models.CharField(max_length=20)
    raw_status = models.CharField(max_length=60)
    status = models.CharField(max_length=20, choices=MappedStatus.choices, blank=True, default="")
    problem = models.CharField(max_length=20, choices=MappedProblem.choices, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "raw_status"], name="status_override_once"),
            models.CheckConstraint(
                condition=~Q(raw_status="") & Q(status__in=MappedStatus.values),
                name="status_override_is_reportable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.raw_status}: {self.status}"
