"""Walks for goods: which parcels are picked together, by whom, and where each piece stands."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shipping.models.fulfilments import Fulfilment


class PickWave(models.Model):
    """Parcels of one warehouse that are picked together; how is the method's business."""

    class Method(models.TextChoices):
        SINGLE = "single", _("Nhặt từng đơn")
        BATCH = "batch", _("Nhặt theo lô")
        ZONE = "zone", _("Nhặt theo khu")
        WAVE = "wave", _("Nhặt theo đợt")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Đã lên")
        RELEASED = "released", _("Đang nhặt")
        DONE = "done", _("Đã xong")
        CANCELLED = "cancelled", _("Đã hủy")

    number = models.CharField(_("Số đợt"), max_length=20, unique=True)
    # The press of the button that made it: a second press makes no second one.
    key = models.UUIDField(unique=True)
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="+")
    method = models.CharField(_("Cách nhặt"), max_length=10, choices=Method.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Đợt nhặt hàng")
        indexes = [models.Index(fields=["status", "-id"], name="wave_by_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def sorts_later(self) -> bool:
        """One walk brings the sum for all; a put wall divides it by order afterwards."""
        return self.method in (self.Method.BATCH, self.Method.WAVE)


class PickOrder(models.Model):
    """A parcel in a wave, with the letter of its slot on the cart or the put wall."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Đang nhặt")
        PICKED = "picked", _("Đã đủ")
        SHORT = "short", _("Nhặt thiếu")
        WITHDRAWN = "withdrawn", _("Đã rút khỏi đợt")

    wave = models.ForeignKey(PickWave, models.CASCADE, related_name="members")
    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, related_name="picks")
    letter = models.CharField(max_length=4)
    pieces = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fulfilment"],
                condition=Q(outcome="open"),
                name="pick_order_in_one_open_wave",
            ),
            models.UniqueConstraint(fields=["wave", "letter"], name="pick_order_letter_once"),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at=None)
                | ~Q(outcome="open") & Q(closed_at__isnull=False),
                name="pick_order_closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}-{self.letter}"


class PickTask(models.Model):
    """One walk: the lines of a wave, or of one zone of it, for one picker."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Chờ lượt")
        READY = "ready", _("Chờ nhặt")
        PICKING = "picking", _("Đang nhặt")
        DONE = "done", _("Đã nhặt")
        CANCELLED = "cancelled", _("Đã hủy")

    wave = models.ForeignKey(PickWave, models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    zone = models.CharField(_("Khu vực kho"), max_length=30, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Phiếu nhặt hàng")
        constraints = [
            models.UniqueConstraint(fields=["wave", "position"], name="pick_task_position_once"),
            models.CheckConstraint(
                condition=~Q(status="picking") | Q(picker__isnull=False),
                name="pick_task_picked_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "id"],
                name="pick_task_open",
                condition=Q(status__in=["ready", "picking"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.position}"


class PickLine(models.Model):
    """A promise of stock that a task owns: so many pieces of one variant for one parcel.

    `picked` lie in the cart, `placed` of them in the parcel's slot, `missing` were not found.
    """

    task = models.ForeignKey(PickTask, models.CASCADE, related_name="lines", db_index=False)
    member = models.ForeignKey(PickOrder, models.CASCADE, related_name="lines")
    # A promise that moved to another order may be gone once the line is withdrawn.
    allocation = models.ForeignKey(
        "inventory.Allocation", models.SET_NULL, null=True, related_name="+"
    )
    variant = models.ForeignKey("inventory.Variant", models.PROTECT, related_name="+")
    bin = models.ForeignKey("inventory.Bin", models.SET_NULL, null=True, related_name="+")
    walk = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allocation"],
                condition=Q(withdrawn_at=None),
                name="pick_line_once_per_promise",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(allocation__isnull=False),
                name="pick_line_owns_a_promise",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pick_line_positive"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("picked") + F("missing"), picked__gte=F("placed")),
                name="pick_line_never_too_many",
            ),
        ]
        indexes = [models.Index(fields=["task", "walk", "id"], name="pick_line_walk")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"

    @property
    def left(self) -> int:
        return self.quantity - self.picked - self.missing
