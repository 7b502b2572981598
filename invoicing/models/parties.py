"""Who sells, and the seller's account at the company that issues invoices."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.kernel.crypto import EncryptedTextField


class Company(models.Model):
    legal_name = models.CharField(_("Tên pháp lý"), max_length=400)
    tax_code = models.CharField(_("Mã số thuế"), max_length=14, unique=True)
    address = models.CharField(_("Địa chỉ"), max_length=400)
    phone = models.CharField(_("Điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    bank_name = models.CharField(_("Ngân hàng"), max_length=200, blank=True)
    bank_account = models.CharField(_("Số tài khoản"), max_length=40, blank=True)
    is_default = models.BooleanField(_("Công ty mặc định"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_company"
            )
        ]

    def __str__(self) -> str:
        return self.legal_name


class IssuerAccount(models.Model):
    """`template_code` ("1/001") and `series` ("C26TAA") are the form and symbol that it uses."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="accounts")
    issuer = models.CharField(_("Nhà cung cấp"), max_length=20, default="sinvoice")
    username = models.CharField(_("Tên đăng nhập"), max_length=100)
    password = EncryptedTextField(_("Mật khẩu"))
    template_code = models.CharField(_("Mẫu số"), max_length=20)
    series = models.CharField(_("Ký hiệu"), max_length=25)
    is_active = models.BooleanField(_("Đang dùng"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(is_active=True),
                name="one_active_account_per_company",
            )
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.template_code} {self.series}"

    @property
    def is_coded(self) -> bool:
        """Symbols with C get a code of the tax authority; those with K never do."""
        return self.series.startswith("C")
