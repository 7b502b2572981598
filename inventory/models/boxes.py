"""Standard boxes that orders are packed in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PackageType(models.Model):
    """A box with its inner size, own weight and price."""

    code = models.CharField(_("Mã thùng"), max_length=30)
    name = models.CharField(_("Tên thùng"), max_length=80)
    length_cm = models.PositiveSmallIntegerField(_("Dài trong (cm)"))
    width_cm = models.PositiveSmallIntegerField(_("Rộng trong (cm)"))
    height_cm = models.PositiveSmallIntegerField(_("Cao trong (cm)"))
    tare_g = models.PositiveIntegerField(_("Khối lượng vỏ (g)"), default=0, db_default=0)
    max_weight_g = models.PositiveIntegerField(_("Tải tối đa (g)"), null=True, blank=True)
    cost_vnd = models.BigIntegerField(_("Giá vỏ thùng"), default=0, db_default=0)
    is_active = models.BooleanField(_("Đang dùng"), default=True, db_default=True)

    class Meta:
        verbose_name = _("Loại thùng")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="package_type_code_unique",
                violation_error_message=_("Mã thùng này đã được dùng."),
            ),
            models.CheckConstraint(
                condition=Q(length_cm__gt=0, width_cm__gt=0, height_cm__gt=0),
                name="package_type_has_a_size",
                violation_error_message=_("Ba cạnh của thùng phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(cost_vnd__gte=0), name="package_type_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name
