"""A product of ours on its way into a shop, and the categories it may go into there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class MarketCategory(models.Model):
    """A category of a marketplace that products may be in."""

    marketplace = models.CharField(max_length=30)
    remote_id = models.CharField(max_length=40)
    path = models.CharField(max_length=500)
    path_folded = models.CharField(max_length=500)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "remote_id"], name="category_once")
        ]
        ordering = ("path", "pk")

    def __str__(self) -> str:
        return self.path


class Offering(models.Model):
    """What was answered to the category's questions, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ đăng")
        REFUSED = "refused", _("Bị từ chối")
        CREATED = "created", _("Đã đăng")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="offerings")
    product = models.ForeignKey("inventory.Product", models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    category_id = models.CharField(max_length=40)
    category_path = models.CharField(max_length=500)
    brand_id = models.CharField(max_length=40, blank=True, default="")
    brand_name = models.CharField(max_length=200, blank=True, default="")
    # {field: [code of an option, or "", text]}
    attributes = models.JSONField(default=dict, blank=True)
    weight_g = models.PositiveIntegerField()
    length_cm = models.PositiveIntegerField(default=0)
    width_cm = models.PositiveIntegerField(default=0)
    height_cm = models.PositiveIntegerField(default=0)
    # Why it was refused, by field (ports.FieldsRefused).
    errors = models.JSONField(default=dict, blank=True)
    # Written before the first send: from then on it is looked up before it is sent again.
    sent_at = models.DateTimeField(null=True, blank=True)
    # [[SKU, variant id], …] of each attempt that was sent, the newest last: what it is looked up
    # and linked by, whatever the pieces are called now.
    sent_skus = models.JSONField(default=list, blank=True)
    remote_item_id = models.CharField(max_length=64, blank=True, default="")
    # A person wants it outside the shop's hours.
    is_forced = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.TextField(blank=True, default="")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "product"], name="offering_once_per_shop"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "refused", "created"]),
                name="offering_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="created") | ~Q(remote_item_id=""),
                name="offering_has_its_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="offering_due", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.product_id}"
