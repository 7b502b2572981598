"""Quotations: an offer with an end date, its versions as they were sent, and the mails."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Variant
from orders.models.customer import Customer
from orders.models.order import Order


class Quotation(models.Model):
    """One offer to one buyer; `status` is written by `orders.services` only.

    What is offered stands in its versions: `current` is the newest, the only one that can be
    accepted.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        SENT = "sent", _("Đã gửi")
        ACCEPTED = "accepted", _("Khách đồng ý")
        DECLINED = "declined", _("Đã từ chối")
        EXPIRED = "expired", _("Hết hạn")
        CONVERTED = "converted", _("Đã tạo đơn")

    number = models.CharField(_("Số báo giá"), max_length=30)
    # A repeat of the same form finds the quotation of the first time.
    request_key = models.CharField(max_length=100, editable=False)
    status = models.CharField(
        _("Trạng thái"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="quotations")
    current = models.ForeignKey(
        "QuotationVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.CharField(_("Nguồn đơn"), max_length=20, choices=Order.Source.choices)
    recipient_name = models.CharField(_("Người nhận"), max_length=150)
    recipient_phone = models.CharField(_("Điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("Email"), blank=True, default="")
    street = models.CharField(_("Địa chỉ"), max_length=255, blank=True, default="")
    ward = models.CharField(_("Phường/Xã"), max_length=120, blank=True, default="")
    district = models.CharField(_("Quận/Huyện"), max_length=120, blank=True, default="")
    province = models.CharField(_("Tỉnh/Thành"), max_length=120, blank=True, default="")
    new_ward_code = models.CharField(max_length=10, blank=True, default="")
    internal_note = models.CharField(_("Ghi chú nội bộ"), max_length=1000, blank=True, default="")
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="quotation"
    )
    search_folded = models.CharField(max_length=300, editable=False, default="")
    # What a form was opened with: another one was faster when it differs.
    edit_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Báo giá")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="quotation_number_once"),
            models.UniqueConstraint(fields=["request_key"], name="quotation_request_once"),
            models.CheckConstraint(
                condition=Q(status="converted", order__isnull=False)
                | (~Q(status="converted") & Q(order__isnull=True)),
                name="quotation_converted_has_order",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="quotation_by_status"),
            GinIndex(
                fields=["search_folded"], opclasses=["gin_trgm_ops"], name="quotation_search_trgm"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def newest(self) -> "QuotationVersion":
        """`current`, which only a row that is just being written lacks."""
        assert self.current is not None
        return self.current


class QuotationVersion(models.Model):
    """What was offered at one time. Once sent a trigger lets nothing of it change but the answer.

    Amounts are VND and include VAT: goods (the sum of the lines) - discount + shipping = total;
    `tax_vnd` is the VAT within the goods.
    """

    class Answer(models.TextChoices):
        NONE = "", _("Chưa trả lời")
        ACCEPTED = "accepted", _("Đồng ý")
        DECLINED = "declined", _("Từ chối")

    quotation = models.ForeignKey(
        Quotation, models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    valid_until = models.DateField(_("Có giá trị đến hết ngày"))
    terms = models.TextField(_("Điều khoản"), blank=True, default="")
    goods_vnd = models.BigIntegerField(default=0)
    discount_vnd = models.BigIntegerField(default=0)
    shipping_fee_vnd = models.BigIntegerField(default=0)
    total_vnd = models.BigIntegerField(default=0)
    tax_vnd = models.BigIntegerField(default=0)
    # Days in which the buyer may pay, as they were offered to him.
    payment_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    # The name as the buyer typed it, or the member of staff who was told.
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answered_ip = models.GenericIPAddressField(null=True, blank=True)
    decline_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("Bản báo giá")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["quotation", "number"], name="quotation_version_once"),
            models.CheckConstraint(
                condition=Q(total_vnd=F("goods_vnd") - F("discount_vnd") + F("shipping_fee_vnd")),
                name="quotation_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    goods_vnd__gte=0,
                    discount_vnd__gte=0,
                    shipping_fee_vnd__gte=0,
                    total_vnd__gte=0,
                    tax_vnd__gte=0,
                ),
                name="quotation_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="quotation_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="accepted") | Q(sent_at__isnull=False),
                name="quotation_accepted_was_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_until"],
                name="quotation_unanswered",
                condition=Q(sent_at__isnull=False, answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quotation_id}/{self.number}"


class QuotationLine(models.Model):
    """`total_vnd` = quantity x unit price - discount, VAT included, as a line of an order."""

    version = models.ForeignKey(
        QuotationVersion, models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="quotation_lines")
    sku = models.CharField(_("Mã SKU"), max_length=100)
    name = models.CharField(_("Tên hàng"), max_length=500)
    quantity = models.PositiveIntegerField(_("Số lượng"))
    unit_price_vnd = models.BigIntegerField(_("Đơn giá"))
    discount_vnd = models.BigIntegerField(_("Giảm giá"), default=0)
    total_vnd = models.BigIntegerField(_("Thành tiền"))
    vat_rate = models.SmallIntegerField(_("Thuế suất VAT"))

    class Meta:
        verbose_name = _("Dòng báo giá")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="quotation_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price_vnd__gte=0, discount_vnd__gte=0),
                name="quotation_line_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    total_vnd=F("quantity") * F("unit_price_vnd") - F("discount_vnd"),
                    total_vnd__gte=0,
                ),
                name="quotation_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class QuotationMail(models.Model):
    """One mail to the buyer; its key makes it leave once. An unknown outcome is not resent."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")

    version = models.ForeignKey(QuotationVersion, models.CASCADE, related_name="mails")
    key = models.CharField(max_length=64)
    to = models.EmailField(_("Gửi tới"), blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    error = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Thư gửi báo giá")
        constraints = [models.UniqueConstraint(fields=["key"], name="quotation_mail_once")]
        indexes = [
            models.Index(
                fields=["id"], name="quotation_mail_waiting", condition=Q(status="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} → {self.to} ({self.status})"
