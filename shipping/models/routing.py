"""Rules for choosing warehouse and carrier, and what they go by: prices and past deliveries."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Warehouse
from orders.models import Order


class RuleSet(models.Model):
    """What days and risk are worth, with rules of its own. One is in use; others are tried."""

    name = models.CharField(_("Tên bộ quy tắc"), max_length=80, unique=True)
    is_current = models.BooleanField(default=False, db_default=False)
    day_vnd = models.BigIntegerField(_("Một ngày chờ đáng giá"), default=3_000)
    failure_vnd = models.BigIntegerField(_("Một kiện giao hỏng tốn"), default=40_000)
    may_split = models.BooleanField(_("Tự tách đơn khi không kho nào có đủ"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_current", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="rule_set_one_current"
            ),
            models.CheckConstraint(
                condition=Q(day_vnd__gte=0, failure_vnd__gte=0), name="rule_set_money_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """When such an order leaves: only so, never so, or so at another price in the reckoning."""

    class Effect(models.TextChoices):
        ONLY = "only", _("Chỉ dùng")
        NEVER = "never", _("Không dùng")
        CHEAPER = "cheaper", _("Ưu tiên, trừ vào giá so")
        DEARER = "dearer", _("Hạn chế, cộng vào giá so")

    class Zone(models.TextChoices):
        LOCAL = "local", _("Trong tỉnh")
        REGION = "region", _("Trong vùng")
        FAR = "far", _("Liên vùng")

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(_("Thứ tự"), default=1)
    name = models.CharField(_("Tên quy tắc"), max_length=80)
    is_active = models.BooleanField(_("Đang dùng"), default=True)
    effect = models.CharField(_("Tác dụng"), max_length=8, choices=Effect.choices)
    amount_vnd = models.BigIntegerField(_("Số tiền"), default=0)

    provinces = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    zone = models.CharField(_("Vùng giao"), max_length=6, choices=Zone.choices, blank=True)
    source = models.CharField(
        _("Nguồn đơn"), max_length=20, choices=Order.Source.choices, blank=True
    )
    min_weight_g = models.PositiveIntegerField(_("Từ khối lượng (g)"), null=True, blank=True)
    max_weight_g = models.PositiveIntegerField(_("Đến khối lượng (g)"), null=True, blank=True)
    min_cod_vnd = models.BigIntegerField(
        _("Từ tiền thu hộ"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    max_cod_vnd = models.BigIntegerField(
        _("Đến tiền thu hộ"), null=True, blank=True, validators=[MinValueValidator(0)]
    )

    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.CASCADE, null=True, blank=True, related_name="+"
    )
    warehouse_kind = models.CharField(
        _("Loại kho"), max_length=12, choices=Warehouse.Kind.choices, blank=True, default=""
    )
    account = models.ForeignKey(
        "shipping.CarrierAccount", models.CASCADE, null=True, blank=True, related_name="+"
    )
    service_code = models.CharField(_("Dịch vụ"), max_length=20, blank=True, default="")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(warehouse__isnull=False)
                | ~Q(warehouse_kind="")
                | Q(account__isnull=False)
                | ~Q(service_code=""),
                name="routing_rule_is_about_something",
                violation_error_message=_("Chọn kho, loại kho, tài khoản hoặc dịch vụ."),
            ),
            models.CheckConstraint(
                condition=Q(effect__in=["only", "never"], amount_vnd=0)
                | Q(effect__in=["cheaper", "dearer"], amount_vnd__gt=0),
                name="routing_rule_amount_fits",
                violation_error_message=_("Ưu tiên và hạn chế cần một số tiền."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(min_weight_g=None)
                    | Q(max_weight_g=None)
                    | Q(min_weight_g__lte=F("max_weight_g"))
                )
                & (
                    Q(min_cod_vnd=None) | Q(max_cod_vnd=None) | Q(min_cod_vnd__lte=F("max_cod_vnd"))
                ),
                name="routing_rule_ranges_in_order",
                violation_error_message=_("Khoảng từ phải nhỏ hơn khoảng đến."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CarrierRate(models.Model):
    """What a service of an account was last said to cost, by zone and weight step."""

    account = models.ForeignKey("shipping.CarrierAccount", models.CASCADE, related_name="rates")
    service_code = models.CharField(max_length=20)
    service_name = models.CharField(max_length=120)
    zone = models.CharField(max_length=6, choices=RoutingRule.Zone.choices)
    band_g = models.PositiveIntegerField()
    fee_vnd = models.BigIntegerField()
    hours = models.PositiveIntegerField(null=True)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "zone", "band_g", "service_code"], name="carrier_rate_once"
            ),
            models.CheckConstraint(condition=Q(fee_vnd__gte=0), name="carrier_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.service_code} {self.zone} {self.band_g} g"


class WardRecord(models.Model):
    """How a carrier fared in a ward of today lately; counted anew every night."""

    carrier_code = models.CharField(max_length=20)
    unit_path = models.CharField(max_length=20)
    delivered = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier_code", "unit_path"], name="ward_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.carrier_code} {self.unit_path}: {self.delivered}, {self.failed}"


class RoutingTrial(models.Model):
    """Two rule sets over the same past orders; the job behind it fills `result`."""

    job = models.OneToOneField("kernel.Job", models.CASCADE, related_name="+")
    first = models.ForeignKey(RuleSet, models.CASCADE, related_name="+")
    second = models.ForeignKey(RuleSet, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    warehouse_ids = ArrayField(models.BigIntegerField(), null=True)
    shop_ids = ArrayField(models.BigIntegerField(), null=True)
    after_id = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
