"""What marketplaces take of a sale, as the owner knows it, with the day it holds from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_sync.models.fees import OrderFee
from channels_sync.models.shops import Shop


class FeeRate(models.Model):
    """One fee from a day on, until a newer row of the same fee; zero ends it.

    A row of a shop stands before the row of its whole marketplace.
    """

    class Base(models.TextChoices):
        GOODS = "goods", _("Tiền hàng sau giảm giá của người bán")
        PAID = "paid", _("Tiền hàng và phí ship khách trả")

    CHARGED = (
        *(OrderFee.Kind.COMMISSION, OrderFee.Kind.SERVICE, OrderFee.Kind.PAYMENT),
        *(OrderFee.Kind.AFFILIATE, OrderFee.Kind.TAX, OrderFee.Kind.SHIPPING, OrderFee.Kind.OTHER),
    )

    marketplace = models.CharField(max_length=30)
    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, null=True, blank=True, related_name="fee_rates"
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in CHARGED])
    # Tells two fees of one kind apart; empty for the only one.
    name = models.CharField(max_length=120, blank=True, default="")
    base = models.CharField(max_length=10, choices=Base, default=Base.GOODS)
    percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    fixed_vnd = models.BigIntegerField(default=0)
    cap_vnd = models.BigIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    source = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Mức phí sàn")
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "shop", "kind", "name", "valid_from"],
                name="fee_rate_once_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="fee_rate_percent_possible"
            ),
            models.CheckConstraint(
                condition=Q(fixed_vnd__gte=0) & (Q(cap_vnd__isnull=True) | Q(cap_vnd__gte=0)),
                name="fee_rate_amounts_not_negative",
            ),
        ]
        ordering = ("marketplace", "kind", "name", "-valid_from", "-pk")

    def __str__(self) -> str:
        return f"{self.marketplace} {self.kind} {self.percent} % {self.valid_from}"

    @property
    def label(self) -> str:
        """The fee as people call it, with the marketplace's own word where there is one."""
        kind = str(self.get_kind_display())
        return f"{kind} ({self.name})" if self.name else kind
