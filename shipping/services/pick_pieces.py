"""Pieces go from their shelf to the cart: counted once each, or taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.services.states import lock_orders
from shipping.models import PickLine, PickOrder, PickTask
from shipping.services.withdrawals import (
    LIVE,
    STOPPED,
    TO_WALK,
    end_walks,
    finish_members,
    lock_tasks,
    withdraw,
)


@dataclass(slots=True)
class Picked:
    """What a scan brought: pieces by line, the slots they belong to, and parcels now complete."""

    variant: Variant
    taken: dict[int, int] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)
    left: int = 0
    complete: list[PickOrder] = field(default_factory=list)
    walk_is_over: bool = False


class WrongPiece(DomainError):
    """Not what this walk needs; the message says what it is and what is needed instead."""


@retry_deadlock
@transaction.atomic
def pick(task_id: int, variant_id: int, pieces: int, *, picker_id: int, actor: Actor) -> Picked:
    """Put pieces into the cart, for the parcels in the order of their letters.

    Raises WrongPiece when the walk needs none of them, or fewer.
    """
    task = own_task(task_id, picker_id)
    lines = _needed(task, variant_id, pieces, actor=actor)
    [task] = lock_tasks(PickTask.objects.filter(pk=task_id))
    own_task(task_id, picker_id)
    picked = Picked(lines[0].variant)
    for line in lines:
        units = min(pieces, line.left)
        line.picked += units
        if not task.wave.sorts_later or line.member.pieces == 1:
            line.placed += units  # it goes into its slot at once
        picked.taken[line.pk] = units
        letter = line.member.letter
        picked.slots[letter] = picked.slots.get(letter, 0) + units
        pieces -= units
    PickLine.objects.bulk_update(lines, ["picked", "placed"])
    return _told(picked, task, [line.member_id for line in lines], actor=actor)


def own_task(task_id: int, picker_id: int) -> PickTask:
    """The walk, if this picker is on it."""
    task = PickTask.objects.select_related("wave").get(pk=task_id)
    if task.status != PickTask.Status.PICKING or task.picker_id != picker_id:
        raise DomainError(_("Bạn không còn giữ phiếu nhặt này."), "task.not_yours")
    return task


def _needed(task: PickTask, variant_id: int, pieces: int, *, actor: Actor) -> list[PickLine]:
    """Lines that take the pieces, their orders and themselves locked.

    A parcel whose order was stopped leaves the wave here: nobody goes on picking for it.
    """
    while True:
        first = _enough(_open_lines(task, variant_id), pieces)
        if sum(line.left for line in first) < pieces:
            raise _wrong(task, variant_id, sum(line.left for line in first))
        orders = lock_orders({line.member.fulfilment.order_id for line in first})
        stopped = {order.pk for order in orders if order.status in STOPPED}
        gone = {line.member for line in first if line.member.fulfilment.order_id in stopped}
        if gone:
            withdraw(list(gone), outcome=PickOrder.Outcome.WITHDRAWN, actor=actor)
            continue
        mine = _open_lines(task, variant_id).filter(pk__in=[line.pk for line in first])
        lines = list(mine.select_for_update(of=("self",)))
        if sum(line.left for line in lines) >= pieces:
            return lines


def _open_lines(task: PickTask, variant_id: int) -> QuerySet[PickLine]:
    rows = PickLine.objects.filter(LIVE, TO_WALK, task=task, variant=variant_id)
    return rows.select_related("variant__product", "member__fulfilment").order_by("member_id", "id")


def _enough(lines: Iterable[PickLine], pieces: int) -> list[PickLine]:
    found: list[PickLine] = []
    for line in lines:
        if pieces <= 0:
            break
        found.append(line)
        pieces -= line.left
    return found


def _wrong(task: PickTask, variant_id: int, left: int) -> WrongPiece:
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    if left:
        return WrongPiece(
            _("%(sku)s chỉ còn cần %(left)d cái.") % {"sku": variant.sku, "left": left},
            "pick.too_many",
        )
    mine = PickLine.objects.filter(LIVE, task=task)
    if mine.filter(variant=variant).exists():
        return WrongPiece(
            _("%(sku)s đã nhặt đủ, hãy để lại kệ.") % {"sku": variant.sku}, "pick.enough"
        )
    wanted = mine.filter(TO_WALK).select_related("variant", "bin").order_by("walk", "id").first()
    text = _("Sai hàng: đây là %(sku)s – %(name)s.") % {
        "sku": variant.sku,
        "name": variant.full_name,
    }
    if wanted is not None:
        place = wanted.bin.code if wanted.bin else "–"
        text += " " + _("Cần %(sku)s ở %(bin)s.") % {"sku": wanted.variant.sku, "bin": place}
    return WrongPiece(text, "pick.wrong")


def _told(picked: Picked, task: PickTask, member_ids: Sequence[int], *, actor: Actor) -> Picked:
    picked.complete = finish_members(member_ids, actor=actor)
    same = task.lines.filter(LIVE, TO_WALK, variant=picked.variant)
    picked.left = sum(line.left for line in same)
    end_walks([task])
    picked.walk_is_over = task.status == PickTask.Status.DONE
    return picked


@retry_deadlock
@transaction.atomic
def unpick(task_id: int, taken: dict[int, int], *, picker_id: int, actor: Actor) -> int:
    """Take pieces out of the cart again, back to their shelf. Returns how many.

    Raises DomainError when their parcel is complete or gone, or they are in a slot of the wall.
    """
    task = own_task(task_id, picker_id)
    rows = task.lines.filter(pk__in=taken)
    lock_orders(rows.values_list("member__fulfilment__order_id", flat=True))
    [task] = lock_tasks(PickTask.objects.filter(pk=task_id))
    lines = list(rows.select_for_update(of=("self",)).select_related("member"))
    for line in lines:
        units = taken[line.pk]
        in_slot = not task.wave.sorts_later or line.member.pieces == 1
        free = line.picked - (0 if in_slot else line.placed)
        if line.withdrawn_at or line.member.outcome != PickOrder.Outcome.OPEN or free < units:
            raise DomainError(
                _("Không lấy ra được nữa: hàng đã sang bước sau."), "pick.cannot_undo"
            )
        line.picked -= units
        line.placed -= units if in_slot else 0
    PickLine.objects.bulk_update(lines, ["picked", "placed"])
    return sum(taken.values())
