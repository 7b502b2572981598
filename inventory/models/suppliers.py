"""Who we buy from, whom to call there, and at what price."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant


class Supplier(models.Model):
    code = models.CharField(_("Mã nhà cung cấp"), max_length=30)
    name = models.CharField(_("Tên nhà cung cấp"), max_length=200)
    phone = models.CharField(_("Điện thoại"), max_length=20, blank=True, default="")
    email = models.EmailField(_("Email nhận đơn"), blank=True, default="")
    tax_code = models.CharField(_("Mã số thuế"), max_length=20, blank=True, default="")
    address = models.CharField(_("Địa chỉ"), max_length=255, blank=True, default="")
    lead_time_days = models.PositiveSmallIntegerField(
        _("Thời gian nhập hàng (ngày)"), default=7, db_default=7
    )
    min_order_vnd = models.BigIntegerField(_("Giá trị đặt tối thiểu"), default=0, db_default=0)
    min_order_quantity = models.PositiveIntegerField(
        _("Số lượng đặt tối thiểu"), default=0, db_default=0
    )
    payment_terms = models.CharField(
        _("Điều kiện thanh toán"), max_length=200, blank=True, default=""
    )
    notes = models.TextField(_("Ghi chú"), blank=True, default="")
    is_active = models.BooleanField(_("Đang giao dịch"), default=True, db_default=True)
    search_folded = models.CharField(max_length=500, editable=False, default="", db_default="")

    class Meta:
        verbose_name = _("Nhà cung cấp")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="supplier_code_unique",
                violation_error_message=_("Mã nhà cung cấp này đã được dùng."),
            ),
            models.CheckConstraint(
                condition=Q(min_order_vnd__gte=0), name="supplier_minimum_not_negative"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["search_folded"], opclasses=["gin_trgm_ops"], name="supplier_search_trgm"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierContact(models.Model):
    """A person at the supplier's."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="contacts")
    name = models.CharField(_("Họ tên"), max_length=120)
    role = models.CharField(_("Vai trò"), max_length=120, blank=True, default="")
    phone = models.CharField(_("Điện thoại"), max_length=20, blank=True, default="")
    email = models.EmailField(_("Email"), blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class SupplierPrice(models.Model):
    """What a pack costs before tax, from a quantity of packs and from a day."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="prices")
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="supplier_prices")
    supplier_sku = models.CharField(_("Mã hàng của NCC"), max_length=100, blank=True, default="")
    price_vnd = models.BigIntegerField(_("Giá nhập mỗi đơn vị mua"))
    pack_size = models.PositiveIntegerField(_("Số cái mỗi đơn vị mua"), default=1, db_default=1)
    min_quantity = models.PositiveIntegerField(_("Mua từ"), default=1, db_default=1)
    valid_from = models.DateField(_("Áp dụng từ"))

    class Meta:
        verbose_name = _("Giá nhập")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "variant", "min_quantity", "valid_from"],
                name="supplier_price_once",
                violation_error_message=_("Đã có giá cho mặt hàng, số lượng và ngày này."),
            ),
            models.CheckConstraint(
                condition=Q(price_vnd__gte=0, pack_size__gte=1, min_quantity__gte=1),
                name="supplier_price_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price_vnd} / {self.pack_size}"
