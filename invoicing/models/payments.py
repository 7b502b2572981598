"""Money received, and the orders that it pays."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import Order


class Payment(models.Model):
    """One receipt of money. `source_kind`, `source_id` say what told us: it is booked once."""

    class Method(models.TextChoices):
        CASH = "cash", _("Tiền mặt")
        BANK = "bank", _("Chuyển khoản")
        COD = "cod", _("Thu hộ (COD)")
        CARD = "card", _("Thẻ")
        WALLET = "wallet", _("Ví điện tử")
        MARKETPLACE = "marketplace", _("Sàn thanh toán")

    # What it takes off orders; money in another currency counts at the rate of its order, and
    # what it was worth at the rate of its own day beyond that is the difference.
    amount_vnd = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="VND", db_default="VND")
    rate = models.DecimalField(
        max_digits=18, decimal_places=8, default=Decimal(1), db_default=Decimal(1)
    )
    exchange_difference_vnd = models.BigIntegerField(default=0, db_default=0)
    method = models.CharField(max_length=20, choices=Method.choices)
    reference = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    source_kind = models.CharField(max_length=30)
    source_id = models.CharField(max_length=100)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id"], name="one_payment_per_source"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="payment_is_positive"),
        ]
        indexes = [models.Index(fields=["-received_at", "-id"], name="payment_newest")]

    def __str__(self) -> str:
        return f"{self.amount_vnd} {self.method} {self.reference}"


class PaymentApplication(models.Model):
    """What part of a payment pays which order; the parts sum to the payment (deferred trigger)."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="applications")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payment_applications")
    amount_vnd = models.BigIntegerField()
    # In the order's own currency, when that is not dong.
    amount_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "order"], name="one_application_per_payment_and_order"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="application_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.order_id}: {self.amount_vnd}"
