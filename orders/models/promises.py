"""The day on which a buyer may expect a line, and every day that was said before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.lines import OrderLine


class LinePromise(models.Model):
    """One word to a buyer. It is never changed: the next one ends it, and both are kept.

    `promised_on` is the day at the buyer's door, `ready_on` the day on which the goods can leave;
    both are empty as long as nobody knows.
    """

    class Source(models.TextChoices):
        STOCK = "stock", _("Hàng có sẵn")
        PURCHASE = "purchase", _("Hàng đang mua về")
        TRANSFER = "transfer", _("Hàng đang chuyển kho")
        PERSON = "person", _("Người hẹn")
        NOTHING = "nothing", _("Chưa có ngày")

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="promises")
    promised_on = models.DateField(_("Hẹn giao"), null=True, blank=True)
    ready_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    reason = models.CharField(_("Lý do"), max_length=200)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    # When another word replaced it, or its order was delivered or given up.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Hẹn giao của dòng hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(ended_at=None), name="one_promise_a_line"
            ),
            models.CheckConstraint(
                condition=Q(promised_on=None, source="nothing")
                | (Q(promised_on__isnull=False) & ~Q(source="nothing")),
                name="promise_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["promised_on"], condition=Q(ended_at=None), name="promise_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.promised_on}"
