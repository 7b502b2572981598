"""Returned pieces scanned in: each gets its disposition, and that alone moves stock."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import StockMovement, Warehouse
from inventory.services import stock
from inventory.services.lots import LotPart
from inventory.services.quarantine import scrap_goods
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import OrderLine, Return, ReturnLine, ReturnPiece
from orders.selectors.demands import line_demands
from orders.selectors.return_pieces import (
    Expected,
    back_already,
    expected_of,
    needs_of,
    ours_by_line,
    shipped_worth,
    whole_sets,
)
from orders.services.return_credit import credit_unpaid
from orders.services.return_states import settle_order
from orders.services.returned_lots import CAUSE, ReturningLots
from orders.services.returning import TAKING, lock_return, move, refuse_received

Disposition = ReturnPiece.Disposition
Status = Return.Status


@dataclass(frozen=True, slots=True)
class Taken:
    """Pieces to scan in; `lot_id` of goods whose lot or serial number was scanned."""

    variant_id: int
    quantity: int
    disposition: str
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a scan means for one line of the return."""

    row_id: int
    variant_id: int
    quantity: int
    disposition: str
    lot_id: int | None = None


@retry_deadlock
@transaction.atomic
def take_back(
    return_id: int, pieces: Sequence[Taken], *, warehouse_id: int, key: UUID, actor: Actor
) -> Return:
    """Scan pieces in where they are. The same key again changes nothing.

    Good ones are on sale at once, doubtful ones lie in quarantine, damaged ones are written off
    from there, and goods that are not ours enter nothing. Goods kept by lot go back into the lots
    that they left from. Pieces that nobody announced are added while the buyer may still have them.
    With the last one the reception is over.
    """
    document = lock_return(return_id)
    if ReturnPiece.objects.filter(key=key, return_line__document=document).exists():
        return document
    refuse_received(document)
    place = _place(warehouse_id)
    parts = _parts(document, pieces)
    if not parts:
        raise DomainError(_("Không còn món nào chờ nhận."), "return.nothing")
    _keep(document, parts, place, key, actor)
    _count(document, {part.row_id for part in parts})
    document.warehouse_id = warehouse_id
    document.save(update_fields=["warehouse"])
    if not any(row.left for row in expected_of(document)):
        _finish(document, actor)
    return document


@retry_deadlock
@transaction.atomic
def finish_reception(return_id: int, *, actor: Actor) -> Return:
    """No more of it comes. A repeat changes nothing; raises DomainError before the first piece."""
    document = lock_return(return_id)
    if document.status not in TAKING:
        return document
    if not ReturnPiece.objects.filter(return_line__document=document).exists():
        raise DomainError(_("Chưa nhận được món nào."), "return.empty")
    _finish(document, actor)
    return document


@retry_deadlock
@transaction.atomic
def expect_more(return_id: int, *, actor: Actor) -> Return:
    """The reception was ended too early: the rest comes after all."""
    document = lock_return(return_id)
    if document.status == Status.COMING:
        return document
    document.received_at = None
    move(document, Status.COMING, "return.expects_more", actor, None, "received_at")
    return document


def _finish(document: Return, actor: Actor) -> None:
    document.received_at = now()
    move(document, Status.RECEIVED, "return.received", actor, None, "received_at")
    settle_order(document, actor=actor)
    document.order.refresh_from_db()
    credit_unpaid(document, actor=actor)
    document.refresh_from_db()


def _place(warehouse_id: int) -> Warehouse:
    place = Warehouse.objects.get(pk=warehouse_id)
    if not place.sells:
        raise DomainError(_("Hãy chọn một kho đang bán hàng."), "return.place", "warehouse")
    return place


def _quarantine() -> Warehouse:
    row = Warehouse.objects.filter(kind=Warehouse.Kind.QUARANTINE, is_active=True).first()
    if row is None:
        raise DomainError(
            _("Chưa có kho chờ kiểm: hãy thêm một kho loại này trước."), "return.no_quarantine"
        )
    return row


def _parts(document: Return, pieces: Sequence[Taken]) -> list[Part]:
    """The lines that the pieces belong to: first what was announced, then what may be added."""
    if any(row.quantity <= 0 or row.disposition not in Disposition.values for row in pieces):
        raise DomainError(_("Số lượng phải lớn hơn 0."), "return.quantity", "quantity")
    _refuse_more_than_left(document, pieces)
    slots = expected_of(document)
    return [part for piece in pieces for part in _parts_of(document, piece, slots)]


def _refuse_more_than_left(document: Return, pieces: Sequence[Taken]) -> None:
    """Lines count whole sets; single parts of a bundle that earlier returns brought are in none."""
    left: Counter[int] = Counter()
    for demand in line_demands([document.order_id]):
        if demand.variant_id is not None:
            left[demand.variant_id] += demand.quantity
    left.subtract(back_already(document.order_id, set(left)))
    for piece in pieces:
        if piece.disposition == Disposition.SWAPPED:
            continue
        if piece.variant_id in left and piece.quantity > left[piece.variant_id]:
            raise _too_many(document, max(0, left[piece.variant_id]))
        left[piece.variant_id] -= piece.quantity


def _too_many(document: Return, most: int) -> DomainError:
    message = _("Đơn %(number)s chỉ còn %(most)d món này chưa trả.")
    words = {"number": document.order.number, "most": most}
    return DomainError(message % words, "return.too_many", "quantity")


def _parts_of(document: Return, piece: Taken, slots: Sequence[Expected]) -> Iterator[Part]:
    own = [slot for slot in slots if slot.variant_id == piece.variant_id]
    most = sum(slot.left + slot.spare for slot in own)
    if piece.quantity > most:
        raise _too_many(document, most)
    missing = piece.quantity
    for slot in sorted(own, key=lambda slot: (slot.left == 0, slot.line_id)):
        units = min(missing, slot.left + slot.spare)
        if units:
            row_id = _room(document, slot, units)
            missing -= units
            yield Part(row_id, piece.variant_id, units, piece.disposition, piece.lot_id)


def _room(document: Return, slot: Expected, units: int) -> int:
    """The return's line with room for the pieces, made or widened when they were not announced."""
    sets = -(-max(0, units - slot.left) // slot.per_set)
    if slot.row_id is None:
        row = ReturnLine.objects.create(document=document, line_id=slot.line_id, quantity=sets)
        slot.row_id = row.pk
    elif sets:
        row = ReturnLine.objects.get(pk=slot.row_id)
        row.quantity += sets
        row.save(update_fields=["quantity"])
    slot.quantity += sets * slot.per_set
    slot.spare -= sets * slot.per_set
    slot.taken += units
    return slot.row_id


def _keep(
    document: Return, parts: Sequence[Part], place: Warehouse, key: UUID, actor: Actor
) -> None:
    ours = [part for part in parts if part.disposition != Disposition.SWAPPED]
    apart = any(part.disposition != Disposition.RESTOCK for part in ours)
    quarantine = _quarantine() if apart else None
    worths = _worths(document.order_id, ours)
    dealt = ReturningLots(document.order_id, {part.variant_id for part in ours})
    lots = [dealt.take(part.variant_id, part.quantity, part.lot_id) for part in ours]
    places = [
        place if part.disposition == Disposition.RESTOCK else quarantine or place for part in ours
    ]
    movements = iter(
        stock.post(
            [
                stock.Posting(
                    part.variant_id,
                    where.pk,
                    part.quantity,
                    StockMovement.Kind.RETURN,
                    f"{document.number} {document.order.number}",
                    (CAUSE, document.pk),
                    worth,
                    own,
                )
                for part, where, worth, own in zip(ours, places, worths, lots, strict=True)
            ],
            actor=actor,
        )
    )
    where_of, lots_of = iter(places), iter(lots)
    for part in parts:
        is_ours = part.disposition != Disposition.SWAPPED
        where, own = (next(where_of), next(lots_of)) if is_ours else (place, ())
        piece = ReturnPiece.objects.create(
            return_line_id=part.row_id,
            variant_id=part.variant_id,
            quantity=part.quantity,
            disposition=part.disposition,
            warehouse=where,
            movement_id=next(movements) if is_ours else None,
            key=key,
            taken_by=actor.label,
            taken_at=now(),
        )
        if part.disposition == Disposition.DAMAGED:
            _write_off(document, piece, own, actor)


def _write_off(
    document: Return, piece: ReturnPiece, lots: tuple[LotPart, ...], actor: Actor
) -> None:
    """Damaged pieces never count as stock to sell (A-92): they are thrown away where they lie."""
    scrap_goods(
        piece.variant_id,
        piece.warehouse_id,
        piece.quantity,
        reason=_("Hàng trả về hỏng, phiếu %(number)s") % {"number": document.number},
        key=uuid5(piece.key, f"{piece.return_line_id}:{piece.variant_id}"),
        actor=actor,
        lots=lots,
    )


def _worths(order_id: int, parts: Sequence[Part]) -> list[int | None]:
    """What the pieces were worth when they left, by running sums; None where that is not known."""
    variants = {part.variant_id for part in parts}
    left = shipped_worth(order_id, variants) if parts else {}
    back = Counter(back_already(order_id, variants)) if parts else Counter()
    worths: list[int | None] = []
    for part in parts:
        units, worth = left.get(part.variant_id, (0, 0))
        before, after = back[part.variant_id], back[part.variant_id] + part.quantity
        back[part.variant_id] = after
        known = 0 < after <= units
        worths.append(_upto(worth, after, units) - _upto(worth, before, units) if known else None)
    return worths


def _upto(worth: int, pieces: int, units: int) -> int:
    return (2 * worth * pieces + units) // (2 * units)


def _count(document: Return, row_ids: set[int]) -> None:
    """Whole sets that are back, over all returns; those that this one made whole are its own."""
    needs, pieces = needs_of(document.order_id), ours_by_line(document.order_id)
    for row in ReturnLine.objects.filter(pk__in=row_ids).select_related("line"):
        sets = whole_sets(needs[row.line_id], row.line_id, pieces)
        more = sets - row.line.returned
        if more:
            OrderLine.objects.filter(pk=row.line_id).update(returned=sets)
            row.received += more
            row.save(update_fields=["received"])
