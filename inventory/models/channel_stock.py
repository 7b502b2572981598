"""How much of what is available a channel may be told."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.categories import Category


class ChannelStockRule(models.Model):
    """One rule of one channel: for everything it sells, for a category, or for one variant.

    The narrowest rule that fits a variant decides alone. The channel is an opaque reference
    ("shop", id): channels belong to an app above.
    """

    class Buffer(models.TextChoices):
        FIXED = "fixed", _("Số cố định")
        PERCENT = "percent", _("Phần trăm tồn")
        LAG = "lag", _("Lượng bán trong lúc chờ đồng bộ")

    channel_kind = models.CharField(max_length=20)
    channel_id = models.BigIntegerField()
    variant = models.ForeignKey(
        Variant, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Mã SKU")
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Danh mục"),
    )
    buffer_kind = models.CharField(
        _("Cách giữ lại"), max_length=10, choices=Buffer.choices, default=Buffer.FIXED
    )
    # Units, percent or minutes, as the kind says.
    buffer_value = models.PositiveIntegerField(_("Giữ lại"), default=0)
    max_units = models.PositiveIntegerField(_("Báo nhiều nhất"), null=True, blank=True)
    share_percent = models.PositiveSmallIntegerField(_("Phần của kênh (%)"), null=True, blank=True)
    # Between these moments only lower numbers go out.
    sale_from = models.DateTimeField(_("Đợt sale từ"), null=True, blank=True)
    sale_until = models.DateTimeField(_("đến"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("Quy tắc tồn theo kênh")
        ordering = ["variant_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel_kind", "channel_id", "variant", "category"],
                name="channel_rule_once_per_scope",
                nulls_distinct=False,
                violation_error_message=_("Phạm vi này đã có quy tắc."),
            ),
            models.CheckConstraint(
                condition=Q(variant=None) | Q(category=None), name="channel_rule_one_scope"
            ),
            models.CheckConstraint(
                condition=Q(buffer_kind__in=["fixed", "lag"])
                | Q(buffer_kind="percent", buffer_value__lte=100),
                name="channel_rule_buffer_known",
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__gte=1, share_percent__lte=100),
                name="channel_rule_share_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(sale_from=None, sale_until=None)
                | Q(
                    sale_from__isnull=False,
                    sale_until__isnull=False,
                    sale_until__gt=F("sale_from"),
                ),
                name="channel_rule_sale_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sale_until"],
                name="channel_rule_sale_end",
                condition=Q(sale_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel_kind} {self.channel_id}: {self.buffer_kind} {self.buffer_value}"
