"""What a marketplace paid out and took for an order, line by line, as its settlement says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class OrderFee(models.Model):
    class Kind(models.TextChoices):
        GOODS = "goods", _("Tiền hàng")
        SHIPPING_PAID = "shipping_paid", _("Phí ship khách trả")
        COMMISSION = "commission", _("Phí cố định (hoa hồng)")
        SERVICE = "service", _("Phí dịch vụ")
        PAYMENT = "payment", _("Phí thanh toán")
        SHIPPING = "shipping", _("Phí vận chuyển")
        VOUCHER = "voucher", _("Mã giảm giá")
        AFFILIATE = "affiliate", _("Phí tiếp thị liên kết")
        TAX = "tax", _("Thuế khấu trừ")
        REFUND = "refund", _("Hoàn trả")
        # From one pocket to another: in a statement, and in nobody's profit.
        MOVED = "moved", _("Chỉ chuyển tiền, không phải thu hay chi")
        OTHER = "other", _("Khoản khác")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="fees")
    # Names the line once for all; a repeat brings the same row up to date.
    key = models.CharField(max_length=160)
    # Empty for what belongs to no single order.
    remote_id = models.CharField(max_length=64, blank=True, default="")
    order = models.ForeignKey(
        "orders.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    # The marketplace's own word.
    name = models.CharField(max_length=200)
    # Money for us is positive.
    amount_vnd = models.BigIntegerField()
    happened_on = models.DateField()
    statement = models.CharField(max_length=80, blank=True, default="")
    is_paid = models.BooleanField(default=False)
    # Given or taken beside what orders brought.
    is_adjustment = models.BooleanField(default=False, db_default=False)
    # The marketplace's word where nobody knew it, and the kind and order that the line was told
    # with: the choice of a MoneyWord says what it is.
    word = models.CharField(max_length=120, blank=True, default="", db_default="")
    told_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    told_remote_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="fee_line_once")]
        indexes = [
            models.Index(
                fields=["order"], name="fee_by_order", condition=models.Q(order__isnull=False)
            ),
            models.Index(fields=["shop", "remote_id"], name="fee_by_remote_order"),
            models.Index(fields=["shop", "statement"], name="fee_by_statement"),
            models.Index(fields=["word"], name="fee_by_word", condition=~models.Q(word="")),
            models.Index(
                fields=["shop", "happened_on"],
                name="fee_beside_orders",
                condition=models.Q(remote_id="", order__isnull=True),
            ),
        ]
        ordering = ("happened_on", "pk")

    def __str__(self) -> str:
        return f"{self.remote_id} {self.name} {self.amount_vnd}"
