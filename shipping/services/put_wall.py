"""The put wall: what one walk brought for many parcels is divided by their letters."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.services.states import lock_orders
from shipping.models import PickLine, PickOrder, PickWave
from shipping.selectors.picking import to_place
from shipping.services.withdrawals import STOPPED, end_wave, finish_members, withdraw


@dataclass(frozen=True, slots=True)
class Placed:
    """Which slot the pieces go into, what it still lacks, and whether its parcel is complete."""

    member: PickOrder
    variant: Variant
    line_id: int
    pieces: int
    is_complete: bool
    left: int


@retry_deadlock
@transaction.atomic
def place(wave_id: int, variant_id: int, pieces: int, *, actor: Actor) -> Placed:
    """Put pieces into the first slot that wants them.

    Raises DomainError when no slot does, or that slot wants fewer.
    """
    wave = PickWave.objects.get(pk=wave_id)
    line = _wanting(wave, variant_id, actor=actor)
    if line.picked - line.placed < pieces:
        raise DomainError(
            _("Ngăn %(letter)s chỉ cần %(left)d cái.")
            % {"letter": line.member.letter, "left": line.picked - line.placed},
            "wall.too_many",
        )
    line.placed += pieces
    line.save(update_fields=["placed"])
    complete = finish_members([line.member_id], actor=actor)
    wave.refresh_from_db()
    end_wave(wave)
    member = line.member
    lacking = member.lines.filter(withdrawn_at=None)
    left = sum(row.quantity - row.missing - row.placed for row in lacking)
    return Placed(member, line.variant, line.pk, pieces, bool(complete), left)


def _wanting(wave: PickWave, variant_id: int, *, actor: Actor) -> PickLine:
    """The line of the first slot that wants the piece, its order and itself locked."""
    while True:
        rows = to_place(wave).filter(variant=variant_id)
        line = rows.select_related("member__fulfilment").order_by("member_id", "id").first()
        if line is None:
            raise _nobody_wants(wave, variant_id)
        [order] = lock_orders([line.member.fulfilment.order_id])
        if order.status in STOPPED:
            withdraw([line.member], outcome=PickOrder.Outcome.WITHDRAWN, actor=actor)
            continue
        mine = rows.select_related("member__fulfilment", "variant__product").filter(pk=line.pk)
        locked = mine.select_for_update(of=("self",)).first()
        if locked is not None:
            return locked


def _nobody_wants(wave: PickWave, variant_id: int) -> DomainError:
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    goods = {"sku": variant.sku, "name": variant.full_name}
    if PickLine.objects.filter(task__wave=wave, variant=variant).exists():
        return DomainError(
            _("%(sku)s – %(name)s đã chia đủ: hãy trả cái này về kệ.") % goods, "wall.enough"
        )
    return DomainError(_("Không đơn nào trong đợt cần %(sku)s – %(name)s.") % goods, "wall.wrong")


@retry_deadlock
@transaction.atomic
def take_out(wave_id: int, line_id: int, pieces: int, *, actor: Actor) -> None:
    """Take pieces out of their slot again. Raises DomainError once the parcel is complete."""
    line = PickLine.objects.select_related("member__fulfilment").get(pk=line_id, task__wave=wave_id)
    lock_orders([line.member.fulfilment.order_id])
    line = PickLine.objects.select_for_update(of=("self",)).select_related("member").get(pk=line_id)
    is_open = line.member.outcome == PickOrder.Outcome.OPEN and line.withdrawn_at is None
    if not is_open or line.placed < pieces:
        raise DomainError(_("Không lấy ra được nữa: hàng đã sang bước sau."), "wall.cannot_undo")
    line.placed -= pieces
    line.save(update_fields=["placed"])
