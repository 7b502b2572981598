"""Words for money that no document of a marketplace explains, and what a person says they are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.fees import OrderFee


class MoneyWord(models.Model):
    """One word of one marketplace; it holds for all shops of it, and for lines still to come."""

    # Beside the kinds of fees: it is income or cost of the shop, but of none of its orders.
    BESIDE = "beside"
    CHOICES = (
        *((kind.value, kind.label) for kind in OrderFee.Kind),
        (BESIDE, _("Không thuộc đơn nào")),
    )

    marketplace = models.CharField(max_length=30)
    word = models.CharField(max_length=120)
    # Empty until somebody chooses: then lines are what the connector took them for.
    counts_as = models.CharField(max_length=20, choices=CHOICES, blank=True, default="")
    first_seen_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    actor_kind = models.CharField(max_length=20, blank=True, default="")
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("Khoản tiền lạ của sàn")
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "word"], name="money_word_once"),
            models.CheckConstraint(
                condition=models.Q(counts_as="", decided_at__isnull=True)
                | (~models.Q(counts_as="") & models.Q(decided_at__isnull=False)),
                name="money_word_choice_has_its_day",
            ),
        ]
        ordering = ("marketplace", "word")

    def __str__(self) -> str:
        return f"{self.marketplace} {self.word}"
