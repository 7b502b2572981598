"""Printers as one computer has them, and prints that are too many for one file."""

from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.imports import PrivateStorage
from oms.kernel.models import Job

MOST_OFFSET = 200  # tenths of a millimetre


class PrintDevice(models.Model):
    """A computer beside printers; a cookie of it holds the key."""

    key = models.UUIDField(unique=True, editable=False)
    name = models.CharField(_("Tên máy tính"), max_length=60)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class PrinterProfile(models.Model):
    """Which paper one computer has for one kind of print, and how its printer takes it."""

    class Kind(models.TextChoices):
        WAYBILL = "waybill", _("Vận đơn")
        STICKER = "sticker", _("Tem")
        RECEIPT = "receipt", _("Hóa đơn bán lẻ, biên nhận")

    class Language(models.TextChoices):
        PDF = "pdf", _("PDF (mọi máy in)")
        ZPL = "zpl", _("ZPL (máy in nhiệt)")

    class PageOrder(models.TextChoices):
        GIVEN = "given", _("Như đã chọn")
        BIN = "bin", _("Theo vị trí kho")
        SKU = "sku", _("Theo SKU")
        SINGLE = "single", _("Đơn một món trước")

    class Dpi(models.IntegerChoices):
        USUAL = 203, "203 dpi"
        FINE = 300, "300 dpi"

    class Rotation(models.IntegerChoices):
        NONE = 0, _("Không xoay")
        QUARTER = 90, "90°"
        HALF = 180, "180°"
        THREE_QUARTERS = 270, "270°"

    class Goods(models.TextChoices):
        NONE = "none", _("Không in")
        BELOW = "below", _("Dải bên dưới nhãn (trang dài thêm 30 mm)")
        PAGE = "page", _("Trang riêng ngay sau nhãn")

    device = models.ForeignKey(PrintDevice, models.CASCADE, related_name="profiles", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    paper = models.CharField(_("Khổ giấy"), max_length=10)
    language = models.CharField(
        _("Cách in"), max_length=3, choices=Language.choices, default=Language.PDF
    )
    dpi = models.PositiveSmallIntegerField(
        _("Độ phân giải"), choices=Dpi.choices, default=Dpi.USUAL
    )
    offset_x = models.SmallIntegerField(default=0)  # tenths of a millimetre to the right
    offset_y = models.SmallIntegerField(default=0)  # and down
    rotation = models.PositiveSmallIntegerField(
        _("Xoay trang"), choices=Rotation.choices, default=Rotation.NONE
    )
    has_own_fonts = models.BooleanField(_("Máy in đã có phông của hệ thống"), default=False)
    page_order = models.CharField(
        _("Thứ tự trang"), max_length=10, choices=PageOrder.choices, default=PageOrder.GIVEN
    )
    is_reversed = models.BooleanField(_("Đảo ngược"), default=False)
    goods = models.CharField(
        _("Danh sách hàng kèm nhãn của sàn, của hãng"),
        max_length=5,
        choices=Goods.choices,
        default=Goods.NONE,
        db_default=Goods.NONE,
    )  # our own labels have their goods on them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "kind"], name="printer_profile_once"),
            models.CheckConstraint(
                condition=Q(offset_x__range=(-MOST_OFFSET, MOST_OFFSET))
                & Q(offset_y__range=(-MOST_OFFSET, MOST_OFFSET)),
                name="printer_profile_offset_within",
            ),
            models.CheckConstraint(
                condition=Q(dpi__in=[203, 300]) & Q(rotation__in=[0, 90, 180, 270]),
                name="printer_profile_dots_and_turns",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.paper}"

    @property
    def is_zpl(self) -> bool:
        return self.language == self.Language.ZPL

    def setting(self) -> dict[str, Any]:
        """What a print of later needs to be as it was asked for."""
        return {name: getattr(self, name) for name in SETTING}


SETTING = (
    "kind", "paper", "language", "dpi", "offset_x", "offset_y", "rotation", "has_own_fonts",
    "page_order", "is_reversed", "goods",
)  # fmt: skip


class PrintRun(models.Model):
    """Labels in parts, drawn by a job, for the one who asked, until `expires_at`."""

    user_id = models.BigIntegerField()
    job = models.OneToOneField(Job, models.PROTECT, related_name="print_run")
    setting = models.JSONField(default=dict)
    package_ids = ArrayField(models.BigIntegerField())  # in the order of the pages
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user_id", "-id"], name="print_run_of_user")]

    def __str__(self) -> str:
        return f"print {self.pk}"

    @cached_property
    def profile(self) -> PrinterProfile:
        return PrinterProfile(**self.setting)


class PrintPart(models.Model):
    """One file of a run: pages `first` to `last` of those asked for."""

    run = models.ForeignKey(PrintRun, models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    file = models.FileField(
        upload_to="prints/%Y/%m/", storage=PrivateStorage(), blank=True, default=""
    )
    package_ids = ArrayField(models.BigIntegerField(), default=list)  # those that could be drawn
    printed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="print_part_once"),
            models.CheckConstraint(
                condition=Q(printed_at=None) | ~Q(file=""), name="print_part_printed_has_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
