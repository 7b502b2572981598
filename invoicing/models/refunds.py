"""Money given back to buyers."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.payments import Payment
from orders.models import Order


class Refund(models.Model):
    """Money that went back for an order. `source_kind`, `source_id` say what told us: once."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    # As in `Payment`: dong at the rate of the order, and what the day's rate made of it.
    amount_vnd = models.BigIntegerField(_("Số tiền"))
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="VND", db_default="VND")
    rate = models.DecimalField(
        max_digits=18, decimal_places=8, default=Decimal(1), db_default=Decimal(1)
    )
    exchange_difference_vnd = models.BigIntegerField(default=0, db_default=0)
    method = models.CharField(max_length=20, choices=Payment.Method.choices)
    reference = models.CharField(max_length=100, blank=True)
    refunded_at = models.DateTimeField()
    source_kind = models.CharField(max_length=30)
    source_id = models.CharField(max_length=100)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Hoàn tiền")
        ordering = ["-refunded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id"], name="one_refund_per_source"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="refund_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_vnd} {self.method} {self.reference}"
