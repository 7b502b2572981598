"""Statements of marketplaces: what one says it pays, beside the lines that it consists of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class Settlement(models.Model):
    """Its lines are the OrderFee rows that name it."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="settlements")
    number = models.CharField(max_length=80)
    first_day = models.DateField()
    last_day = models.DateField()
    # What it says its lines sum to and what is paid out; empty until the marketplace tells.
    told_vnd = models.BigIntegerField(null=True, blank=True)
    payout_vnd = models.BigIntegerField(null=True, blank=True)
    is_paid = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Quyết toán sàn")
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="settlement_once_per_shop"),
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")),
                name="settlement_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["-last_day", "-id"], name="settlement_newest")]
        ordering = ("-last_day", "-pk")

    def __str__(self) -> str:
        return self.number
