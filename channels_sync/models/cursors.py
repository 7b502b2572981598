"""How far a shop has been read."""

from django.db import models

from channels_sync.models.shops import Shop


class SyncCursor(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="cursors")
    kind = models.CharField(max_length=30)
    # Everything the marketplace changed before this moment has been read.
    position = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind"], name="cursor_once_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.kind} {self.position:%Y-%m-%d %H:%M}"
