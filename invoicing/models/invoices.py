"""The tax invoice of an order and its lines."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.parties import IssuerAccount
from invoicing.states import EDITABLE, LEGAL
from orders.models import Order


class Invoice(models.Model):
    """`transaction_uuid` is our key at the issuer: stored here before anything is sent.

    `net_vnd` + `tax_vnd` = `total_vnd`, and the lines sum to all three (a deferred trigger).
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("Hóa đơn gốc")
        ADJUSTMENT = "adjustment", _("Hóa đơn điều chỉnh")
        REPLACEMENT = "replacement", _("Hóa đơn thay thế")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        QUEUED = "queued", _("Chờ phát hành")
        UNKNOWN = "unknown", _("Chờ tra cứu")
        ISSUED = "issued", _("Đã phát hành")
        CODED = "coded", _("Đã cấp mã")
        REJECTED = "rejected", _("Bị từ chối")
        DROPPED = "dropped", _("Đã bỏ")

    class BuyerKind(models.TextChoices):
        CONSUMER = "consumer", _("Người tiêu dùng")
        PERSON = "person", _("Cá nhân")
        COMPANY = "company", _("Công ty, tổ chức")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    account = models.ForeignKey(IssuerAccount, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ORIGINAL)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    transaction_uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template_code = models.CharField(max_length=20)
    series = models.CharField(max_length=25)
    number = models.PositiveBigIntegerField(null=True)
    invoice_no = models.CharField(max_length=40, blank=True)
    tax_authority_code = models.CharField(max_length=60, blank=True)
    reservation_code = models.CharField(max_length=60, blank=True)
    transaction_id = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(null=True)
    # By the order's terms, counted from the day of issue; none for what is paid at once.
    due_on = models.DateField(_("Hạn thanh toán"), null=True, blank=True)
    is_date_confirmed = models.BooleanField(default=False)

    buyer_kind = models.CharField(
        max_length=10, choices=BuyerKind.choices, default=BuyerKind.CONSUMER
    )
    buyer_name = models.CharField(max_length=200, blank=True)
    buyer_legal_name = models.CharField(max_length=400, blank=True)
    buyer_folded = models.CharField(max_length=700, blank=True, editable=False)
    buyer_tax_code = models.CharField(max_length=14, blank=True)
    buyer_address = models.CharField(max_length=400, blank=True)
    buyer_phone = models.CharField(max_length=20, blank=True)
    buyer_email = models.EmailField(blank=True)
    payment_method = models.CharField(max_length=20, default="TM/CK")

    net_vnd = models.BigIntegerField()
    tax_vnd = models.BigIntegerField()
    total_vnd = models.BigIntegerField()
    discount_vnd = models.BigIntegerField(default=0)
    words = models.CharField(max_length=400)

    pdf = models.FileField(upload_to="invoices/%Y/%m", blank=True)
    error = models.CharField(max_length=500, blank=True)
    next_attempt_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(kind="original") & ~Q(status="dropped"),
                name="one_active_invoice_per_order",
            ),
            models.UniqueConstraint(
                fields=["account", "template_code", "series", "number"],
                condition=Q(number__isnull=False),
                name="one_invoice_per_number",
            ),
            models.CheckConstraint(
                condition=Q(net_vnd__gte=0, tax_vnd__gte=0, total_vnd__gte=0, discount_vnd__gte=0),
                name="invoice_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_vnd=F("net_vnd") + F("tax_vnd")), name="invoice_net_plus_tax"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(LEGAL)) | Q(number__isnull=False),
                name="issued_invoice_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="invoice_newest"),
            GinIndex(
                fields=["buyer_folded"], opclasses=["gin_trgm_ops"], name="invoice_buyer_trgm"
            ),
            models.Index(fields=["status", "-created_at", "-id"], name="invoice_by_status"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="invoice_due",
            ),
        ]

    def __str__(self) -> str:
        if self.invoice_no:
            return self.invoice_no
        return _("%(series)s (nháp %(id)s)") % {"series": self.series, "id": self.pk}

    @property
    def is_editable(self) -> bool:
        """An adjusting invoice says what its proposal says."""
        return self.kind == self.Kind.ORIGINAL and self.status in EDITABLE

    @property
    def is_legal(self) -> bool:
        """It exists at the tax authority: only an adjustment or a replacement can correct it."""
        return self.status in LEGAL

    @property
    def buyer(self) -> str:
        return self.buyer_legal_name or self.buyer_name


class InvoiceLine(models.Model):
    """Amounts are positive; lines of kind discount count as negative in the totals."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Hàng hóa")
        FEE = "fee", _("Phí")
        DISCOUNT = "discount", _("Chiết khấu")

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GOODS)
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=500)
    unit = models.CharField(max_length=50, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=20, decimal_places=6)
    listed_vnd = models.BigIntegerField()
    discount_vnd = models.BigIntegerField(default=0)
    net_vnd = models.BigIntegerField()
    vat_rate = models.SmallIntegerField()
    tax_vnd = models.BigIntegerField()
    gross_vnd = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="one_invoice_line_per_position"
            ),
            models.CheckConstraint(
                condition=Q(listed_vnd__gte=0, discount_vnd__gte=0, net_vnd__gte=0, tax_vnd__gte=0),
                name="invoice_line_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_vnd=F("net_vnd") + F("tax_vnd"),
                    net_vnd=F("listed_vnd") - F("discount_vnd"),
                ),
                name="invoice_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sign(self) -> int:
        return -1 if self.kind == self.Kind.DISCOUNT else 1
