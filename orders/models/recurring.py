"""Recurring orders: what is ordered again and again, by which rhythm, and what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Variant
from orders.models.customer import Customer
from orders.models.order import Order


class RecurringOrder(models.Model):
    """A template; `next_on` is the next day on which its order is made, none once it has ended."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Đang chạy")
        PAUSED = "paused", _("Đang dừng")
        ENDED = "ended", _("Đã kết thúc")

    class Rhythm(models.TextChoices):
        DAYS = "days", _("Theo ngày")
        WEEKS = "weeks", _("Theo tuần")
        MONTHS = "months", _("Theo tháng")

    class Prices(models.TextChoices):
        FIXED = "fixed", _("Giữ giá đã ghi")
        LIST = "list", _("Theo bảng giá ngày tạo đơn")

    class Missed(models.TextChoices):
        """What is done about days that passed while nothing ran."""

        LAST = "last", _("Tạo bù kỳ gần nhất")
        ALL = "all", _("Tạo bù mọi kỳ")
        SKIP = "skip", _("Bỏ qua kỳ đã lỡ")

    number = models.CharField(_("Số đơn định kỳ"), max_length=30)
    request_key = models.CharField(max_length=100, editable=False)
    status = models.CharField(
        _("Trạng thái"), max_length=10, choices=Status.choices, default=Status.ACTIVE
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="recurring_orders")
    source = models.CharField(_("Nguồn đơn"), max_length=20, choices=Order.Source.choices)
    recipient_name = models.CharField(_("Người nhận"), max_length=150)
    recipient_phone = models.CharField(_("Điện thoại"), max_length=20, blank=True)
    street = models.CharField(_("Địa chỉ"), max_length=255, blank=True, default="")
    ward = models.CharField(_("Phường/Xã"), max_length=120, blank=True, default="")
    district = models.CharField(_("Quận/Huyện"), max_length=120, blank=True, default="")
    province = models.CharField(_("Tỉnh/Thành"), max_length=120, blank=True, default="")
    new_ward_code = models.CharField(max_length=10, blank=True, default="")
    internal_note = models.CharField(_("Ghi chú nội bộ"), max_length=1000, blank=True, default="")
    discount_vnd = models.BigIntegerField(default=0)
    shipping_fee_vnd = models.BigIntegerField(default=0)
    is_cod = models.BooleanField(default=False)
    price_rule = models.CharField(max_length=10, choices=Prices.choices, default=Prices.LIST)

    rhythm = models.CharField(_("Nhịp"), max_length=10, choices=Rhythm.choices)
    every = models.PositiveSmallIntegerField(_("Mỗi"), default=1)
    # Monday is 0.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(_("Ngày trong tháng"), default=1)
    starts_on = models.DateField(_("Bắt đầu"))
    ends_on = models.DateField(_("Đến hết ngày"), null=True, blank=True)
    next_on = models.DateField(_("Kỳ tới"), null=True, blank=True)
    missed = models.CharField(max_length=10, choices=Missed.choices, default=Missed.LAST)
    edit_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Đơn định kỳ")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="recurring_number_once"),
            models.UniqueConstraint(fields=["request_key"], name="recurring_request_once"),
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=366, month_day__gte=1, month_day__lte=31),
                name="recurring_rhythm_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(rhythm="weeks") | ~Q(weekdays=[]), name="recurring_week_has_days"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
                name="recurring_weekdays_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="recurring_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", next_on__isnull=True)
                | (~Q(status="ended") & Q(next_on__isnull=False)),
                name="recurring_open_has_next",
            ),
            models.CheckConstraint(
                condition=Q(discount_vnd__gte=0, shipping_fee_vnd__gte=0),
                name="recurring_money_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["next_on"], name="recurring_due", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return self.number


class RecurringLine(models.Model):
    """Goods of a template; the price counts only where the template keeps its prices."""

    template = models.ForeignKey(
        RecurringOrder, models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="recurring_lines")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    unit_price_vnd = models.BigIntegerField(_("Đơn giá"))

    class Meta:
        verbose_name = _("Dòng đơn định kỳ")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="recurring_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price_vnd__gte=0), name="recurring_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class RecurringRun(models.Model):
    """One day of a template and what became of it: written once, with the order it made."""

    class Outcome(models.TextChoices):
        MADE = "made", _("Đã tạo đơn")
        FAILED = "failed", _("Cần xử lý")
        SKIPPED = "skipped", _("Bỏ qua")

    template = models.ForeignKey(
        RecurringOrder, models.CASCADE, related_name="runs", db_index=False
    )
    due_on = models.DateField(_("Ngày"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    order = models.OneToOneField(
        Order, models.SET_NULL, null=True, blank=True, related_name="recurring_run"
    )
    message = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Kỳ của đơn định kỳ")
        ordering = ["-due_on"]
        constraints = [
            models.UniqueConstraint(fields=["template", "due_on"], name="recurring_day_once"),
            models.CheckConstraint(
                condition=~Q(outcome="skipped") | Q(order__isnull=True),
                name="recurring_skipped_has_no_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="recurring_run_waiting",
                condition=Q(outcome="failed", order__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.due_on}"

    @property
    def is_waiting(self) -> bool:
        """Refused, and not even a draft of it could be kept: somebody has to decide."""
        return self.outcome == self.Outcome.FAILED and self.order_id is None
