"""Records of hand-over: what one carrier took at once, for two signatures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Manifest(models.Model):
    """Parcels that one person handed to one carrier, from a first scan to the word that ends it."""

    number = models.CharField(_("Số biên bản"), max_length=20, unique=True)
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="+")
    carrier_code = models.CharField(max_length=20)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Biên bản bàn giao")
        constraints = [
            models.UniqueConstraint(
                fields=["opened_by", "warehouse", "carrier_code"],
                condition=Q(closed_at=None),
                name="manifest_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.number
