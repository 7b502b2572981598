"""What customs are told of a parcel that goes abroad (CN22, CN23)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shipping.models.packages import Package


class CustomsDeclaration(models.Model):
    class Form(models.TextChoices):
        CN22 = "cn22", _("CN22 (đến 2 kg và 300 SDR)")
        CN23 = "cn23", _("CN23")

    class Category(models.TextChoices):
        GOODS = "goods", _("Hàng bán")
        GIFT = "gift", _("Quà tặng")
        SAMPLE = "sample", _("Hàng mẫu")
        RETURNED = "returned", _("Hàng trả lại")
        DOCUMENTS = "documents", _("Tài liệu")
        OTHER = "other", _("Khác")

    package = models.OneToOneField(Package, models.CASCADE, related_name="customs")
    form = models.CharField(_("Mẫu"), max_length=4, choices=Form.choices)
    category = models.CharField(_("Loại hàng"), max_length=10, choices=Category.choices)
    country = models.CharField(_("Nước đến"), max_length=60)
    address = models.CharField(_("Địa chỉ nhận ở nước ngoài"), max_length=300)
    declared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.form} {self.package_id}"


class CustomsLine(models.Model):
    """Goods in English or French, as customs of the other country read them."""

    declaration = models.ForeignKey(
        CustomsDeclaration, models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    description = models.CharField(_("Mô tả (tiếng Anh)"), max_length=120)
    hs_code = models.CharField(_("Mã HS"), max_length=12, blank=True, default="")
    origin = models.CharField(_("Nước xuất xứ"), max_length=2, default="VN")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    weight_g = models.PositiveIntegerField(_("Khối lượng (g)"))
    value_vnd = models.BigIntegerField(_("Giá trị"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "position"], name="customs_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, weight_g__gt=0, value_vnd__gte=0),
                name="customs_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.description
