"""What orders earn, beside them: counting it again touches none of an order's many indexes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderProfit(models.Model):
    """Goods less discount, without VAT, less what the goods cost; fees are not in it.

    `is_final`: the goods have left, and the cost is that of the pieces that left. Before, it is
    what they cost on average today. An order whose goods have no cost yet has no row.
    """

    order = models.OneToOneField(
        Order, models.CASCADE, primary_key=True, related_name="earned", db_index=False
    )
    net_vnd = models.BigIntegerField()
    cost_vnd = models.BigIntegerField()
    profit_vnd = models.BigIntegerField()
    is_final = models.BooleanField(default=False)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Lãi gộp của đơn")
        constraints = [
            models.CheckConstraint(
                condition=Q(profit_vnd=F("net_vnd") - F("cost_vnd")), name="order_profit_adds_up"
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"], name="order_profit_negative", condition=Q(profit_vnd__lt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.profit_vnd}"
