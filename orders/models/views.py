"""Saved views of the order list: tabs that people make for themselves, or for a role."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrderView(models.Model):
    """Filters, sort and columns under a name. The one without a name is how its owner likes
    the list when no view is open: its columns alone count."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(_("Tên bộ lọc"), max_length=40, blank=True)
    # Shown to everybody with this role; empty is private.
    role = models.CharField(_("Dùng chung cho"), max_length=20, blank=True, default="")
    query = models.CharField(max_length=6000, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("Bộ lọc đã lưu")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="order_view_name_once"),
            models.CheckConstraint(
                condition=~Q(name="") | Q(role="", query=""), name="order_view_plain_is_private"
            ),
        ]
        indexes = [
            models.Index(fields=["role"], name="order_view_role", condition=~Q(role="")),
        ]

    def __str__(self) -> str:
        return self.name
