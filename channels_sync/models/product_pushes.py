"""What a shop must be told of a product: one row per product there, so changes coalesce."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class ProductPush(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Bị từ chối")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="product_pushes")
    remote_item_id = models.CharField(max_length=64)
    product = models.ForeignKey("inventory.Product", models.CASCADE, related_name="+")
    # version rises with each change of the product, sent_version follows when it has arrived.
    version = models.BigIntegerField(default=1, db_default=1)
    sent_version = models.BigIntegerField(default=0, db_default=0)
    state = models.CharField(
        max_length=10, choices=State, default=State.PENDING, db_default="pending"
    )
    # A person wants it outside the shop's hours.
    is_forced = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # Why fields were refused: {"name" | "description" | "pictures" | "": reason}.
    errors = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "remote_item_id"], name="product_push_once_per_item"
            ),
            models.CheckConstraint(
                condition=Q(sent_version__lte=F("version")), name="product_push_not_ahead"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="product_push_due",
                condition=Q(version__gt=F("sent_version")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.remote_item_id}"


class SentPicture(models.Model):
    """A picture of ours that a shop has already, and what it is called there."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+")
    file = models.CharField(max_length=100)
    remote_name = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "file"], name="sent_picture_once"),
        ]

    def __str__(self) -> str:
        return self.remote_name
