"""What a shop offers for sale, and which variant of ours it is."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class Listing(models.Model):
    class LinkedBy(models.TextChoices):
        NONE = "", _("Chưa liên kết")
        SKU = "sku", _("Trùng SKU")
        BARCODE = "barcode", _("Trùng mã vạch")
        PERSON = "person", _("Chọn bằng tay")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="listings")
    remote_item_id = models.CharField(max_length=64)
    # "0" stands for an item without variations.
    remote_model_id = models.CharField(max_length=64, default="0")
    name = models.CharField(max_length=500)
    sku = models.CharField(max_length=120, blank=True, default="")
    barcode = models.CharField(max_length=120, blank=True, default="")
    remote_status = models.CharField(max_length=40, blank=True, default="")
    price_vnd = models.BigIntegerField(null=True, blank=True)
    location_ids = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    variant = models.ForeignKey(
        "inventory.Variant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    linked_by = models.CharField(max_length=10, choices=LinkedBy, blank=True, default=LinkedBy.NONE)
    pushed_quantity = models.IntegerField(null=True, blank=True)
    remote_quantity = models.IntegerField(null=True, blank=True)
    remote_quantity_at = models.DateTimeField(null=True, blank=True)
    # What the search of the shop's page looks in: `searched_text`.
    search_folded = models.CharField(max_length=820, editable=False, default="", db_default="")
    updated_at = models.DateTimeField(auto_now=True)
    # What our price lists say; filled in by the page that shows it.
    told_vnd: int | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "remote_item_id", "remote_model_id"], name="listing_once_per_shop"
            )
        ]
        indexes = [
            models.Index(
                fields=["shop", "sku"],
                name="listing_unlinked",
                condition=models.Q(variant__isnull=True),
            ),
            # The page of a shop's listings.
            models.Index(fields=["shop", "name", "id"], name="listing_by_name"),
            models.Index(
                fields=["shop", "name", "id"],
                name="listing_unlinked_by_name",
                condition=models.Q(variant__isnull=True),
            ),
            GinIndex(
                fields=["search_folded"], opclasses=["gin_trgm_ops"], name="listing_search_trgm"
            ),
        ]
        ordering = ("shop", "name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """The name an order line uses for this listing."""
        return f"{self.remote_item_id}:{self.remote_model_id}"
