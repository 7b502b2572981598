"""What a unit of another currency was worth on a day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.kernel.currencies import HOME


class ExchangeRate(models.Model):
    """Dong for one whole unit. Orders keep the rate that they were made with: none is re-rated."""

    currency = models.CharField(_("Tiền tệ"), max_length=3)
    day = models.DateField(_("Ngày"))
    rate = models.DecimalField(_("Tỷ giá"), max_digits=18, decimal_places=8)
    # Who published it: a bank and its kind of rate, or the file that brought it.
    source = models.CharField(_("Nguồn"), max_length=120)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Tỷ giá")
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~Q(currency=HOME), name="rate_of_foreign_currency"),
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="rate_newest")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate}"
