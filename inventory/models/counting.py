"""Counted shelves compared with the books."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.bins import Bin
from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse


class StockCount(models.Model):
    """One count of a warehouse or a part of it. Goods move on while it lasts."""

    class Scope(models.TextChoices):
        FULL = "full", _("Toàn kho")
        BIN = "bin", _("Theo vị trí")
        ABC = "abc", _("Luân phiên ABC")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Nháp")
        COUNTING = "counting", _("Đang đếm")
        REVIEW = "review", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt")
        CANCELLED = "cancelled", _("Đã hủy")

    number = models.CharField(_("Số phiếu"), max_length=20, unique=True)
    # Made by the page that asks: the same press twice is one count.
    key = models.UUIDField(unique=True, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="counts")
    scope = models.CharField(_("Phạm vi"), max_length=4, choices=Scope.choices)
    # Shelves whose code begins so; only for a count by shelves.
    bin_prefix = models.CharField(_("Vị trí"), max_length=30, blank=True, default="", db_default="")
    # Those who count do not see what the books expect.
    is_blind = models.BooleanField(_("Đếm mù"), default=True, db_default=True)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, db_default="draft"
    )
    note = models.CharField(_("Ghi chú"), max_length=255, blank=True, default="", db_default="")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("Phiếu kiểm kê")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="bin") ^ Q(bin_prefix=""), name="count_prefix_for_shelves_only"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="count_status_newest")]

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """One variant of a count.

    `expected` is what the books said when the count started; `book` what they said at the moment
    of the last tally, read under the lock that every movement of this balance takes. It is
    `expected` and all movements since, those of transactions that were still open included.
    """

    count = models.ForeignKey(StockCount, models.CASCADE, related_name="lines", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="count_lines", db_index=False)
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, blank=True, related_name="+")
    # The walk: shelves in their order, goods without a shelf last.
    walk = models.BigIntegerField()
    expected = models.IntegerField(_("Sổ lúc bắt đầu"))
    counted = models.IntegerField(_("Đếm được"), null=True, blank=True)
    book = models.IntegerField(_("Sổ lúc đếm"), null=True, blank=True)
    # What the books said at the first tally of this round: another number means goods moved.
    first_book = models.IntegerField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(_("Lần đếm"), default=1, db_default=1)
    first_counted = models.IntegerField(_("Đếm lần đầu"), null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    is_open = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "variant"], name="count_variant_once"),
            # Two counts of the same goods would both post the same difference.
            models.UniqueConstraint(
                fields=["variant", "warehouse"],
                condition=Q(is_open=True),
                name="count_open_once_per_balance",
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0),
                name="count_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, book__isnull=True)
                | Q(counted__isnull=False, book__isnull=False),
                name="count_keeps_the_book_of_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["count", "walk", "id"], name="count_walk"),
            models.Index(
                fields=["warehouse", "variant", "-counted_at"],
                name="count_last_of_balance",
                condition=Q(counted__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.counted} / {self.book}"

    @property
    def variance(self) -> int | None:
        """Pieces more (or fewer) than the books said at the moment of the count."""
        return None if self.counted is None or self.book is None else self.counted - self.book

    @property
    def moved(self) -> int | None:
        """Pieces that came and went between the start and the count."""
        return None if self.book is None else self.book - self.expected


class CountTally(models.Model):
    """One scan or typed number: added, never overwritten, so that two people count together."""

    line = models.ForeignKey(CountLine, models.CASCADE, related_name="tallies")
    key = models.UUIDField(unique=True)
    round = models.PositiveSmallIntegerField()
    quantity = models.IntegerField(_("Số lượng"))
    counted_by = models.CharField(max_length=150)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.quantity:+d} ({self.line_id})"
