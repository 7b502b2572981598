"""Goods between two warehouses: out of one, on the way, into the other.

Each verb locks the transfer, then writes both sides of every movement in one batch, so balances
are locked in the order of their ids and two transfers that cross never wait for each other.
"""

from collections.abc import Mapping, Sequence
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
from inventory.services import stock
from inventory.services.places import transit_warehouse
from inventory.services.stock import Posting
from inventory.states import TRANSFER_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
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
    _move(transfer, {line: line.quantity for line in lines}, transfer.source_id, transit, actor)
    for line in lines:
        line.shipped = line.quantity
    TransferLine.objects.bulk_update(lines, ["shipped"])
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
    _move(transfer, units, transit_warehouse().pk, transfer.destination_id, actor)
    for line, quantity in units.items():
        line.received += quantity
    TransferLine.objects.bulk_update(units, ["received"])
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
    missing = [line for line in lines if line.in_transit]
    place = transit_warehouse().pk
    rows = [
        _posting(transfer, line, place, -line.in_transit, StockMovement.Kind.SCRAP, reason)
        for line in missing
    ]
    stock.post(rows, actor=actor)
    for line in missing:
        line.lost += line.in_transit
    TransferLine.objects.bulk_update(missing, ["lost"])
    transfer.close_reason = reason
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
        back = {line: line.in_transit for line in lines}
        _move(transfer, back, transit_warehouse().pk, transfer.source_id, actor)
        for line in lines:
            line.returned = line.in_transit
        TransferLine.objects.bulk_update(lines, ["returned"])
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


def _move(
    transfer: Transfer,
    units: Mapping[TransferLine, int],
    source_id: int,
    destination_id: int,
    actor: Actor,
) -> None:
    kind = StockMovement.Kind.TRANSFER
    rows = []
    for line, quantity in units.items():
        rows.append(_posting(transfer, line, source_id, -quantity, kind, transfer.number))
        rows.append(_posting(transfer, line, destination_id, quantity, kind, transfer.number))
    try:
        stock.post(rows, actor=actor)
    except DomainError as refusal:
        raise _short(units, source_id) or refusal from refusal


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


def _posting(
    transfer: Transfer, line: TransferLine, place: int, quantity: int, kind: str, note: str
) -> Posting:
    return Posting(line.variant_id, place, quantity, kind, note, cause=(CAUSE, transfer.pk))


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
