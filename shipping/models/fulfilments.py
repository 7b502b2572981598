"""What one warehouse ships of one order."""

from django.db import models

from .packages import PackageStatus


class Fulfilment(models.Model):
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="fulfilments")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=20, choices=PackageStatus.choices, default=PackageStatus.RELEASED
    )
    # Why this warehouse and this carrier, and the second choice with its price (`routing.words`).
    route = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A cancelled one stays as history beside its successor.
            models.UniqueConstraint(
                fields=["order", "warehouse"],
                condition=~models.Q(status=PackageStatus.CANCELLED),
                name="fulfilment_once_per_warehouse",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.warehouse_id}"


class FulfilmentLine(models.Model):
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fulfilment", "order_line"], name="fulfilment_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="fulfilment_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} × {self.quantity}"
