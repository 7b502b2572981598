"""What we asked a supplier to deliver, and what he was told and answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product, Variant
from inventory.models.places import Warehouse
from inventory.models.suppliers import Supplier


class PurchaseOrder(models.Model):
    """Amounts are sums of the lines; prices are before tax."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        CONFIRMED = "confirmed", _("Đã đặt")
        PARTLY_RECEIVED = "partly_received", _("Nhận một phần")
        RECEIVED = "received", _("Đã nhận đủ")
        CANCELLED = "cancelled", _("Đã hủy")

    class Origin(models.TextChoices):
        MANUAL = "manual", _("Lập tay")
        SHORTAGE = "shortage", _("Đơn hàng chờ hàng")
        PROPOSAL = "proposal", _("Đề xuất bổ sung")
        DOCK = "dock", _("Hàng đến không có đơn")

    class Answer(models.TextChoices):
        NONE = "none", _("Chưa trả lời")
        CONFIRMED = "confirmed", _("Xác nhận đủ")
        LATE = "late", _("Hẹn ngày khác")
        SHORT = "short", _("Không đủ hàng")

    number = models.CharField(_("Mã đơn nhập"), max_length=30, unique=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="orders")
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="purchase_orders", db_index=False
    )
    status = models.CharField(
        max_length=16, choices=Status.choices, default=Status.DRAFT, db_default="draft"
    )
    origin = models.CharField(
        max_length=10, choices=Origin.choices, default=Origin.MANUAL, db_default="manual"
    )
    expected_on = models.DateField(_("Ngày dự kiến về"), null=True, blank=True)
    currency = models.CharField(max_length=3, default="VND", db_default="VND")
    note = models.CharField(_("Ghi chú"), max_length=500, blank=True, default="", db_default="")
    goods_vnd = models.BigIntegerField(_("Tiền hàng"), default=0, db_default=0)
    tax_vnd = models.BigIntegerField(_("Thuế VAT"), default=0, db_default=0)
    total_vnd = models.BigIntegerField(_("Tổng tiền"), default=0, db_default=0)
    cancel_reason = models.CharField(max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(
        max_length=10, choices=Answer.choices, default=Answer.NONE, db_default="none"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_on = models.DateField(null=True, blank=True)
    answer_note = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("Đơn nhập hàng")
        constraints = [
            models.CheckConstraint(
                condition=Q(total_vnd=F("goods_vnd") + F("tax_vnd"), goods_vnd__gte=0),
                name="purchase_total_is_sum",
            ),
            models.UniqueConstraint(
                fields=["supplier", "warehouse", "origin"],
                condition=Q(status="draft") & ~Q(origin="manual"),
                name="purchase_one_open_proposal",
            ),
            models.CheckConstraint(condition=Q(currency="VND"), name="purchase_currency_known"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="purchase_status_newest"),
            models.Index(fields=["warehouse", "-id"], name="purchase_of_warehouse"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseLine(models.Model):
    """`packs` of `pack_size` pieces are `quantity` pieces; `received` counts pieces.

    More than ordered is received only as far as somebody accepted it (`accepted_over`).
    """

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="purchase_lines")
    packs = models.PositiveIntegerField(_("Số lượng mua"))
    pack_size = models.PositiveIntegerField(_("Số cái mỗi đơn vị mua"), default=1, db_default=1)
    quantity = models.PositiveIntegerField(_("Số lượng"))
    unit_price_vnd = models.BigIntegerField(_("Đơn giá"))
    discount_vnd = models.BigIntegerField(_("Chiết khấu"), default=0, db_default=0)
    vat_rate = models.SmallIntegerField(
        _("Thuế suất VAT"), choices=Product.VatRate.choices, default=Product.VatRate.TEN
    )
    net_vnd = models.BigIntegerField(_("Thành tiền"))
    tax_vnd = models.BigIntegerField(_("Thuế VAT"))
    received = models.PositiveIntegerField(_("Đã nhận"), default=0, db_default=0)
    accepted_over = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="purchase_line_position"),
            models.UniqueConstraint(
                fields=["order", "variant"],
                name="purchase_line_variant_once",
                violation_error_message=_("Mặt hàng này đã có trong đơn nhập."),
            ),
            models.CheckConstraint(
                condition=Q(packs__gt=0, pack_size__gt=0, quantity=F("packs") * F("pack_size")),
                name="purchase_line_quantity_is_packs",
            ),
            models.CheckConstraint(
                condition=Q(
                    unit_price_vnd__gte=0,
                    discount_vnd__gte=0,
                    net_vnd=F("packs") * F("unit_price_vnd") - F("discount_vnd"),
                    net_vnd__gte=0,
                    tax_vnd__gte=0,
                ),
                name="purchase_line_net_is_price",
            ),
            models.CheckConstraint(
                condition=Q(received__lte=F("quantity") + F("accepted_over")),
                name="purchase_line_received_within_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.packs} x {self.variant_id}"

    @property
    def open_quantity(self) -> int:
        """Pieces still to come."""
        return max(0, self.quantity - self.received)


class PurchaseNeed(models.Model):
    """Whose shortage a line answers (an order line, opaque from here): asked for once."""

    line = models.ForeignKey(PurchaseLine, models.CASCADE, related_name="needs")
    holder_kind = models.CharField(max_length=30)
    holder_id = models.BigIntegerField()
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "holder_kind", "holder_id"], name="purchase_need_once"
            ),
        ]
        indexes = [models.Index(fields=["holder_id", "holder_kind"], name="purchase_need_holder")]

    def __str__(self) -> str:
        return f"{self.holder_kind} {self.holder_id}: {self.quantity}"


class PurchaseMail(models.Model):
    """One mail to the supplier; its key makes it leave once. An unknown outcome is not resent."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="mails")
    key = models.CharField(max_length=64, unique=True)
    to = models.EmailField(_("Gửi tới"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    error = models.CharField(max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("Liên kết hết hạn"))

    class Meta:
        verbose_name = _("Thư gửi nhà cung cấp")

    def __str__(self) -> str:
        return f"{self.order_id} → {self.to} ({self.status})"
