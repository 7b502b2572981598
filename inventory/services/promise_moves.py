"""Promises that change hands: what is reserved stays reserved, and is never free in between."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Allocation
from oms.kernel.clock import now
from oms.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class PromiseMove:
    """Units that one holder gives to another, where they are."""

    from_holder: int
    to_holder: int
    variant_id: int
    warehouse_id: int
    quantity: int


@transaction.atomic
def move_promises(moves: Sequence[PromiseMove], *, holder_kind: str = "order_line") -> None:
    """Hand open promises over. The caller has locked what the holders belong to.

    Raises DomainError when a holder does not hold what he should give; then nothing has moved.
    """
    given = [move for move in moves if move.quantity > 0]
    rows = _held_by([move.from_holder for move in given], holder_kind)
    gone, left, new = [], {}, []
    for move in given:
        row = rows.get((move.from_holder, move.variant_id, move.warehouse_id))
        if row is None or row.quantity < move.quantity:
            raise DomainError(_("Hàng giữ cho đơn đã thay đổi; hãy thử lại."), code="stock.moved")
        row.quantity -= move.quantity
        new.append(_promise(move, holder_kind))
        if row.quantity:
            left[row.pk] = row
        else:
            left.pop(row.pk, None)
            gone.append(row.pk)
    Allocation.objects.filter(pk__in=gone).delete()
    Allocation.objects.bulk_update(left.values(), ["quantity"])
    Allocation.objects.bulk_create(new)


def held_where(
    holder_ids: Sequence[int], *, holder_kind: str = "order_line"
) -> dict[int, dict[int, dict[int, int]]]:
    """{holder: {warehouse: {variant: units}}} of open promises; one statement."""
    found: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = Allocation.objects.filter(
        holder_kind=holder_kind, holder_id__in=holder_ids, status=Allocation.Status.OPEN
    ).order_by("warehouse__priority", "warehouse_id", "id")
    for holder, place, variant, units in rows.values_list(
        "holder_id", "warehouse_id", "variant_id", "quantity"
    ):
        found[holder][place][variant] = units
    return found


def _held_by(holders: Sequence[int], holder_kind: str) -> dict[tuple[int, int, int], Allocation]:
    rows = Allocation.objects.select_for_update().filter(
        holder_kind=holder_kind, holder_id__in=holders, status=Allocation.Status.OPEN
    )
    return {(row.holder_id, row.variant_id, row.warehouse_id): row for row in rows.order_by("id")}


def _promise(move: PromiseMove, holder_kind: str) -> Allocation:
    return Allocation(
        variant_id=move.variant_id,
        warehouse_id=move.warehouse_id,
        quantity=move.quantity,
        holder_kind=holder_kind,
        holder_id=move.to_holder,
        created_at=now(),
    )
