"""Goods between two warehouses: out of one, on the way, into the other.

Each verb locks the transfer, then the balances of both ends in the order of their ids, so two
transfers that cross never wait for each other. The pieces keep their worth on the way.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import (
    StockLevel,
    StockMovement,
    Transfer,
    TransferLine,
    TransferReceipt,
    Warehouse,
)
from inventory.services.moves import Move, move
from inventory.services.places import transit_warehouse
from inventory.states import TRANSFER_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.money import round_half_up
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock

CAUSE = "transfer"


@transaction.atomic
def create_transfer(
    source_id: int, destination_id: int, *, key: UUID, note: str = "", actor: Actor
) -> Transfer:
    """A draft without lines. The same key again returns the same transfer."""
    if source_id == destination_id:
        raise DomainError(
            _("Kho nhận phải khác kho xuất."), code="transfer.same_place", field="destination"
        )
    places = Warehouse.objects.filter(pk__in=[source_id, destination_id])
    if places.filter(kind=Warehouse.Kind.TRANSIT).exists():
        raise DomainError(_("Không chọn được kho này."), code="transfer.place")
    transfer, created = Transfer.objects.get_or_create(
        key=key,
        defaults={
            "number": f"CK{next_code('transfer'):06d}",
            "source_id": source_id,
            "destination_id": destination_id,
            "note": note,
            "created_by": actor.label,
            "created_at": now(),
        },
    )
    if created:
        record_event("transfer.created", transfer, actor=actor)
    return transfer


@transaction.atomic
def put_line(transfer_id: int, variant_id: int, quantity: int) -> None:
    """Set how many pieces a draft asks for; 0 takes the goods off the draft."""
    transfer = _locked_draft(transfer_id)
    if quantity < 0:
        raise DomainError(_("Số lượng phải lớn hơn 0."), code="transfer.quantity", field="quantity")
    if not quantity:
        TransferLine.objects.filter(transfer=transfer, variant_id=variant_id).delete()
        return
    TransferLine.objects.update_or_create(
        transfer=transfer, variant_id=variant_id, defaults={"quantity": quantity}
    )


@transaction.atomic
def add_units(transfer_id: int, variant_id: int, quantity: int) -> None:
    """Add pieces to a draft, as a scan does."""
    _locked_draft(transfer_id)
    line = TransferLine.objects.filter(transfer_id=transfer_id, variant_id=variant_id).first()
    put_line(transfer_id, variant_id, quantity + (line.quantity if line else 0))


@retry_deadlock
@transaction.atomic
def ship_transfer(transfer_id: int, *, actor: Actor) -> Transfer:
    """Every piece of the draft leaves the source and is on its way. A second call does nothing.

    Raises DomainError, and moves nothing, when a line asks for more than is free at the source.
    """
    transfer, lines = _locked(transfer_id)
    if transfer.status != Transfer.Status.DRAFT:
        TRANSFER_FLOW.check(transfer.status, Transfer.Status.SHIPPED)
        return transfer
    if not lines:
        raise DomainError(_("Phiếu chưa có dòng hàng nào."), code="transfer.empty")
    transit = transit_warehouse().pk
    units = {line: line.quantity for line in lines}
    worths = _move(transfer, units, transfer.source_id, transit, actor)
    for line in lines:
        line.shipped, line.value_vnd = line.quantity, worths[line]
    TransferLine.objects.bulk_update(lines, ["shipped", "value_vnd"])
    transfer.shipped_at = now()
    _enter(transfer, Transfer.Status.SHIPPED, actor)
    return transfer


@retry_deadlock
@transaction.atomic
def receive_transfer(
    transfer_id: int, arrived: Mapping[int, int], *, key: UUID, actor: Actor
) -> Transfer:
    """Put what arrived (pieces by variant) into the destination; the rest stays on its way.

    The same key again changes nothing. More than is on its way is refused whole.
    """
    transfer, lines = _locked(transfer_id)
    if TransferReceipt.objects.filter(key=key, transfer=transfer).exists():
        return transfer
    if transfer.status not in (Transfer.Status.SHIPPED, Transfer.Status.PARTLY_RECEIVED):
        TRANSFER_FLOW.check(transfer.status, Transfer.Status.PARTLY_RECEIVED)
    units = _arrivals(lines, arrived)
    _arrive(transfer, units, transfer.destination_id, "received", actor)
    TransferReceipt.objects.create(
        transfer=transfer, key=key, received_by=actor.label, received_at=now()
    )
    whole = not any(line.in_transit for line in lines)
    _enter(transfer, Transfer.Status.RECEIVED if whole else Transfer.Status.PARTLY_RECEIVED, actor)
    return transfer


@retry_deadlock
@transaction.atomic
def close_transfer(transfer_id: int, *, reason: str, actor: Actor) -> Transfer:
    """What is still on its way never arrived: written off with a reason. A repeat does nothing."""
    transfer, lines = _locked(transfer_id)
    if transfer.status == Transfer.Status.RECEIVED:
        return transfer
    TRANSFER_FLOW.check(transfer.status, Transfer.Status.RECEIVED)
    if transfer.shipped_at is None or not reason.strip():
        raise DomainError(_("Hãy ghi lý do thiếu hàng."), code="transfer.reason", field="reason")
    transfer.close_reason = reason
    _arrive(transfer, _still_moving(lines), None, "lost", actor)
    _enter(transfer, Transfer.Status.RECEIVED, actor)
    return transfer


@retry_deadlock
@transaction.atomic
def cancel_transfer(transfer_id: int, *, reason: str, actor: Actor) -> Transfer:
    """Drop a draft, or call goods back of which none arrived: the source has what it had."""
    transfer, lines = _locked(transfer_id)
    if transfer.status == Transfer.Status.CANCELLED:
        return transfer
    TRANSFER_FLOW.check(transfer.status, Transfer.Status.CANCELLED)
    if transfer.status == Transfer.Status.SHIPPED:
        _arrive(transfer, _still_moving(lines), transfer.source_id, "returned", actor)
    transfer.close_reason = reason
    _enter(transfer, Transfer.Status.CANCELLED, actor)
    return transfer


def _locked(transfer_id: int) -> tuple[Transfer, list[TransferLine]]:
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    return transfer, list(transfer.lines.select_related("variant").order_by("variant_id"))


def _locked_draft(transfer_id: int) -> Transfer:
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.status != Transfer.Status.DRAFT:
        raise DomainError(_("Phiếu đã xuất kho, không sửa được nữa."), code="transfer.not_draft")
    return transfer


def _arrivals(lines: Sequence[TransferLine], arrived: Mapping[int, int]) -> dict[TransferLine, int]:
    """The pieces that arrived by line; raises DomainError for a number that cannot be."""
    by_variant = {line.variant_id: line for line in lines}
    units = {
        by_variant[variant]: quantity
        for variant, quantity in arrived.items()
        if quantity and variant in by_variant
    }
    for line, quantity in units.items():
        if not 0 < quantity <= line.in_transit:
            raise DomainError(
                _("%(sku)s: nhận %(quantity)d nhưng chỉ còn %(left)d đang chuyển.")
                % {"sku": line.variant.sku, "quantity": quantity, "left": line.in_transit},
                code="transfer.too_many",
            )
    if not units:
        raise DomainError(_("Hãy nhập số lượng nhận."), code="transfer.nothing_received")
    return units


def _still_moving(lines: Sequence[TransferLine]) -> dict[TransferLine, int]:
    return {line: line.in_transit for line in lines if line.in_transit}


def _arrive(
    transfer: Transfer,
    units: Mapping[TransferLine, int],
    destination_id: int | None,
    counted_as: str,
    actor: Actor,
) -> None:
    """Out of transit, with the part of its line's worth that goes with the pieces."""
    worths = _move(transfer, units, transit_warehouse().pk, destination_id, actor)
    for line, quantity in units.items():
        setattr(line, counted_as, getattr(line, counted_as) + quantity)
        line.value_vnd = max(0, line.value_vnd - worths[line])
    TransferLine.objects.bulk_update(units, [counted_as, "value_vnd"])


def _move(
    transfer: Transfer,
    units: Mapping[TransferLine, int],
    source_id: int,
    destination_id: int | None,
    actor: Actor,
) -> dict[TransferLine, int]:
    gone = destination_id is None
    kind = StockMovement.Kind.SCRAP if gone else StockMovement.Kind.TRANSFER
    note = transfer.close_reason if gone else transfer.number
    rows = [
        Move(
            line.variant_id, source_id, destination_id, quantity, kind, note,
            cause=(CAUSE, transfer.pk), value_vnd=_worth(line, quantity),
        )
        for line, quantity in units.items()
    ]  # fmt: skip
    try:
        return dict(zip(units, move(rows, actor=actor), strict=True))
    except DomainError as refusal:
        raise _short(units, source_id) or refusal from refusal


def _worth(line: TransferLine, quantity: int) -> int | None:
    """The share of what the line carries; what has not left yet is left to the costing method."""
    if not line.in_transit:
        return None
    return round_half_up(Decimal(line.value_vnd) * quantity / line.in_transit)


def _short(units: Mapping[TransferLine, int], source_id: int) -> DomainError | None:
    """Which goods the source lacks, and by how much, in words."""
    levels = {
        level.variant_id: level
        for level in StockLevel.objects.filter(
            warehouse_id=source_id, variant__in=[line.variant_id for line in units]
        )
    }
    parts = []
    for line, quantity in units.items():
        level = levels.get(line.variant_id)
        free = level.on_hand - level.reserved if level else 0
        if quantity > free:
            parts.append(
                _("%(sku)s cần %(quantity)d, còn chuyển được %(free)d")
                % {"sku": line.variant.sku, "quantity": quantity, "free": free}
            )
    if not parts:
        return None
    text = _("Kho xuất không đủ hàng: %(text)s.") % {"text": "; ".join(parts)}
    return DomainError(text, code="transfer.short")


def _enter(transfer: Transfer, status: Transfer.Status, actor: Actor) -> None:
    TRANSFER_FLOW.check(transfer.status, status)
    before, transfer.status = transfer.status, status
    if status in (Transfer.Status.RECEIVED, Transfer.Status.CANCELLED):
        transfer.closed_at = now()
    transfer.save(update_fields=["status", "shipped_at", "closed_at", "close_reason"])
    record_event(
        f"transfer.{status.value}",
        transfer,
        actor=actor,
        data={"from": before, "reason": transfer.close_reason},
    )
