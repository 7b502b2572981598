"""Scans of the floor, each under a key of the machine that made it: sent twice it counts once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scan(models.Model):
    class Station(models.TextChoices):
        PICK = "pick", _("Nhặt hàng")
        SORT = "sort", _("Chia hàng")
        PACK = "pack", _("Đóng gói")
        ONE_PIECE = "one_piece", _("Đơn một món")
        HAND_OVER = "hand_over", _("Bàn giao")
        RETURN = "return", _("Nhận hàng trả")

    key = models.UUIDField(unique=True)
    station = models.CharField(max_length=10, choices=Station.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    code = models.CharField(max_length=120)
    # What the station showed, so that a repeat shows the same.
    answer = models.JSONField(default=dict)
    is_good = models.BooleanField(default=False)
    # What it did, for taking it back; empty when there is nothing to take back any more.
    effect = models.JSONField(default=dict)
    scanned_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "station", "-id"], name="scan_of_user"),
            models.Index(fields=["scanned_at"], name="scan_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.code}"
