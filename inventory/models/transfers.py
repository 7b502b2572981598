"""Goods on their way from one warehouse to another, and what is decided about held goods."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse


class Transfer(models.Model):
    """Between shipping and receipt the pieces stand in the transit warehouse."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        SHIPPED = "shipped", _("Đang chuyển")
        PARTLY_RECEIVED = "partly_received", _("Nhận một phần")
        RECEIVED = "received", _("Đã nhận")
        CANCELLED = "cancelled", _("Đã hủy")

    number = models.CharField(_("Số phiếu"), max_length=20, unique=True)
    # Made by the page that asks: the same press twice is one transfer.
    key = models.UUIDField(unique=True, editable=False)
    source = models.ForeignKey(Warehouse, models.PROTECT, related_name="transfers_out")
    destination = models.ForeignKey(Warehouse, models.PROTECT, related_name="transfers_in")
    status = models.CharField(
        max_length=16, choices=Status.choices, default=Status.DRAFT, db_default="draft"
    )
    note = models.CharField(_("Ghi chú"), max_length=255, blank=True, default="", db_default="")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=255, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("Phiếu chuyển kho")
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=F("destination")), name="transfer_between_two_places"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="transfer_status_newest")]

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """`shipped` left the source; what is neither received nor lost is still on its way.

    `value_vnd` is what the pieces on their way were worth when they left.
    """

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines", db_index=False)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="transfer_lines")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    shipped = models.PositiveIntegerField(_("Đã xuất"), default=0, db_default=0)
    received = models.PositiveIntegerField(_("Đã nhận"), default=0, db_default=0)
    lost = models.PositiveIntegerField(_("Thiếu"), default=0, db_default=0)
    returned = models.PositiveIntegerField(_("Trả lại kho xuất"), default=0, db_default=0)
    value_vnd = models.BigIntegerField(_("Giá trị đang chuyển"), default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "variant"], name="transfer_variant_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="transfer_line_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(shipped__lte=F("quantity")), name="transfer_shipped_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(shipped__gte=F("received") + F("lost") + F("returned")),
                name="transfer_arrived_within_shipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id} ({self.transfer_id})"

    @property
    def in_transit(self) -> int:
        return self.shipped - self.received - self.lost - self.returned


class TransferReceipt(models.Model):
    """One act of receiving; its key makes a second press of the button harmless."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="receipts")
    key = models.UUIDField(unique=True)
    received_by = models.CharField(max_length=150)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.received_at:%d/%m/%Y}"


class Disposition(models.Model):
    """What was decided about pieces that cannot be sold as they are; its movements name it."""

    class Decision(models.TextChoices):
        HOLD = "hold", _("Đưa vào kho chờ kiểm")
        RESTOCK = "restock", _("Trả về kho bán")
        SCRAP = "scrap", _("Hủy hàng")
        TO_SUPPLIER = "to_supplier", _("Trả nhà cung cấp")

    key = models.UUIDField(unique=True, editable=False)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    source = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    destination = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    decision = models.CharField(_("Quyết định"), max_length=16, choices=Decision.choices)
    reason = models.CharField(_("Lý do"), max_length=255)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Xử lý hàng chờ kiểm")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="disposition_quantity_positive"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="disposition_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decision__in=["scrap", "to_supplier"]) ^ Q(destination__isnull=False),
                name="disposition_destination_unless_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.quantity} x {self.variant_id}"
