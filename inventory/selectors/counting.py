"""Counts a user may see, what belongs to one, and how far it differs from the books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Abs

from inventory.models import (
    Allocation,
    CountLine,
    HomeBin,
    StockCount,
    StockLevel,
    Warehouse,
)
from inventory.ports import Holder, name_holders
from inventory.selectors.abc_classes import due_today
from inventory.selectors.costing import unit_costs
from oms.kernel.pages import Page, keyset_page

OPEN = (StockCount.Status.DRAFT, StockCount.Status.COUNTING, StockCount.Status.REVIEW)
TALLIES_SHOWN = 8


def counts_visible_to(user: Any) -> QuerySet[StockCount]:
    rows = StockCount.objects.select_related("warehouse")
    scope = user.warehouse_scope()
    return rows if scope is None else rows.filter(warehouse__in=scope)


def count_list(
    user: Any, *, show: str = "", after: str = "", before: str = "", size: int = 50
) -> Page[StockCount]:
    """Newest first, with `line_count` and `counted_count`; `show` is "open" or a status."""
    rows = counts_visible_to(user)
    if show == "open":
        rows = rows.filter(status__in=OPEN)
    elif show in StockCount.Status.values:
        rows = rows.filter(status=show)
    page = keyset_page(rows, keys=("-id",), after=after, before=before, size=size)
    progress = _progress([count.pk for count in page.rows])
    for count in page.rows:
        count.progress = progress.get(count.pk, Progress(0, 0, 0, 0))  # type: ignore[attr-defined]
    return page


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of lines: in all, counted, asked again and not counted yet, and that differ."""

    lines: int
    counted: int
    recount: int
    different: int


def _progress(count_ids: Sequence[int]) -> dict[int, Progress]:
    rows = (
        CountLine.objects.filter(count_id__in=count_ids)
        .order_by()
        .values_list("count_id")
        .annotate(
            of_all=Count("id"),
            of_counted=Count("id", filter=Q(counted__isnull=False)),
            of_recount=Count("id", filter=Q(counted__isnull=True, round__gt=1)),
            of_different=Count("id", filter=~Q(counted=F("book")) & Q(counted__isnull=False)),
        )
    )
    return {pk: Progress(*numbers) for pk, *numbers in rows}


def progress_of(count: StockCount) -> Progress:
    return _progress([count.pk]).get(count.pk, Progress(0, 0, 0, 0))


def variants_in_scope(count: StockCount) -> list[int]:
    """The goods that a count begins with."""
    if count.scope == StockCount.Scope.ABC:
        return [row.variant_id for row in due_today(count.warehouse_id)]
    if count.scope == StockCount.Scope.BIN:
        homes = HomeBin.objects.filter(
            warehouse_id=count.warehouse_id, bin__code__startswith=count.bin_prefix
        )
        return list(homes.order_by("variant_id").values_list("variant_id", flat=True))
    levels = StockLevel.objects.filter(warehouse_id=count.warehouse_id, on_hand__gt=0)
    return list(levels.order_by("variant_id").values_list("variant_id", flat=True))


def count_lines(
    count: StockCount, *, show: str = "", after: str = "", before: str = "", size: int = 50
) -> Page[CountLine]:
    """Lines along the walk; `show` is "todo" (not counted) or "different"."""
    rows = count.lines.select_related("variant__product", "bin")
    if show == "todo":
        rows = rows.filter(counted__isnull=True)
    elif show == "different":
        rows = rows.exclude(counted=F("book")).filter(counted__isnull=False)
    return keyset_page(rows, keys=("walk", "id"), after=after, before=before, size=size)


def newest_lines(count: StockCount) -> list[CountLine]:
    """What was counted last, for the eyes of the one who scans."""
    rows = count.lines.select_related("variant__product", "bin").filter(counted__isnull=False)
    return list(rows.order_by("-counted_at", "-id")[:TALLIES_SHOWN])


def difference_vnd(lines: Iterable[CountLine]) -> int:
    """Đồng: what is missing and what is too much, without sign, at the cost of a piece."""
    different = [line for line in lines if line.variance]
    costs = unit_costs([line.variant_id for line in different])
    return sum(abs(line.variance or 0) * costs[line.variant_id] for line in different)


def difference_of(count: StockCount) -> int:
    """Đồng: the difference of the whole count."""
    rows = count.lines.filter(counted__isnull=False).exclude(counted=F("book"))
    return difference_vnd(rows)


def pieces_missing_and_found(count: StockCount) -> tuple[int, int]:
    """(pieces fewer, pieces more) than the books."""
    variance = F("counted") - F("book")
    nothing = Value(0)
    sums = count.lines.filter(counted__isnull=False).aggregate(
        missing=Sum(
            Case(When(counted__lt=F("book"), then=Abs(variance)), default=nothing),
            output_field=IntegerField(),
        ),
        found=Sum(
            Case(When(counted__gt=F("book"), then=variance), default=nothing),
            output_field=IntegerField(),
        ),
    )
    return sums["missing"] or 0, sums["found"] or 0


def wants_recount(line: CountLine, unit_cost_vnd: int, warehouse: Warehouse) -> bool:
    """Whether a line differs so much, or is so doubtful, that it is counted a second time."""
    variance = abs(line.variance or 0)
    if not variance:
        return False
    if line.first_book != line.book:
        return True  # goods moved between its first and its last tally
    if variance * unit_cost_vnd > warehouse.recount_vnd:
        return True
    return variance * 100 > warehouse.recount_percent * max(line.book or 0, 1)


def is_held(line: CountLine, level: StockLevel) -> bool:
    """Whether posting the line would leave fewer pieces than orders hold."""
    return level.on_hand + (line.variance or 0) < level.reserved


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Fewer pieces counted than are promised, and who holds them."""

    line: CountLine
    reserved: int
    left: int
    holders: list[Holder]


def held_lines(count: StockCount) -> list[HeldLine]:
    """Lines that cannot be posted until orders let go, with those orders."""
    lines = list(
        count.lines.filter(counted__lt=F("book")).select_related("variant__product").order_by("pk")
    )
    levels = {
        level.variant_id: level
        for level in StockLevel.objects.filter(
            warehouse_id=count.warehouse_id, variant_id__in=[line.variant_id for line in lines]
        )
    }
    held = [line for line in lines if is_held(line, levels[line.variant_id])]
    promises = list(
        Allocation.objects.filter(
            warehouse_id=count.warehouse_id,
            variant_id__in=[line.variant_id for line in held],
            status=Allocation.Status.OPEN,
        ).order_by("id")
    )
    names = list(zip(promises, name_holders(promises), strict=True))
    return [
        HeldLine(
            line,
            levels[line.variant_id].reserved,
            levels[line.variant_id].on_hand + (line.variance or 0),
            [holder for promise, holder in names if promise.variant_id == line.variant_id],
        )
        for line in held
    ]
