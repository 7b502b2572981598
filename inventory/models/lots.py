"""Batches and single pieces: which of them are where, and where they went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse
from inventory.models.stock import StockMovement


class Lot(models.Model):
    """Pieces of one origin or expiry date; a serial number is a lot of one piece.

    The lot without a code holds the pieces that nobody has named yet: one per variant.
    """

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="lots", db_index=False)
    code = models.CharField(_("Mã lô"), max_length=60, blank=True, default="", db_default="")
    expires_on = models.DateField(_("Hạn sử dụng"), null=True, blank=True)
    is_serial = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Lô hàng")
        constraints = [
            models.UniqueConstraint(fields=["variant", "code"], name="lot_code_once_per_variant"),
            models.CheckConstraint(
                condition=Q(is_serial=False) | ~Q(code=""), name="lot_serial_has_a_number"
            ),
        ]
        indexes = [models.Index(fields=["code"], name="lot_by_code")]

    def __str__(self) -> str:
        return self.code or str(_("Chưa rõ lô"))


class LotBalance(models.Model):
    """Pieces of a lot in a warehouse. Those of a variant add up to its stock level."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="balances", db_index=False)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    on_hand = models.IntegerField(default=0, db_default=0)
    is_serial = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "warehouse"], name="lot_balance_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_balance_not_negative"),
            models.CheckConstraint(
                condition=Q(is_serial=False) | Q(on_hand__lte=1), name="serial_is_one_piece"
            ),
            # One piece is in one place: it cannot be received twice, nor sold twice.
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(is_serial=True, on_hand__gt=0),
                name="serial_in_one_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "warehouse"],
                name="lot_here",
                condition=Q(on_hand__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}@{self.warehouse_id}: {self.on_hand}"


class LotMovement(models.Model):
    """Pieces of a lot in a stock movement; without one they only got another name."""

    movement = models.ForeignKey(
        StockMovement, models.PROTECT, null=True, related_name="lots", db_index=False
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="movements", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    quantity = models.IntegerField(_("Số lượng"))
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="lot_movement_not_zero"),
        ]
        indexes = [
            models.Index(fields=["lot", "-id"], name="lot_movement_of_lot"),
            models.Index(
                fields=["movement"],
                name="lot_movement_of_movement",
                condition=Q(movement__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+d} of {self.lot_id}"


class LotChoice(models.Model):
    """A lot that somebody chose for a holder instead of the one that expires first, and why."""

    holder_kind = models.CharField(max_length=30)
    holder_id = models.BigIntegerField()
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="choices")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    reason = models.CharField(_("Lý do"), max_length=255)
    chosen_by = models.CharField(max_length=150)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "lot"], name="lot_choice_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="lot_choice_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="lot_choice_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot_id} for {self.holder_kind} {self.holder_id}"
