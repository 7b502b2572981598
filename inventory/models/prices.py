"""Price lists: other prices for a channel, a group of customers, a quantity or a time. All VND."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant


class PriceList(models.Model):
    """When its prices hold: an empty condition means any. A lower `priority` is asked first."""

    name = models.CharField(_("Tên bảng giá"), max_length=120)
    # Opaque here: the code of an order's source, and the id of a shop.
    source = models.CharField(_("Nguồn đơn"), max_length=20, blank=True, default="", db_default="")
    shop_ref = models.BigIntegerField(_("Gian hàng"), null=True, blank=True)
    customer_group = models.CharField(
        _("Nhóm khách hàng"), max_length=60, blank=True, default="", db_default=""
    )
    priority = models.PositiveSmallIntegerField(_("Thứ tự xét"), default=100, db_default=100)
    valid_from = models.DateField(_("Từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("Đến hết ngày"), null=True, blank=True)
    is_active = models.BooleanField(_("Đang dùng"), default=True, db_default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Bảng giá")
        ordering = ["priority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="price_list_name_once",
                violation_error_message=_("Đã có bảng giá tên này."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="price_list_period",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriceListItem(models.Model):
    """The price of one piece when at least `from_quantity` are bought."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="items")
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="list_prices", db_index=False)
    from_quantity = models.PositiveIntegerField(_("Từ số lượng"), default=1, db_default=1)
    price_vnd = models.BigIntegerField(_("Giá"))

    class Meta:
        verbose_name = _("Dòng bảng giá")
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "price_list", "from_quantity"], name="price_item_once"
            ),
            models.CheckConstraint(
                condition=Q(price_vnd__gte=0, from_quantity__gte=1), name="price_item_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} ≥ {self.from_quantity}: {self.price_vnd}"
