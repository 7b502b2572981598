"""The ledger and the balances it adds up to."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse


class StockLevel(models.Model):
    """The balance of one variant in one warehouse; only `inventory.services.stock` writes it.

    `on_hand` and `value_vnd` are sums of the movements, `reserved` the sum of the open allocations.
    """

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="levels", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="levels", db_index=False)
    on_hand = models.IntegerField(_("Tồn thực tế"), default=0, db_default=0)
    reserved = models.IntegerField(_("Đang giữ chỗ"), default=0, db_default=0)
    safety_stock = models.PositiveIntegerField(_("Tồn an toàn"), default=0, db_default=0)
    value_vnd = models.BigIntegerField(_("Giá trị tồn"), default=0, db_default=0)

    # Read by `inventory.selectors.expired.with_available`: the row alone cannot know its lots.
    available: int

    class Meta:
        verbose_name = _("Tồn kho")
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "warehouse"], name="level_variant_warehouse_once"
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="level_on_hand_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0), name="level_reserved_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand")), name="level_reserved_within_on_hand"
            ),
            models.CheckConstraint(
                condition=Q(value_vnd__gte=0) & (Q(on_hand__gt=0) | Q(value_vnd=0)),
                name="level_value_goes_with_pieces",
            ),
        ]
        indexes = [models.Index(fields=["warehouse", "variant"], name="level_warehouse_variant")]

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id}: {self.on_hand} ({self.reserved})"


class StockMovement(models.Model):
    """One immutable row of the ledger. A trigger refuses every change and removal.

    `value_vnd` is what the pieces were worth when they moved, with the sign of the quantity. A
    revaluation moves worth without pieces.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Tồn đầu kỳ")
        RECEIPT = "receipt", _("Nhập kho")
        ADJUSTMENT = "adjustment", _("Điều chỉnh")
        SHIPMENT = "shipment", _("Xuất giao hàng")
        RETURN = "return", _("Hàng trả về")
        TRANSFER = "transfer", _("Chuyển kho")
        SCRAP = "scrap", _("Hủy hàng")
        TO_SUPPLIER = "to_supplier", _("Trả nhà cung cấp")
        REVALUATION = "revaluation", _("Điều chỉnh giá trị")

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="movements", db_index=False)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="movements", db_index=False
    )
    quantity = models.IntegerField(_("Số lượng"))
    value_vnd = models.BigIntegerField(_("Giá trị"), default=0, db_default=0)
    kind = models.CharField(_("Loại"), max_length=12, choices=Kind.choices)
    cause_kind = models.CharField(max_length=30, blank=True, default="", db_default="")
    cause_id = models.BigIntegerField(null=True, blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150)
    note = models.CharField(_("Lý do"), max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Biến động kho")
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0) & ~Q(kind="revaluation")
                | Q(quantity=0, kind="revaluation") & ~Q(value_vnd=0),
                name="movement_moves_pieces_or_worth",
            ),
            models.CheckConstraint(
                condition=Q(quantity=0)
                | Q(quantity__gt=0, value_vnd__gte=0)
                | Q(quantity__lt=0, value_vnd__lte=0),
                name="movement_value_follows_quantity",
            ),
        ]
        indexes = [
            # What a past day is computed from stands in the index itself.
            models.Index(
                fields=["variant", "warehouse", "id"],
                include=["quantity", "value_vnd", "created_at"],
                name="movement_told_by_level",
            ),
            models.Index(fields=["warehouse", "-id"], name="movement_of_warehouse"),
            models.Index(
                fields=["cause_kind", "cause_id"],
                name="movement_by_cause",
                condition=Q(cause_id__isnull=False),
            ),
            # What was sold of a variant, and when: forecasts and buffers read nothing else.
            models.Index(
                fields=["variant", "created_at"],
                name="movement_shipped",
                include=["quantity", "warehouse"],
                condition=Q(kind="shipment"),
            ),
            BrinIndex(fields=["created_at"], name="movement_by_day", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d} ({self.variant_id}@{self.warehouse_id})"
