"""Waves: which parcels are picked together, planned in a fixed number of statements."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.selectors.bins import home_bins
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.numbering import next_code
from oms.kernel.sql import retry_deadlock, run
from orders.services.states import lock_orders
from shipping.models import Fulfilment, PickLine, PickOrder, PickTask, PickWave
from shipping.picking.plan import Promised, Walk, letter_of, plan_walks
from shipping.picking.states import TASK_FLOW, WAVE_FLOW
from shipping.selectors.picking import waiting_for_picking
from shipping.services.withdrawals import withdraw

MOST_ORDERS = 2000

# From the parcels asked for to what is kept for them, never the other way: a plan made for any list
# would read all that the warehouse has promised, and look each of it up in the list.
_PROMISED = """
SELECT a.id, f.id, a.variant_id, a.quantity
FROM unnest(%(fulfilments)s::bigint[]) WITH ORDINALITY AS f (id, place)
CROSS JOIN LATERAL (
    SELECT order_line_id FROM shipping_fulfilmentline WHERE fulfilment_id = f.id OFFSET 0
) AS l
CROSS JOIN LATERAL (
    SELECT id, variant_id, quantity FROM inventory_allocation
    WHERE holder_kind = 'order_line' AND holder_id = l.order_line_id AND status = 'open'
        AND warehouse_id = %(warehouse)s::bigint
    OFFSET 0
) AS a
ORDER BY f.place, a.id
"""


def create_wave(
    warehouse_id: int,
    fulfilment_ids: Sequence[int],
    *,
    method: str,
    key: UUID,
    actor: Actor,
) -> PickWave:
    """Plan the walks for these parcels, in the order given. The same key gives the same wave.

    A parcel that somebody else took meanwhile is left out. Raises DomainError when none is left.
    """
    try:
        return _create(warehouse_id, fulfilment_ids, method=method, key=key, actor=actor)
    except IntegrityError as error:
        raise DomainError(
            _("Người khác vừa lấy một số đơn này vào đợt nhặt của họ. Hãy thử lại."), "wave.taken"
        ) from error


@retry_deadlock
@transaction.atomic
def _create(
    warehouse_id: int, fulfilment_ids: Sequence[int], *, method: str, key: UUID, actor: Actor
) -> PickWave:
    wave, is_new = PickWave.objects.get_or_create(
        key=key,
        defaults={
            "number": f"DN{next_code('wave'):06d}",
            "warehouse_id": warehouse_id,
            "method": PickWave.Method(method),
            "created_by": actor.label,
            "created_at": now(),
        },
    )
    if not is_new:
        return wave
    chosen = _still_waiting(warehouse_id, fulfilment_ids[:MOST_ORDERS])
    promised = [
        Promised(*row) for row in run(_PROMISED, {"fulfilments": chosen, "warehouse": warehouse_id})
    ]
    if not promised:
        raise DomainError(_("Không còn đơn nào chờ nhặt trong lựa chọn này."), "wave.empty")
    members = _add_members(wave, promised)
    homes = home_bins(warehouse_id, {row.variant_id for row in promised})
    _add_walks(wave, plan_walks(method, promised, homes), members)
    record_event("wave.created", wave, actor=actor, data={"orders": len(members)})
    return wave


def _still_waiting(warehouse_id: int, fulfilment_ids: Sequence[int]) -> list[int]:
    """Those that may be picked now, in the order given; their orders are locked."""
    asked = Fulfilment.objects.filter(pk__in=fulfilment_ids, warehouse=warehouse_id)
    lock_orders(asked.values_list("order_id", flat=True))
    still = set(waiting_for_picking(asked).values_list("pk", flat=True))
    return [pk for pk in dict.fromkeys(fulfilment_ids) if pk in still]


def _add_members(wave: PickWave, promised: Sequence[Promised]) -> dict[int, PickOrder]:
    pieces: dict[int, int] = {}
    for row in promised:
        pieces[row.fulfilment_id] = pieces.get(row.fulfilment_id, 0) + row.quantity
    rows = [
        PickOrder(wave=wave, fulfilment_id=pk, letter=letter_of(n), pieces=units)
        for n, (pk, units) in enumerate(pieces.items())
    ]
    return {row.fulfilment_id: row for row in PickOrder.objects.bulk_create(rows)}


def _add_walks(wave: PickWave, walks: Sequence[Walk], members: dict[int, PickOrder]) -> None:
    tasks = PickTask.objects.bulk_create(
        PickTask(wave=wave, position=n, zone=walk.zone) for n, walk in enumerate(walks)
    )
    PickLine.objects.bulk_create(
        [
            PickLine(
                task=task,
                member=members[stop.promised.fulfilment_id],
                allocation_id=stop.promised.allocation_id,
                variant_id=stop.promised.variant_id,
                bin_id=stop.bin_id,
                walk=stop.walk,
                quantity=stop.promised.quantity,
            )
            for task, walk in zip(tasks, walks, strict=True)
            for stop in walk.stops
        ],
        batch_size=2000,
    )


def pick_on_paper(
    rows: Sequence[Fulfilment], *, method: str, key: UUID, actor: Actor
) -> list[PickWave]:
    """A released wave of each warehouse for exactly these parcels; the same key gives the same.

    What somebody else took meanwhile is left out. Raises DomainError when none is left anywhere.
    """
    places: dict[int, list[int]] = {}
    for row in rows:
        places.setdefault(row.warehouse_id, []).append(row.pk)
    made, refused = [], None
    for place, ids in sorted(places.items()):
        try:
            wave = create_wave(place, ids, method=method, key=uuid5(key, str(place)), actor=actor)
        except DomainError as refusal:
            refused = refusal
        else:
            made.append(release_wave(wave.pk, actor=actor))
    if refused and not made:
        raise refused
    return made


@transaction.atomic
def release_wave(wave_id: int, *, actor: Actor) -> PickWave:
    """Let pickers take its walks: all at once, or zone after zone where the cart is passed on.

    A second call changes nothing.
    """
    wave = PickWave.objects.select_for_update().get(pk=wave_id)
    if wave.status == PickWave.Status.RELEASED:
        return wave
    WAVE_FLOW.check(wave.status, PickWave.Status.RELEASED)
    wave.status, wave.released_at = PickWave.Status.RELEASED, now()
    wave.save(update_fields=["status", "released_at"])
    tasks = wave.tasks.filter(status=PickTask.Status.WAITING)
    TASK_FLOW.check(PickTask.Status.WAITING, PickTask.Status.READY)
    if wave.method == PickWave.Method.ZONE:
        tasks = tasks.filter(pk__in=tasks.order_by("position").values("pk")[:1])
    tasks.update(status=PickTask.Status.READY)
    record_event("wave.released", wave, actor=actor)
    return wave


@retry_deadlock
@transaction.atomic
def cancel_wave(wave_id: int, *, actor: Actor) -> PickWave:
    """Give up what is not picked: its parcels wait for another wave. What is picked stays so.

    A second call changes nothing.
    """
    wave = PickWave.objects.get(pk=wave_id)
    members = list(wave.members.filter(outcome=PickOrder.Outcome.OPEN))
    withdraw(members, outcome=PickOrder.Outcome.WITHDRAWN, actor=actor)
    wave.refresh_from_db()
    if members:
        record_event("wave.cancelled", wave, actor=actor)
    return wave
