"""Why orders are held, cancelled and returned, in the shop's own words and those of channels."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.notes import OrderProblem
from orders.models.order import Order

# For how long a held order keeps its goods when its reason does not say.
KEEP_DAYS = 7
MOST_KEEP_DAYS = 90


class Reason(models.Model):
    """A reason that staff choose; what they type freely beside the list has no code.

    An order held for it keeps its promised stock for `keep_days`; 0 gives it back at once.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("Lý do tạm giữ")
        CANCEL = "cancel", _("Lý do hủy")
        RETURN = "return", _("Lý do trả hàng")

    kind = models.CharField(_("Dùng cho"), max_length=10, choices=Kind.choices)
    code = models.SlugField(_("Mã"), max_length=30)
    name = models.CharField(_("Lý do"), max_length=100)
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(_("Đang dùng"), default=True)
    keep_days = models.PositiveSmallIntegerField(_("Giữ hàng (ngày)"), default=0, db_default=0)

    class Meta:
        verbose_name = _("Lý do")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="reason_code_once"),
            models.UniqueConstraint(fields=["kind", "name"], name="reason_name_once"),
            models.CheckConstraint(
                condition=Q(keep_days=0) | Q(kind="hold", keep_days__lte=MOST_KEEP_DAYS),
                name="reason_keeps_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReasonMapping(models.Model):
    """What one channel calls a reason for cancelling."""

    reason = models.ForeignKey(Reason, models.CASCADE, related_name="mappings")
    channel = models.CharField(max_length=20, choices=Order.Source.choices)
    remote_code = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("Lý do theo kênh")
        constraints = [
            models.UniqueConstraint(fields=["reason", "channel"], name="reason_mapped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.remote_code}"


class ProblemRule(models.Model):
    """Within how many hours a kind of problem has to be dealt with; an empty channel is any."""

    kind = models.CharField(_("Việc"), max_length=30, choices=OrderProblem.Kind.choices)
    channel = models.CharField(
        _("Kênh"), max_length=20, choices=Order.Source.choices, blank=True, default=""
    )
    hours = models.PositiveSmallIntegerField(_("Số giờ"))

    class Meta:
        verbose_name = _("Hạn xử lý")
        ordering = ["kind", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel"], name="problem_rule_once"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="problem_rule_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.hours}"
