"""A shop on a marketplace that gave us access."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.kernel.crypto import EncryptedJSONField


class Shop(models.Model):
    class Status(models.TextChoices):
        CONNECTED = "connected", _("Đang kết nối")
        EXPIRED = "expired", _("Hết hạn kết nối")
        DISCONNECTED = "disconnected", _("Đã ngắt kết nối")

    class Handover(models.TextChoices):
        PICKUP = "pickup", _("Sàn đến lấy hàng")
        DROPOFF = "dropoff", _("Gửi tại bưu cục")

    marketplace = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=2, default="VN")
    remote_shop_id = models.CharField(max_length=64)
    # {"access_token", "refresh_token"}, and where the marketplace has them "account" (whose shops
    # share the pair) and "shop_key"; replaced as a whole, guarded by token_version.
    credentials: "models.Field[Any, dict[str, str]]" = EncryptedJSONField(default=dict)
    token_version = models.PositiveIntegerField(default=0)
    token_issued_at = models.DateTimeField(null=True, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    authorised_until = models.DateTimeField(null=True, blank=True)
    # Without one renewal until then the owner must consent again.
    refresh_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.CONNECTED)
    connected_at = models.DateTimeField()
    stock_warehouses = models.ManyToManyField("inventory.Warehouse", blank=True, related_name="+")
    handover = models.CharField(max_length=10, choices=Handover, default=Handover.PICKUP)
    # Texts and pictures of products are sent by themselves when they change here.
    sends_texts = models.BooleanField(default=False, db_default=False)
    # When products may be sent together: names, pictures, prices, new ones. Both or neither;
    # stock is told at any hour.
    sync_from = models.TimeField(null=True, blank=True)
    sync_until = models.TimeField(null=True, blank=True)
    # Prices are owed since then and wait for the shop's hours.
    prices_wanted_at = models.DateTimeField(null=True, blank=True)
    last_poll_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_reconciled_at = models.DateTimeField(null=True, blank=True)
    # What the last reconciliation found: {"compared", "missing", "stale", "fetched"}.
    last_differences = models.JSONField(default=dict, blank=True)
    # From what difference on an order's payout waits for a person.
    tolerance_vnd = models.BigIntegerField(default=1_000, db_default=1_000)
    # Rises with every order that came in or changed; a stock number computed before is not sent.
    import_version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["marketplace", "remote_shop_id"], name="shop_once_per_marketplace"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["connected", "expired", "disconnected"]),
                name="shop_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(tolerance_vnd__gte=0), name="shop_tolerance_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(sync_from__isnull=True, sync_until__isnull=True)
                | models.Q(sync_from__isnull=False, sync_until__isnull=False),
                name="shop_sync_hours_whole",
            ),
        ]
        ordering = ("marketplace", "name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def access_ends_at(self) -> datetime | None:
        """When a person must consent again: the consent ends, or what renews the tokens does."""
        ends = [moment for moment in (self.authorised_until, self.refresh_until) if moment]
        return min(ends, default=None)
