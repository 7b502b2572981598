"""What orders earn, beside them: counting it again touches none of an order's many indexes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderProfit(models.Model):
    """Goods less discount, without VAT, less what the goods cost and what selling them costs.

    `is_final`: the goods have left, and the cost is that of the pieces that left. Before, it is
    what they cost on average today. An order whose goods have no cost yet has no row.
    `fees_vnd` is the best that is known of charges: a statement's, else the estimate.
    """

    class Fees(models.TextChoices):
        NONE = "", _("Chưa có phí")
        ESTIMATED = "estimated", _("Ước tính")
        SETTLED = "settled", _("Quyết toán")

    order = models.OneToOneField(
        Order, models.CASCADE, primary_key=True, related_name="earned", db_index=False
    )
    net_vnd = models.BigIntegerField()
    cost_vnd = models.BigIntegerField()
    # Negative where the channel pays a part of the discount.
    fees_vnd = models.BigIntegerField(default=0, db_default=0)
    fees_state = models.CharField(
        max_length=10, choices=Fees, blank=True, default=Fees.NONE, db_default=""
    )
    profit_vnd = models.BigIntegerField()
    is_final = models.BooleanField(default=False)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Lợi nhuận của đơn")
        constraints = [
            models.CheckConstraint(
                condition=Q(profit_vnd=F("net_vnd") - F("cost_vnd") - F("fees_vnd")),
                name="order_profit_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(fees_state__in=["", "estimated", "settled"]),
                name="order_profit_fees_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"], name="order_profit_negative", condition=Q(profit_vnd__lt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.profit_vnd}"

    @property
    def is_settled(self) -> bool:
        """Nothing of it is an estimate any more."""
        return self.is_final and self.fees_state != self.Fees.ESTIMATED
