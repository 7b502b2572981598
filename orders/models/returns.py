"""Goods that come back: one document of an order, whoever told us first."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import StockMovement, Variant, Warehouse
from orders.models.lines import OrderLine
from orders.models.order import Order
from orders.models.reasons import Reason


class Return(models.Model):
    """A buyer, the staff, a carrier or a marketplace opened it; the others join the one that is
    open.

    Without lines nobody has said yet which pieces come: the reception does. `credit_vnd` is what
    the order is worth less because of it; what was paid beyond the rest is due to the buyer.
    """

    class Origin(models.TextChoices):
        BUYER = "buyer", _("Khách yêu cầu")
        STAFF = "staff", _("Nhân viên lập")
        CARRIER = "carrier", _("Hãng chuyển hoàn")
        MARKETPLACE = "marketplace", _("Sàn báo")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Chờ duyệt")
        COMING = "coming", _("Chờ hàng về")
        RECEIVED = "received", _("Đã nhận hàng")
        CREDITED = "credited", _("Chờ hoàn tiền")
        DONE = "done", _("Xong")
        REJECTED = "rejected", _("Từ chối")
        CANCELLED = "cancelled", _("Đã hủy")

    class Wish(models.TextChoices):
        REFUND = "refund", _("Trả hàng, hoàn tiền")
        EXCHANGE = "exchange", _("Đổi hàng khác")

    number = models.CharField(_("Mã phiếu trả"), max_length=30, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="returns", db_index=False)
    origin = models.CharField(_("Từ đâu"), max_length=12, choices=Origin.choices)
    status = models.CharField(_("Trạng thái"), max_length=10, choices=Status.choices)
    wish = models.CharField(
        _("Khách muốn"), max_length=10, choices=Wish.choices, default=Wish.REFUND
    )
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("Ghi chú"), max_length=500, blank=True, default="")
    # Why it was refused or called off.
    answer = models.CharField(max_length=255, blank=True, default="")
    tracking_number = models.CharField(
        _("Vận đơn trả về"), max_length=80, blank=True, default="", db_default=""
    )
    # Where the pieces were scanned in; a document lies in the order's own place before that.
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+")
    credit_vnd = models.BigIntegerField(_("Tiền giảm cho đơn"), default=0, db_default=0)
    exchange_order = models.OneToOneField(
        Order, models.PROTECT, null=True, related_name="exchange_for"
    )
    # A repeat of the same form finds the document that it made the first time.
    request_key = models.UUIDField(null=True, unique=True, editable=False)
    # The moment from which its days are counted: the wish, or the carrier's turning back.
    started_at = models.DateTimeField(_("Bắt đầu"))
    received_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Phiếu trả hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status__in=["requested", "coming", "received"]),
                name="return_one_open_per_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("requested", "coming", "received", "credited", "done"),
                        *("rejected", "cancelled"),
                    ]
                ),
                name="order_return_state_known",
            ),
            models.CheckConstraint(
                condition=Q(credit_vnd=0) | Q(credit_vnd__gt=0, status__in=["credited", "done"]),
                name="order_return_credit_when_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-started_at", "-id"], name="order_return_by_state"),
            models.Index(fields=["-started_at", "-id"], name="order_return_newest"),
            models.Index(fields=["order"], name="order_return_of_order"),
            models.Index(
                fields=["tracking_number"],
                name="order_return_by_parcel",
                condition=~Q(tracking_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnSource(models.Model):
    """What told us of a return, once each: a parcel, a marketplace's request."""

    document = models.ForeignKey(Return, models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="return_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.source_id}"


class ReturnLine(models.Model):
    """What is expected back of one line of the order, and how many of it have come."""

    document = models.ForeignKey(Return, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField(_("Số lượng trả"))
    # Whole sets for a bundle; pieces that are not ours never count.
    received = models.PositiveIntegerField(_("Đã nhận"), default=0, db_default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "line"], name="order_return_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__lte=F("quantity")),
                name="order_return_line_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received}/{self.quantity} x {self.line_id}"


class ReturnPiece(models.Model):
    """Pieces scanned in, and what became of them; their movement is the only effect on stock."""

    class Disposition(models.TextChoices):
        RESTOCK = "restock", _("Nhập lại kho")
        QUARANTINE = "quarantine", _("Chờ kiểm")
        DAMAGED = "damaged", _("Hỏng")
        SWAPPED = "swapped", _("Bị tráo")

    return_line = models.ForeignKey(ReturnLine, models.PROTECT, related_name="pieces")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    disposition = models.CharField(_("Xử lý hàng"), max_length=10, choices=Disposition.choices)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    # None for goods that are not ours: they enter no stock.
    movement = models.OneToOneField(StockMovement, models.PROTECT, null=True, related_name="+")
    # Of the scan: sent twice it is one.
    key = models.UUIDField()
    taken_by = models.CharField(max_length=150)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Hàng trả đã nhận")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "return_line", "variant", "disposition"],
                name="return_piece_once_per_scan",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_piece_positive"),
            models.CheckConstraint(
                condition=Q(disposition="swapped", movement__isnull=True)
                | ~Q(disposition="swapped") & Q(movement__isnull=False),
                name="return_piece_ours_moves_stock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id} {self.disposition}"


def photo_path(photo: "ReturnPhoto", name: str) -> str:
    """Names of people's files tell things: on the disk they have none."""
    return f"returns/{photo.document_id}/{uuid4().hex}"


class ReturnPhoto(models.Model):
    """A picture from the buyer or from the station; kept for as long as the policy says."""

    document = models.ForeignKey(Return, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to=photo_path)
    content_type = models.CharField(max_length=40)
    is_buyers = models.BooleanField(default=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["taken_at"], name="return_photo_by_age")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.pk}"


class ReturnPolicy(models.Model):
    """What buyers read before they ask, and the days that we keep to. One row."""

    text = models.TextField(_("Chính sách trả hàng"), blank=True, default="")
    window_days = models.PositiveSmallIntegerField(_("Khách được trả trong (ngày)"), default=7)
    alarm_days = models.PositiveSmallIntegerField(_("Báo động khi quá (ngày)"), default=10)
    photo_days = models.PositiveSmallIntegerField(_("Xóa ảnh sau (ngày)"), default=90)

    class Meta:
        verbose_name = _("Chính sách trả hàng")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="return_policy_one"),
            models.CheckConstraint(
                condition=Q(window_days__gt=0, alarm_days__gt=0, photo_days__gt=0),
                name="return_policy_days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.window_days)
