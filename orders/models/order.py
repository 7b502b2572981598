"""The order: one agreement with one buyer, and the five states it is in."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from oms.kernel.money import share
from orders.models.customer import Customer
from orders.models.order_indexes import INDEXES


class Order(models.Model):
    """Status columns, `tab` and `version` are written by `orders.services` only.

    Amounts are VND and include VAT: goods (the sum of the lines) - discount + shipping = total.
    """

    class Source(models.TextChoices):
        SHOPEE = "shopee", "Shopee"
        LAZADA = "lazada", "Lazada"
        TIKTOK_SHOP = "tiktok_shop", "TikTok Shop"
        WEBSITE = "website", _("Website")
        FACEBOOK = "facebook", "Facebook"
        ZALO = "zalo", "Zalo"
        PHONE = "phone", _("Điện thoại")
        COUNTER = "counter", _("Tại quầy")
        IMPORT = "import", _("Nhập từ tệp")
        API = "api", "API"
        CHATBOT = "chatbot", _("Chatbot")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        PENDING_CONFIRMATION = "pending_confirmation", _("Chờ xác nhận")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        ON_HOLD = "on_hold", _("Tạm giữ")
        PROCESSING = "processing", _("Đang xử lý")
        SHIPPED = "shipped", _("Đang giao")
        DELIVERED = "delivered", _("Đã giao")
        COMPLETED = "completed", _("Hoàn thành")
        RETURNING = "returning", _("Đang hoàn")
        RETURNED = "returned", _("Đã hoàn")
        PARTIALLY_RETURNED = "partially_returned", _("Hoàn một phần")
        CANCELLED = "cancelled", _("Đã hủy")

    class Fulfillment(models.TextChoices):
        UNALLOCATED = "unallocated", _("Chưa có hàng")
        ALLOCATED = "allocated", _("Đã giữ hàng")
        RELEASED = "released", _("Chờ nhặt")
        PICKING = "picking", _("Đang nhặt")
        PICKED = "picked", _("Chờ đóng gói")
        PACKED = "packed", _("Đã đóng gói")
        HANDED_OVER = "handed_over", _("Đã bàn giao")
        IN_TRANSIT = "in_transit", _("Đang vận chuyển")
        OUT_FOR_DELIVERY = "out_for_delivery", _("Đang giao")
        DELIVERY_FAILED = "delivery_failed", _("Giao thất bại")
        DELIVERED = "delivered", _("Đã giao")
        RETURN_PENDING = "return_pending", _("Chờ chuyển hoàn")
        RETURNING = "returning", _("Đang hoàn")
        RETURNED = "returned", _("Đã nhận hoàn")
        LOST = "lost", _("Thất lạc")
        DAMAGED = "damaged", _("Hư hỏng")
        CANCELLED = "cancelled", _("Đã hủy")

    class Payment(models.TextChoices):
        UNPAID = "unpaid", _("Chưa thanh toán")
        PENDING = "pending", _("Chờ xử lý")
        PARTIALLY_PAID = "partially_paid", _("Thanh toán một phần")
        PAID = "paid", _("Đã thanh toán")
        PARTIALLY_REFUNDED = "partially_refunded", _("Hoàn tiền một phần")
        REFUNDED = "refunded", _("Đã hoàn tiền")
        VOIDED = "voided", _("Đã hủy")

    class Cod(models.TextChoices):
        NONE = "none", _("Không thu hộ")
        TO_COLLECT = "to_collect", _("Chưa thu")
        COLLECTED = "collected", _("Đã thu (hãng giữ)")
        IN_STATEMENT = "in_statement", _("Có trong bảng kê")
        REMITTED = "remitted", _("Đã nhận tiền")
        MISMATCH = "mismatch", _("Lệch")
        WRITTEN_OFF = "written_off", _("Xóa")

    class Invoice(models.TextChoices):
        NOT_REQUIRED = "not_required", _("Không cần")
        DRAFT = "draft", _("Nháp")
        QUEUED = "queued", _("Chờ phát hành")
        UNKNOWN = "unknown", _("Chờ tra cứu")
        ISSUED = "issued", _("Đã phát hành")
        CODED = "coded", _("Đã cấp mã")
        REJECTED = "rejected", _("Bị từ chối")
        ADJUSTED = "adjusted", _("Đã điều chỉnh")
        REPLACED = "replaced", _("Đã bị thay thế")

    class Tab(models.TextChoices):
        """Where the order stands in the list; `needs_attention` is a flag beside it."""

        TO_CONFIRM = "to_confirm", _("Chờ xác nhận")
        WAITING_STOCK = "waiting_stock", _("Chờ hàng")
        TO_ARRANGE = "to_arrange", _("Chờ xử lý")
        TO_PRINT = "to_print", _("Chờ in")
        PACKING = "packing", _("Đang đóng gói")
        TO_HAND_OVER = "to_hand_over", _("Chờ lấy hàng")
        SHIPPING = "shipping", _("Đang giao")
        DELIVERED = "delivered", _("Đã giao")
        RETURNING = "returning", _("Hoàn / Trả")
        COMPLETED = "completed", _("Hoàn thành")
        CANCELLED = "cancelled", _("Đã hủy")
        DRAFT = "draft", _("Nháp")
        ON_HOLD = "on_hold", _("Tạm giữ")
        DELETED = "deleted", _("Xóa gần đây")

    class Flag(models.TextChoices):
        """What sets an order apart for everybody who touches it; `FLAG_CODES` is what they read."""

        VIP = "vip", _("Khách VIP")
        GIFT = "gift", _("Đơn quà tặng")
        EXCHANGE = "exchange", _("Đơn đổi hàng")
        REPLACEMENT = "replacement", _("Đơn bù hàng")

    number = models.CharField(_("Mã đơn hàng"), max_length=30)
    source = models.CharField(_("Nguồn đơn"), max_length=20, choices=Source.choices)
    # The shop belongs to an app above: an opaque id and the name to show.
    shop_ref = models.BigIntegerField(null=True, blank=True)
    shop_name = models.CharField(
        _("Gian hàng"), max_length=120, blank=True, default="", db_default=""
    )
    remote_id = models.CharField(
        _("Mã đơn sàn"), max_length=64, blank=True, default="", db_default=""
    )
    # A repeat of the same form or API call finds the order it made the first time.
    request_key = models.CharField(max_length=100, null=True, blank=True, editable=False)
    remote_status = models.CharField(max_length=40, blank=True, default="", db_default="")
    remote_version = models.BigIntegerField(default=0, db_default=0)

    status = models.CharField(_("Trạng thái đơn hàng"), max_length=20, choices=Status.choices)
    fulfillment_status = models.CharField(
        _("Trạng thái giao hàng"),
        max_length=20,
        choices=Fulfillment.choices,
        default=Fulfillment.UNALLOCATED,
        db_default="unallocated",
    )
    payment_status = models.CharField(
        _("Trạng thái thanh toán"),
        max_length=20,
        choices=Payment.choices,
        default=Payment.UNPAID,
        db_default="unpaid",
    )
    cod_status = models.CharField(
        _("Trạng thái thu hộ"),
        max_length=20,
        choices=Cod.choices,
        default=Cod.NONE,
        db_default="none",
    )
    invoice_status = models.CharField(
        _("Trạng thái hóa đơn"),
        max_length=20,
        choices=Invoice.choices,
        default=Invoice.NOT_REQUIRED,
        db_default="not_required",
    )
    tab = models.CharField(max_length=20, choices=Tab.choices)
    needs_attention = models.BooleanField(default=False, db_default=False)
    # What a held order was before, so that release puts it back.
    status_before_hold = models.CharField(max_length=20, blank=True, default="", db_default="")
    priority = models.SmallIntegerField(_("Độ ưu tiên"), default=0, db_default=0)
    # Ids of `Tag`, ascending. On the row and not in a table between: a list reads them with the
    # order, and a filter is one index, empty for the many orders without a tag.
    tag_ids = ArrayField(models.IntegerField(), default=list, db_default=[], blank=True)
    flags = ArrayField(
        models.CharField(max_length=12, choices=Flag.choices),
        default=list,
        db_default=[],
        blank=True,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Nhân viên phụ trách"),
    )

    currency = models.CharField(max_length=3, default="VND", db_default="VND")
    rate = models.DecimalField(
        max_digits=18, decimal_places=8, default=Decimal(1), db_default=Decimal(1)
    )
    goods_vnd = models.BigIntegerField(default=0, db_default=0)
    discount_vnd = models.BigIntegerField(default=0, db_default=0)
    shipping_fee_buyer_vnd = models.BigIntegerField(default=0, db_default=0)
    total_vnd = models.BigIntegerField(default=0, db_default=0)
    # Whose rate it is and of which day: a rate that is corrected later changes no order.
    rate_on = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=120, blank=True, default="", db_default="")
    # In minor units of another currency; goods - discount + shipping = total there as well.
    total_minor = models.BigIntegerField(null=True, blank=True)
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    shipping_fee_minor = models.BigIntegerField(default=0, db_default=0)
    paid_minor = models.BigIntegerField(default=0, db_default=0)
    paid_vnd = models.BigIntegerField(default=0, db_default=0)
    returned_vnd = models.BigIntegerField(default=0, db_default=0)  # taken off by its returns
    cod_vnd = models.BigIntegerField(default=0, db_default=0)
    is_cod = models.BooleanField(default=False, db_default=False)

    # Sold on terms: the days agreed, and the last one on which it is paid in time.
    payment_days = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField(_("Hạn thanh toán"), null=True, blank=True)

    # The order it was split from, and the one that its goods went to.
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="orders")
    recipient_name = models.CharField(_("Người nhận"), max_length=150, blank=True, default="")
    recipient_phone = models.CharField(_("Điện thoại"), max_length=20, blank=True, default="")
    phone_reversed = models.CharField(max_length=20, editable=False, default="", db_default="")
    street = models.CharField(_("Địa chỉ"), max_length=255, blank=True, default="", db_default="")
    ward = models.CharField(_("Phường/Xã"), max_length=120, blank=True, default="", db_default="")
    district = models.CharField(
        _("Quận/Huyện"), max_length=120, blank=True, default="", db_default=""
    )
    province = models.CharField(
        _("Tỉnh/Thành"), max_length=120, blank=True, default="", db_default=""
    )
    address_raw = models.CharField(max_length=500, blank=True, default="", db_default="")
    buyer_note = models.CharField(
        _("Ghi chú của khách"), max_length=1000, blank=True, default="", db_default=""
    )
    internal_note = models.CharField(
        _("Ghi chú nội bộ"), max_length=1000, blank=True, default="", db_default=""
    )
    hold_reason = models.CharField(max_length=255, blank=True, default="", db_default="")
    # Until when a held order keeps its promised stock; then the goods are others' again.
    stock_kept_until = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=255, blank=True, default="", db_default="")
    # Of `Reason`, when one was chosen from the list.
    cancel_code = models.CharField(max_length=30, blank=True, default="", db_default="")

    placed_at = models.DateTimeField(_("Ngày đặt"))
    ship_by_at = models.DateTimeField(_("Hạn giao cho vận chuyển"), null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Codes of the units before and since the reform, from the province down; empty: not known.
    old_unit_path = models.CharField(max_length=20, blank=True, default="", db_default="")
    new_unit_path = models.CharField(max_length=20, blank=True, default="", db_default="")
    # What the buyer says who fetches the order in the shop; empty: it is delivered.
    pickup_code = models.CharField(max_length=10, blank=True, default="", db_default="")
    # A draft that was deleted: kept for a while, then purged.
    discarded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    carrier_code = models.CharField(
        _("Vận chuyển"), max_length=30, blank=True, default="", db_default=""
    )
    tracking_number = models.CharField(
        _("Mã vận đơn"), max_length=64, blank=True, default="", db_default=""
    )
    label_printed_count = models.PositiveIntegerField(default=0, db_default=0)
    # How much is in it and of how many goods; a trigger on the lines keeps both.
    pieces = models.PositiveIntegerField(_("Số lượng"), default=0, db_default=0)
    sku_count = models.PositiveIntegerField(_("Số SKU"), default=0, db_default=0)
    # The warehouses its stock is promised from; what a warehouse user's scope is checked against.
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False
    )
    version = models.IntegerField(default=1, db_default=1)
    search_folded = models.CharField(max_length=1000, editable=False, default="", db_default="")

    class Meta:
        verbose_name = _("Đơn hàng")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.UniqueConstraint(fields=["shop_ref", "remote_id"], name="order_remote_once"),
            models.UniqueConstraint(fields=["request_key"], name="order_request_once"),
            models.CheckConstraint(
                condition=Q(
                    total_vnd=F("goods_vnd") - F("discount_vnd") + F("shipping_fee_buyer_vnd")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    goods_vnd__gte=0,
                    discount_vnd__gte=0,
                    shipping_fee_buyer_vnd__gte=0,
                    total_vnd__gte=0,
                    paid_vnd__gte=0,
                    cod_vnd__gte=0,
                ),
                name="order_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(returned_vnd__gte=0, returned_vnd__lte=F("total_vnd")),
                name="order_returned_within_total",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, shipping_fee_minor__gte=0, paid_minor__gte=0)
                & (Q(total_minor__isnull=True) | Q(total_minor__gte=0)),
                name="order_minor_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(currency="VND")
                | Q(total_minor=None, discount_minor=0, shipping_fee_minor=0, paid_minor=0, rate=1),
                name="order_minor_of_foreign",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, payment_days__isnull=True)
                | Q(due_on__isnull=False, payment_days__isnull=False),
                name="order_due_by_terms",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(status="draft"),
                name="order_discarded_is_draft",
            ),
            models.CheckConstraint(
                condition=Q(stock_kept_until__isnull=True) | Q(status="on_hold"),
                name="order_keeps_stock_while_held",
            ),
            models.CheckConstraint(
                condition=Q(shop_ref__isnull=True) | ~Q(remote_id=""),
                name="order_of_shop_has_remote_id",
            ),
            models.CheckConstraint(
                condition=Q(flags__contained_by=["vip", "gift", "exchange", "replacement"]),
                name="order_flags_known",
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return self.number

    @property
    def worth_vnd(self) -> int:
        """What is to be paid for what the buyer keeps."""
        return 0 if self.status == self.Status.CANCELLED else self.total_vnd - self.returned_vnd

    @property
    def balance_vnd(self) -> int:
        """What the buyer still owes."""
        return max(0, self.total_vnd - self.returned_vnd - self.paid_vnd)

    @property
    def refund_due_vnd(self) -> int:
        """What was paid beyond its worth: due to the buyer."""
        return max(0, self.paid_vnd - self.worth_vnd)

    @property
    def is_foreign(self) -> bool:
        """Its amounts are in another currency, with their VND beside them."""
        return self.total_minor is not None

    @property
    def goods_minor(self) -> int:
        return (self.total_minor or 0) + self.discount_minor - self.shipping_fee_minor

    @property
    def balance_minor(self) -> int:
        return max(0, self._minor(self.total_vnd - self.returned_vnd) - self.paid_minor)

    @property
    def refund_due_minor(self) -> int:
        return max(0, self.paid_minor - self._minor(self.worth_vnd))

    def _minor(self, amount_vnd: int) -> int:
        return share(self.total_minor or 0, amount_vnd, self.total_vnd)

    @property
    def flag_codes(self) -> list[str]:
        """The short codes of its flags, in the order of `Flag`."""
        return [FLAG_CODES[flag] for flag in FLAG_CODES if flag in self.flags]

    @property
    def special_code(self) -> str:
        """The number with the codes of its flags before it, as in VIP-QUA-DH12; else empty."""
        return "-".join([*self.flag_codes, self.number]) if self.flags else ""


FLAG_CODES = {
    Order.Flag.VIP.value: "VIP",
    Order.Flag.GIFT.value: "QUA",
    Order.Flag.EXCHANGE.value: "DOI",
    Order.Flag.REPLACEMENT.value: "BU",
}
