"""What is asked of buyers who may refuse their parcel; rows of the shop."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.customer import Customer


class RiskRule(models.Model):
    """The first one, by position, that fits an order says what is asked before it is confirmed."""

    class Action(models.TextChoices):
        DEPOSIT = "deposit", _("Xin đặt cọc")
        CALL = "call", _("Gọi khách")
        STOP = "stop", _("Tạm giữ đơn")

    LEVELS = [(row.value, row.label) for row in Customer.Risk if row != Customer.Risk.NONE]

    name = models.CharField(_("Tên quy tắc"), max_length=100)
    level = models.CharField(_("Rủi ro từ mức"), max_length=10, choices=LEVELS)
    min_total_vnd = models.BigIntegerField(_("Đơn từ"), default=0)
    only_cod = models.BooleanField(_("Chỉ đơn thu hộ"), default=True)
    action = models.CharField(_("Thì"), max_length=10, choices=Action.choices)
    deposit_percent = models.PositiveSmallIntegerField(_("Cọc (%)"), default=0)
    position = models.PositiveSmallIntegerField(_("Thứ tự"), default=100)
    is_active = models.BooleanField(_("Đang dùng"), default=True)

    class Meta:
        verbose_name = _("Quy tắc rủi ro")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="risk_rule_name_once",
                violation_error_message=_("Đã có quy tắc tên này."),
            ),
            models.CheckConstraint(
                condition=Q(action="deposit", deposit_percent__range=(1, 100))
                | ~Q(action="deposit") & Q(deposit_percent=0),
                name="risk_rule_deposit_has_percent",
                violation_error_message=_("Cọc từ 1 đến 100 phần trăm, và chỉ khi xin đặt cọc."),
            ),
            models.CheckConstraint(
                condition=Q(min_total_vnd__gte=0), name="risk_rule_total_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name
