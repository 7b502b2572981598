"""Goods that cannot be sold as they are: into quarantine, and what is decided about them."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Disposition, ReceiptLine, StockMovement, Warehouse
from inventory.services.lots import LotPart
from inventory.services.moves import Move, move
from inventory.services.supplier_returns import return_goods
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.sql import retry_deadlock

CAUSE = "disposition"


def hold_goods(
    variant_id: int,
    source_id: int,
    quarantine_id: int,
    quantity: int,
    *,
    reason: str,
    key: UUID,
    actor: Actor,
) -> Disposition:
    """Take pieces off sale into a quarantine warehouse. The same key again changes nothing."""
    if not _is_quarantine(quarantine_id) or _is_quarantine(source_id):
        raise DomainError(_("Hãy chọn một kho chờ kiểm."), code="quarantine.place")
    row = Disposition(
        key=key, variant_id=variant_id, source_id=source_id, destination_id=quarantine_id,
        quantity=quantity, decision=Disposition.Decision.HOLD, reason=reason,
    )  # fmt: skip
    return _decide(row, actor)


def restock_goods(
    variant_id: int,
    quarantine_id: int,
    destination_id: int,
    quantity: int,
    *,
    reason: str,
    key: UUID,
    actor: Actor,
) -> Disposition:
    """The pieces are good: back to a warehouse that sells. The same key changes nothing."""
    place = Warehouse.objects.get(pk=destination_id)
    if place.kind in (Warehouse.Kind.QUARANTINE, Warehouse.Kind.TRANSIT) or not place.is_active:
        raise DomainError(
            _("Hãy chọn một kho đang bán hàng."), code="quarantine.place", field="destination"
        )
    row = Disposition(
        key=key, variant_id=variant_id, source_id=quarantine_id, destination_id=destination_id,
        quantity=quantity, decision=Disposition.Decision.RESTOCK, reason=reason,
    )  # fmt: skip
    return _decide(row, actor)


def scrap_goods(
    variant_id: int,
    quarantine_id: int,
    quantity: int,
    *,
    reason: str,
    key: UUID,
    actor: Actor,
    lots: tuple[LotPart, ...] = (),
) -> Disposition:
    """The pieces, of these lots where that is known, are thrown away. The same key again changes
    nothing.
    """
    row = Disposition(
        key=key, variant_id=variant_id, source_id=quarantine_id,
        quantity=quantity, decision=Disposition.Decision.SCRAP, reason=reason,
    )  # fmt: skip
    return _decide(row, actor, lots)


@retry_deadlock
@transaction.atomic
def return_to_supplier(
    line_id: int, quarantine_id: int, quantity: int, *, reason: str, key: UUID, actor: Actor
) -> Disposition:
    """The pieces go back to who delivered them, by the receipt's line that brought them.

    The supplier return and what he owes are those of any other return; the same key again
    changes nothing. Raises DomainError for more than that line has left to return.
    """
    line = ReceiptLine.objects.get(pk=line_id)
    row = Disposition(
        key=key, variant_id=line.variant_id, source_id=quarantine_id,
        quantity=quantity, decision=Disposition.Decision.TO_SUPPLIER, reason=reason,
    )  # fmt: skip
    kept, created = _keep(row, actor)
    if created:
        return_goods(
            line.receipt_id,
            {line_id: quantity},
            reason=reason,
            key=str(key),
            actor=actor,
            warehouse_id=quarantine_id,
        )
    return kept


@retry_deadlock
@transaction.atomic
def _decide(row: Disposition, actor: Actor, lots: tuple[LotPart, ...] = ()) -> Disposition:
    """Keep the decision and write its movements, both sides in one batch."""
    kept, created = _keep(row, actor)
    if created:
        move([_move_of(kept, lots)], actor=actor)
    return kept


def _keep(row: Disposition, actor: Actor) -> tuple[Disposition, bool]:
    """The decision of this key, and whether it is new."""
    if row.quantity <= 0:
        raise DomainError(_("Số lượng phải lớn hơn 0."), code="stock.quantity", field="quantity")
    if not row.reason.strip():
        raise DomainError(_("Hãy ghi lý do."), code="quarantine.reason", field="reason")
    hold = row.decision == Disposition.Decision.HOLD
    if not hold and not _is_quarantine(row.source_id):
        raise DomainError(_("Hãy chọn một kho chờ kiểm."), code="quarantine.place")
    kept, created = Disposition.objects.get_or_create(
        key=row.key,
        defaults={
            "variant_id": row.variant_id,
            "source_id": row.source_id,
            "destination_id": row.destination_id,
            "quantity": row.quantity,
            "decision": row.decision,
            "reason": row.reason,
            "decided_by": actor.label,
            "decided_at": now(),
        },
    )
    if created:
        record_event(f"quarantine.{kept.decision}", kept, actor=actor, data={"reason": row.reason})
    return kept, created


def _move_of(row: Disposition, lots: tuple[LotPart, ...]) -> Move:
    scrap = row.destination_id is None
    kind = StockMovement.Kind.SCRAP if scrap else StockMovement.Kind.TRANSFER
    return Move(
        row.variant_id, row.source_id, row.destination_id, row.quantity, kind, row.reason,
        cause=(CAUSE, row.pk), lots=lots,
    )  # fmt: skip


def _is_quarantine(warehouse_id: int) -> bool:
    return Warehouse.objects.filter(pk=warehouse_id, kind=Warehouse.Kind.QUARANTINE).exists()
