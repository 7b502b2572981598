"""What was ordered, with the price frozen at that moment."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Variant
from orders.models.order import Order


class OrderLine(models.Model):
    """`total_vnd` = quantity x unit price - discount, VAT included.

    A line in another currency keeps minor units in `unit_price_minor` and `total_minor`; its VND
    total is converted once, so it may differ from quantity x unit price by the rounding.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    # Unknown goods keep their code and name; a problem on the order asks for the link.
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="order_lines")
    sku = models.CharField(_("Mã SKU"), max_length=100, blank=True, default="", db_default="")
    name = models.CharField(_("Tên hàng"), max_length=500)
    quantity = models.PositiveIntegerField(_("Số lượng"))
    unit_price_vnd = models.BigIntegerField(_("Đơn giá"))
    discount_vnd = models.BigIntegerField(_("Giảm giá"), default=0, db_default=0)
    total_vnd = models.BigIntegerField(_("Thành tiền"))
    vat_rate = models.SmallIntegerField(_("Thuế suất VAT"), default=10, db_default=10)
    listing_ref = models.CharField(max_length=100, blank=True, default="", db_default="")
    remote_line_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    unit_price_minor = models.BigIntegerField(null=True, blank=True)
    total_minor = models.BigIntegerField(null=True, blank=True)
    # Sets that came back, of all its returns.
    returned = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("Dòng hàng")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(returned__lte=F("quantity")), name="line_returned_within_ordered"
            ),
            models.CheckConstraint(
                condition=Q(unit_price_vnd__gte=0, discount_vnd__gte=0, total_vnd__gte=0),
                name="line_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__isnull=False)
                | Q(total_vnd=F("quantity") * F("unit_price_vnd") - F("discount_vnd")),
                name="line_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku or self.name}"


class OrderLineComponent(models.Model):
    """What one set of a line's bundle was made of when it was ordered.

    The line keeps the bundle's price for the invoice; its stock is that of its components.
    """

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="components", db_index=False)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="order_line_components")
    quantity = models.PositiveIntegerField(_("Số lượng trong một bộ"))

    class Meta:
        verbose_name = _("Thành phần combo")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "variant"], name="line_component_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="line_component_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class CancelledLine(models.Model):
    """Pieces that left a placed order before they were shipped, as they were priced."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="cancelled_lines")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    sku = models.CharField(_("Mã SKU"), max_length=100, blank=True, default="")
    name = models.CharField(_("Tên hàng"), max_length=500)
    quantity = models.PositiveIntegerField(_("Số lượng"))
    total_vnd = models.BigIntegerField(_("Thành tiền"))
    reason = models.CharField(_("Lý do"), max_length=200, blank=True, default="")
    cancelled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Hàng đã bớt")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, total_vnd__gte=0), name="cancelled_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku or self.name}"
