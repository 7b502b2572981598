"""Which pieces a return still expects, and what those that left were worth."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum

from inventory.models import StockMovement, Variant
from orders import ports
from orders.models import Return, ReturnPiece
from orders.selectors.demands import line_demands


@dataclass(slots=True)
class Expected:
    """Pieces of one variant for one line of a return; `per_set` of them make one of the line's.

    `row_id` is None for a line of the order that the return does not name.
    """

    row_id: int | None
    line_id: int
    variant_id: int
    per_set: int
    quantity: int
    taken: int
    # How many more pieces may be added, because the buyer has them.
    spare: int
    variant: Any = None
    picture: Any = None

    @property
    def left(self) -> int:
        return max(0, self.quantity - self.taken)


def expected_of(document: Return) -> list[Expected]:
    """By the order's lines; those that the return does not name come with nothing expected.

    Never more than the buyer has: parts of a bundle that an earlier return brought are not missed.
    """
    rows = {row.line_id: row for row in document.lines.all()}
    lines = {line.pk: line for line in document.order.lines.all()}
    taken, elsewhere = _taken_and_elsewhere(document)
    found = []
    for demand in line_demands([document.order_id]):
        if demand.variant_id is None:
            continue
        row, line = rows.get(demand.line_id), lines[demand.line_id]
        per_set = demand.per_set or 1
        named = row.quantity if row else 0
        others = line.returned - (row.received if row else 0)
        with_buyer = demand.quantity - elsewhere[demand.line_id, demand.variant_id]
        quantity = min(named * per_set, with_buyer)
        spare = min((line.quantity - others - named) * per_set, with_buyer - quantity)
        found.append(
            Expected(
                row_id=row.pk if row else None,
                line_id=line.pk,
                variant_id=demand.variant_id,
                per_set=per_set,
                quantity=quantity,
                taken=taken[demand.line_id, demand.variant_id],
                spare=max(0, spare),
            )
        )
    return found


def with_variants(rows: list[Expected]) -> list[Expected]:
    """The same with the goods to show; one statement."""
    goods = Variant.objects.select_related("product").in_bulk({row.variant_id for row in rows})
    for row in rows:
        row.variant = goods[row.variant_id]
    return rows


Pieces = Counter[tuple[int, int]]


def _taken_and_elsewhere(document: Return) -> tuple[Pieces, Pieces]:
    """Pieces by (order line, variant): scanned in here, swapped ones among them, and those of ours
    that other returns brought.
    """
    rows = ReturnPiece.objects.filter(return_line__document__order=document.order_id).order_by()
    here = Q(return_line__document=document)
    sums = rows.values_list("return_line__line", "variant").annotate(
        taken=Sum("quantity", filter=here),
        elsewhere=Sum("quantity", filter=~here & Q(movement__isnull=False)),
    )
    taken, elsewhere = Pieces(), Pieces()
    for line_id, variant_id, now_here, before in sums:
        taken[line_id, variant_id] = now_here or 0
        elsewhere[line_id, variant_id] = before or 0
    return taken, elsewhere


def ours_by_line(order_id: int, document: Return | None = None) -> Pieces:
    """Pieces of ours that are back by (order line, variant): over all returns, or over one."""
    rows = ReturnPiece.objects.filter(
        return_line__document__order=order_id, movement__isnull=False
    ).order_by()
    if document is not None:
        rows = rows.filter(return_line__document=document)
    sums = rows.values_list("return_line__line", "variant").annotate(n=Sum("quantity"))
    return Pieces({(line_id, variant_id): n for line_id, variant_id, n in sums})


def whole_sets(needs: Mapping[int, int], line_id: int, pieces: Pieces) -> int:
    """Of a line that needs {variant: pieces in one set}."""
    counts = (pieces[line_id, variant_id] // per_set for variant_id, per_set in needs.items())
    return min(counts, default=0)


def needs_of(order_id: int) -> dict[int, dict[int, int]]:
    """{variant: pieces in one set} by order line; lines that nothing is linked to have none."""
    needs: dict[int, dict[int, int]] = {}
    for demand in line_demands([order_id]):
        if demand.variant_id is not None:
            needs.setdefault(demand.line_id, {})[demand.variant_id] = demand.per_set or 1
    return needs


def shipped_worth(order_id: int, variant_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(pieces, đồng) that left for an order, by variant."""
    causes = Q()
    for kind, cause_id in ports.causes_of_order(order_id):
        causes |= Q(cause_kind=kind, cause_id=cause_id)
    left = StockMovement.objects.filter(
        causes, variant__in=variant_ids, kind=StockMovement.Kind.SHIPMENT
    ).order_by()
    sums = left.values_list("variant_id").annotate(n=Sum("quantity"), worth=Sum("value_vnd"))
    return {variant_id: (-units, -worth) for variant_id, units, worth in sums}


def back_already(order_id: int, variant_ids: Collection[int]) -> dict[int, int]:
    """Pieces of ours that came back for an order before, by variant."""
    rows = ReturnPiece.objects.filter(
        return_line__document__order=order_id, variant__in=variant_ids, movement__isnull=False
    ).order_by()
    return dict(rows.values_list("variant_id").annotate(n=Sum("quantity")))


def worth_of_returns(order_ids: Sequence[int]) -> dict[int, int]:
    """Đồng by order, below zero: what came back and is still worth something (orders.ports)."""
    rows = ReturnPiece.objects.filter(
        return_line__document__order__in=order_ids,
        disposition__in=[ReturnPiece.Disposition.RESTOCK, ReturnPiece.Disposition.QUARANTINE],
    ).order_by()
    sums = rows.values_list("return_line__document__order_id").annotate(
        worth=Sum("movement__value_vnd")
    )
    return {order_id: -worth for order_id, worth in sums}
