"""Goods that were not where the books say: what was missing, and what became of the order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shipping.models.fulfilments import Fulfilment


class ShortPick(models.Model):
    class Remedy(models.TextChoices):
        HOLD = "hold", _("Tạm giữ đơn")
        SPLIT = "split", _("Tách đơn")

    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, related_name="shorts")
    remedy = models.CharField(max_length=10, choices=Remedy.choices)
    # Sets that are missing, by order line: {"17": 2}.
    missing = models.JSONField()
    reason = models.CharField(max_length=255)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fulfilment"], condition=Q(done_at=None), name="short_pick_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_id} {self.remedy}"
