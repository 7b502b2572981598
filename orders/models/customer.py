"""Who buys. One phone number is one customer."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    name = models.CharField(_("Tên khách hàng"), max_length=150)
    name_folded = models.CharField(max_length=150, editable=False, default="", db_default="")
    phone = models.CharField(_("Điện thoại"), max_length=20, null=True, blank=True)
    phone_reversed = models.CharField(max_length=20, editable=False, default="", db_default="")
    email = models.EmailField(_("Email"), blank=True, default="", db_default="")
    company_name = models.CharField(
        _("Tên công ty"), max_length=255, blank=True, default="", db_default=""
    )
    tax_code = models.CharField(
        _("Mã số thuế"), max_length=20, blank=True, default="", db_default=""
    )
    address = models.CharField(_("Địa chỉ"), max_length=400, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Khách hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["phone"],
                name="customer_phone_unique",
                violation_error_message=_("Số điện thoại này đã có khách hàng."),
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__startswith="+"),
                name="customer_phone_international",
            ),
        ]
        indexes = [
            GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="customer_name_trgm"),
            models.Index(
                fields=["phone_reversed"],
                opclasses=["varchar_pattern_ops"],
                name="customer_phone_tail",
            ),
        ]

    def __str__(self) -> str:
        return self.name
