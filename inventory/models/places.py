"""Where goods are and where parcels leave from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Warehouse(models.Model):
    """A place with an address that holds stock. A lower `priority` is asked first."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Kho chính")
        BRANCH = "branch", _("Chi nhánh")
        SECONDARY = "secondary", _("Kho phụ")
        THIRD_PARTY = "third_party", _("Kho bên thứ ba")
        QUARANTINE = "quarantine", _("Kho chờ kiểm")
        # Goods between two warehouses; the system keeps one such place and no page offers it.
        TRANSIT = "transit", _("Hàng đang chuyển")

    code = models.CharField(_("Mã kho"), max_length=30)
    name = models.CharField(_("Tên kho"), max_length=120)
    kind = models.CharField(
        _("Loại kho"), max_length=12, choices=Kind.choices, default=Kind.MAIN, db_default="main"
    )
    contact_name = models.CharField(_("Người phụ trách"), max_length=120, blank=True, default="")
    phone = models.CharField(_("Điện thoại"), max_length=20, blank=True, default="")
    street = models.CharField(_("Địa chỉ"), max_length=255, blank=True, default="")
    ward = models.CharField(_("Phường/Xã"), max_length=120, blank=True, default="")
    district = models.CharField(_("Quận/Huyện"), max_length=120, blank=True, default="")
    province = models.CharField(_("Tỉnh/Thành"), max_length=120, blank=True, default="")
    is_active = models.BooleanField(_("Đang dùng"), default=True, db_default=True)
    priority = models.PositiveSmallIntegerField(_("Độ ưu tiên"), default=100, db_default=100)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Tài khoản phụ trách"),
    )
    capacity_l = models.PositiveIntegerField(_("Sức chứa (lít)"), null=True, blank=True)
    # A count that differs by more asks for a second one, or for a higher approval.
    recount_percent = models.PositiveSmallIntegerField(
        _("Lệch quá bao nhiêu % thì đếm lại"), default=5, db_default=5
    )
    recount_vnd = models.BigIntegerField(
        _("Lệch quá bao nhiêu tiền thì đếm lại"), default=500_000, db_default=500_000
    )
    approve_vnd = models.BigIntegerField(
        _("Tổng lệch quá bao nhiêu tiền thì cần duyệt cấp cao"),
        default=5_000_000,
        db_default=5_000_000,
    )

    class Meta:
        verbose_name = _("Kho")
        ordering = ["priority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="warehouse_code_unique",
                violation_error_message=_("Mã kho này đã được dùng."),
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="transit"), name="warehouse_one_transit"
            ),
            # Every seller of stock leaves closed warehouses out, so nothing in transit is sold.
            models.CheckConstraint(
                condition=~Q(kind="transit") | Q(is_active=False), name="warehouse_transit_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_pickup_point(self) -> bool:
        """Whether a carrier can be told where to fetch parcels, and whom to call."""
        return all((self.phone, self.street, self.ward, self.province))

    @property
    def sells(self) -> bool:
        """Whether its goods may be promised."""
        return self.is_active and self.kind != Warehouse.Kind.QUARANTINE
