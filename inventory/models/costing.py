"""What goods are worth: the method, the layers that FIFO keeps, and what was learnt too late."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse
from inventory.models.stock import StockMovement


class Valuation(models.Model):
    """The costing method of the installation: one row, or none for the moving average.

    A trigger refuses another method once goods have moved beyond their opening stock.
    """

    class Method(models.TextChoices):
        AVERAGE = "average", _("Bình quân di động")
        FIFO = "fifo", _("Nhập trước xuất trước (FIFO)")

    id = models.SmallIntegerField(primary_key=True, default=1)
    method = models.CharField(
        _("Phương pháp giá vốn"), max_length=10, choices=Method.choices, default=Method.AVERAGE
    )
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Phương pháp giá vốn")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="valuation_only_one"),
            models.CheckConstraint(
                condition=Q(method__in=["average", "fifo"]), name="valuation_method_known"
            ),
        ]

    def __str__(self) -> str:
        return self.method


class CostLayer(models.Model):
    """Pieces that came in together; `value_vnd` is what the `remaining` ones are worth."""

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    movement = models.OneToOneField(StockMovement, models.PROTECT, related_name="layer")
    quantity = models.IntegerField()
    remaining = models.IntegerField()
    value_vnd = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("quantity")),
                name="layer_remaining_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(value_vnd__gte=0) & (Q(remaining__gt=0) | Q(value_vnd=0)),
                name="layer_value_goes_with_pieces",
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "warehouse", "id"],
                name="layer_open_of_level",
                condition=Q(remaining__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.quantity} ({self.value_vnd})"


class LayerUse(models.Model):
    """How many pieces of a layer a movement took, and what they were worth then."""

    layer = models.ForeignKey(CostLayer, models.PROTECT, related_name="uses")
    movement = models.ForeignKey(StockMovement, models.PROTECT, related_name="layer_uses")
    quantity = models.IntegerField()
    value_vnd = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "movement"], name="layer_use_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, value_vnd__gte=0), name="layer_use_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.layer_id} by {self.movement_id}"


class CostCorrection(models.Model):
    """A cost that became known after the pieces of `movement` had left; never changed.

    Added to what the movement says its pieces were worth when they left.
    """

    movement = models.ForeignKey(StockMovement, models.PROTECT, related_name="corrections")
    value_vnd = models.BigIntegerField(_("Giá trị"))
    cause_kind = models.CharField(max_length=30)
    cause_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Điều chỉnh giá vốn")
        constraints = [
            models.CheckConstraint(condition=~Q(value_vnd=0), name="cost_correction_not_zero"),
        ]
        indexes = [models.Index(fields=["cause_kind", "cause_id"], name="cost_correction_by_cause")]

    def __str__(self) -> str:
        return f"{self.value_vnd:+d} on {self.movement_id}"
