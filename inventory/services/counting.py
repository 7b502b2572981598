"""A count: started, tallied while goods move, counted again where it differs, approved.

Locks are taken in one order: the count, its lines, the balances. Every movement of a balance locks
it, so what a tally reads under that lock is the start and all movements since: none is half done.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import CountLine, CountTally, StockCount, StockLevel
from inventory.selectors import counting as selectors
from inventory.selectors.costing import unit_costs
from inventory.services import stock_sql
from inventory.states import COUNT_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import run

NO_SHELF = 2**40  # walked after every shelf

# One statement: all balances are of one moment.
_SNAPSHOT = """
INSERT INTO inventory_countline (count_id, warehouse_id, variant_id, bin_id, walk, expected)
SELECT %(count)s::bigint, %(warehouse)s::bigint, v.id, b.id,
    coalesce(b.walking_order, %(no_shelf)s::bigint), coalesce(l.on_hand, 0)
FROM unnest(%(variants)s::bigint[]) AS v (id)
LEFT JOIN inventory_stocklevel l ON l.variant_id = v.id AND l.warehouse_id = %(warehouse)s::bigint
LEFT JOIN inventory_homebin h ON h.variant_id = v.id AND h.warehouse_id = %(warehouse)s::bigint
LEFT JOIN inventory_bin b ON b.id = h.bin_id
ORDER BY v.id
"""
# Goods that nobody expected here: a line of their own.
_FOUND = _SNAPSHOT + "ON CONFLICT (count_id, variant_id) DO NOTHING"


@transaction.atomic
def create_count(
    warehouse_id: int,
    scope: str,
    *,
    key: UUID,
    bin_prefix: str = "",
    is_blind: bool = True,
    note: str = "",
    actor: Actor,
) -> StockCount:
    """A draft. The same key again returns the same count."""
    count, created = StockCount.objects.get_or_create(
        key=key,
        defaults={
            "number": f"KK{next_code('stock_count'):06d}",
            "warehouse_id": warehouse_id,
            "scope": scope,
            "bin_prefix": bin_prefix,
            "is_blind": is_blind,
            "note": note,
            "created_by": actor.label,
            "created_at": now(),
        },
    )
    if created:
        record_event("count.created", count, actor=actor)
    return count


def start_count(count_id: int, *, actor: Actor) -> StockCount:
    """Write down what the books expect of everything in scope. A second call does nothing.

    Raises DomainError when the scope is empty, or another open count has some of the goods.
    """
    try:
        return _start(count_id, actor)
    except IntegrityError as error:
        raise DomainError(
            _("Một phiếu kiểm đang mở đã có một số mặt hàng này: hãy hoàn tất hoặc hủy phiếu đó."),
            code="count.overlaps",
        ) from error


@transaction.atomic
def _start(count_id: int, actor: Actor) -> StockCount:
    count = lock_count(count_id)
    if count.status != StockCount.Status.DRAFT:
        COUNT_FLOW.check(count.status, StockCount.Status.COUNTING)
        return count
    variants = selectors.variants_in_scope(count)
    if not variants:
        raise DomainError(_("Không có mặt hàng nào trong phạm vi này."), code="count.empty")
    run(_SNAPSHOT, _snapshot_of(count, variants))
    count.started_at = now()
    _enter(count, StockCount.Status.COUNTING, actor)
    return count


@transaction.atomic
def add_tally(
    count_id: int, variant_id: int, quantity: int, *, key: UUID, actor: Actor
) -> CountLine:
    """Add counted pieces to a line; the same key again adds nothing.

    Raises DomainError when the count is not open, or the goods are not in its scope.
    """
    line, level = _locked_line(count_id, variant_id)
    return _tally(line, level, quantity, key, actor)


@transaction.atomic
def set_counted(
    count_id: int, variant_id: int, quantity: int, *, key: UUID, actor: Actor
) -> CountLine:
    """Say how many pieces there are in all; kept as a tally of the difference."""
    if quantity < 0:
        raise DomainError(_("Số đếm không thể âm."), code="count.negative", field="quantity")
    line, level = _locked_line(count_id, variant_id)
    return _tally(line, level, quantity - (line.counted or 0), key, actor)


@transaction.atomic
def count_rest_as_zero(count_id: int, *, actor: Actor) -> int:
    """Nobody found the goods of the open lines: each is counted as 0. Returns how many."""
    count = lock_count(count_id)
    _require_counting(count)
    lines = list(
        count.lines.select_for_update().filter(counted__isnull=True).order_by("variant_id")
    )
    levels = _locked_levels(count, lines)
    moment = now()
    for line in lines:
        line.counted, line.book = 0, levels[line.variant_id].on_hand
        line.first_book, line.counted_at, line.counted_by = line.book, moment, actor.label
    fields = ["counted", "book", "first_book", "counted_at", "counted_by"]
    CountLine.objects.bulk_update(lines, fields, batch_size=1000)
    return len(lines)


@transaction.atomic
def submit_count(count_id: int, *, actor: Actor) -> int:
    """Hand the count to its approver, unless lines have to be counted again; returns how many.

    A line that differs too much, or whose goods moved while it was tallied, is counted twice.
    """
    count = lock_count(count_id)
    COUNT_FLOW.check(count.status, StockCount.Status.REVIEW)
    lines = list(count.lines.select_for_update().order_by("id"))
    if not any(line.counted is not None for line in lines):
        raise DomainError(_("Chưa đếm mặt hàng nào."), code="count.nothing_counted")
    costs = unit_costs([line.variant_id for line in lines if line.variance])
    again = [
        line
        for line in lines
        if line.round == 1
        and selectors.wants_recount(line, costs.get(line.variant_id, 0), count.warehouse)
    ]
    if again:
        _reset(again)
        record_event("count.recount", count, actor=actor, data={"lines": len(again)})
    elif count.status != StockCount.Status.REVIEW:
        _enter(count, StockCount.Status.REVIEW, actor)
    return len(again)


@transaction.atomic
def ask_recount(count_id: int, line_ids: Sequence[int], *, actor: Actor) -> int:
    """The approver sends lines back to be counted once more; returns how many."""
    count = lock_count(count_id)
    COUNT_FLOW.check(count.status, StockCount.Status.COUNTING)
    lines = list(
        count.lines.select_for_update()
        .filter(pk__in=list(line_ids), counted__isnull=False)
        .order_by("id")
    )
    _reset(lines)
    if lines and count.status != StockCount.Status.COUNTING:
        _enter(count, StockCount.Status.COUNTING, actor)
    return len(lines)


@transaction.atomic
def cancel_count(count_id: int, *, actor: Actor) -> StockCount:
    """Give the count up; the books stay as they are. A second call does nothing."""
    count = lock_count(count_id)
    if count.status != StockCount.Status.CANCELLED:
        close_count(count, StockCount.Status.CANCELLED, actor)
    return count


def close_count(count: StockCount, status: StockCount.Status, actor: Actor) -> None:
    """The count is over: its goods may be in another one."""
    count.closed_at, count.closed_by = now(), actor.label
    _enter(count, status, actor)
    count.lines.update(is_open=False)


def _reset(lines: Sequence[CountLine]) -> None:
    for line in lines:
        line.first_counted, line.round = line.counted, line.round + 1
        line.counted = line.book = line.first_book = None
    fields = ["first_counted", "round", "counted", "book", "first_book"]
    CountLine.objects.bulk_update(lines, fields, batch_size=1000)


def _tally(line: CountLine, level: StockLevel, quantity: int, key: UUID, actor: Actor) -> CountLine:
    if CountTally.objects.filter(key=key).exists():
        return line
    if (line.counted or 0) + quantity < 0:
        raise DomainError(_("Số đếm không thể âm."), code="count.negative", field="quantity")
    if line.counted is None:
        line.first_book = level.on_hand
    line.counted, line.book = (line.counted or 0) + quantity, level.on_hand
    line.counted_at, line.counted_by = now(), actor.label
    line.save(update_fields=["counted", "book", "first_book", "counted_at", "counted_by"])
    CountTally.objects.create(
        line=line, key=key, round=line.round, quantity=quantity,
        counted_by=actor.label, counted_at=line.counted_at,
    )  # fmt: skip
    return line


def _locked_line(count_id: int, variant_id: int) -> tuple[CountLine, StockLevel]:
    """The line, then its balance; the count's state is read behind the line's lock."""
    line = _line_for_update(count_id, variant_id) or _found(count_id, variant_id)
    count = StockCount.objects.get(pk=count_id)
    _require_counting(count)
    return line, _locked_levels(count, [line])[variant_id]


def _require_counting(count: StockCount) -> None:
    if count.status != StockCount.Status.COUNTING:
        raise DomainError(_("Phiếu này không đang đếm."), code="count.not_open")


def _line_for_update(count_id: int, variant_id: int) -> CountLine | None:
    rows = CountLine.objects.select_for_update()
    return rows.filter(count_id=count_id, variant_id=variant_id).first()


def _found(count_id: int, variant_id: int) -> CountLine:
    """Goods that the books do not have here get a line; only when the whole place is counted."""
    count = StockCount.objects.get(pk=count_id)
    _require_counting(count)
    if count.scope != StockCount.Scope.FULL:
        raise DomainError(
            _("Mặt hàng này không thuộc phiếu kiểm: hãy để riêng và đếm ở phiếu của nó."),
            code="count.out_of_scope",
            field="code",
        )
    try:
        with transaction.atomic():
            run(_FOUND, _snapshot_of(count, [variant_id]))
    except IntegrityError as error:
        raise DomainError(
            _("Mặt hàng này đang ở một phiếu kiểm khác."), code="count.overlaps", field="code"
        ) from error
    line = _line_for_update(count_id, variant_id)
    assert line is not None  # just written
    return line


def _locked_levels(count: StockCount, lines: Sequence[CountLine]) -> dict[int, StockLevel]:
    variants = [line.variant_id for line in lines]
    if variants:
        places = {"variants": variants, "warehouses": [count.warehouse_id] * len(variants)}
        run(stock_sql.OPEN_LEVELS, places)
    rows = StockLevel.objects.select_for_update(no_key=True).filter(
        warehouse_id=count.warehouse_id, variant_id__in=variants
    )
    return {level.variant_id: level for level in rows.order_by("id")}


def _snapshot_of(count: StockCount, variants: Sequence[int]) -> dict[str, object]:
    return {
        "count": count.pk,
        "warehouse": count.warehouse_id,
        "no_shelf": NO_SHELF,
        "variants": list(variants),
    }


def lock_count(count_id: int) -> StockCount:
    """The count, locked, with its warehouse."""
    rows = StockCount.objects.select_related("warehouse").select_for_update(of=("self",))
    return rows.get(pk=count_id)


def _enter(count: StockCount, status: StockCount.Status, actor: Actor) -> None:
    COUNT_FLOW.check(count.status, status)
    before, count.status = count.status, status
    count.save(update_fields=["status", "started_at", "closed_at", "closed_by"])
    record_event(f"count.{status.value}", count, actor=actor, data={"from": before})
