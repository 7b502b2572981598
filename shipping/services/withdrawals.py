"""Parcels leave their wave, walks and waves come to an end.

Locks are taken in one order everywhere: orders, walks, lines.
"""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.sql import retry_deadlock
from orders.models import Order
from orders.services.states import apply_fulfillment, lock_orders
from shipping.models import PickLine, PickOrder, PickTask, PickWave
from shipping.picking.states import TASK_FLOW, WAVE_FLOW
from shipping.services.writer import set_floor_status

T, Outcome, Fulfillment = PickTask.Status, PickOrder.Outcome, Order.Fulfillment
LIVE = Q(withdrawn_at=None)
TO_WALK = Q(quantity__gt=F("picked") + F("missing"))
TO_PLACE = Q(picked__gt=F("placed"))
STOPPED = frozenset({Order.Status.CANCELLED, Order.Status.ON_HOLD})
OPEN_WAVES = (PickWave.Status.PLANNED, PickWave.Status.RELEASED)
ON_THE_CART = frozenset({Fulfillment.PICKING, Fulfillment.PICKED})


def withdraw(
    members: Sequence[PickOrder], *, outcome: str, actor: Actor, goes_back: bool = True
) -> None:
    """Inside the caller's transaction: the parcels wait again, and nobody walks for them.

    Pieces of theirs that lie on a cart go back to their shelf. `goes_back` is False when the
    caller moves the order himself.
    """
    if not members:
        return
    fulfilments = [member.fulfilment_id for member in members]
    orders = lock_orders(_orders_of(members))
    tasks = lock_tasks(PickTask.objects.filter(lines__member__in=members))
    PickLine.objects.filter(LIVE, member__in=members).update(withdrawn_at=now())
    PickOrder.objects.filter(pk__in=[m.pk for m in members]).update(
        outcome=outcome, closed_at=now()
    )
    if goes_back:
        set_floor_status(fulfilments, Fulfillment.RELEASED)
        apply_fulfillment(
            [order.pk for order in orders if order.fulfillment_status in ON_THE_CART],
            Fulfillment.RELEASED,
            actor=actor,
            event_name="shipment.released",
        )
    end_walks(tasks)


def _orders_of(members: Iterable[PickOrder]) -> list[int]:
    rows = PickOrder.objects.filter(pk__in=[member.pk for member in members])
    return list(rows.values_list("fulfilment__order_id", flat=True))


def withdraw_fulfilment(fulfilment_id: int, *, actor: Actor) -> None:
    """The parcel is void: what was picked for it, or is being picked, goes back to its shelf."""
    rows = PickOrder.objects.filter(
        fulfilment=fulfilment_id, outcome__in=[Outcome.OPEN, Outcome.PICKED]
    )
    withdraw(list(rows), outcome=Outcome.WITHDRAWN, actor=actor, goes_back=False)


@retry_deadlock
@transaction.atomic
def stop_orders(order_ids: Sequence[int], *, actor: Actor) -> None:
    """Orders that were cancelled or held leave the waves that still pick for them."""
    stopped = [order.pk for order in lock_orders(order_ids) if order.status in STOPPED]
    rows = PickOrder.objects.filter(fulfilment__order__in=stopped, outcome=Outcome.OPEN)
    withdraw(list(rows), outcome=Outcome.WITHDRAWN, actor=actor)


def lock_tasks(tasks: QuerySet[PickTask]) -> list[PickTask]:
    """Walks, locked by id."""
    rows = PickTask.objects.select_for_update(of=("self",)).filter(pk__in=tasks.values("pk"))
    return list(rows.select_related("wave").order_by("pk"))


def finish_members(member_ids: Collection[int], *, actor: Actor) -> list[PickOrder]:
    """Those of the parcels that now lie complete in their slot wait to be packed.

    Inside the caller's transaction, their orders locked. Returns them.
    """
    undone = PickLine.objects.filter(LIVE, TO_WALK | TO_PLACE, member=OuterRef("pk"))
    full = PickOrder.objects.filter(pk__in=member_ids, outcome=Outcome.OPEN)
    done = list(full.exclude(Exists(undone)).select_related("fulfilment"))
    if done:
        PickOrder.objects.filter(pk__in=[m.pk for m in done]).update(
            outcome=Outcome.PICKED, closed_at=now()
        )
        set_floor_status([member.fulfilment_id for member in done], Fulfillment.PICKED)
        apply_fulfillment(
            [member.fulfilment.order_id for member in done],
            Fulfillment.PICKED,
            actor=actor,
            event_name="shipment.picked",
        )
    return done


def end_walks(tasks: Iterable[PickTask]) -> None:
    """Close locked walks with nothing left, hand the cart on, and close waves that are done."""
    tasks = list(tasks)
    for task in tasks:
        if task.status in (T.DONE, T.CANCELLED) or task.lines.filter(LIVE, TO_WALK).exists():
            continue
        after = T.DONE if task.lines.filter(LIVE).exists() else T.CANCELLED
        TASK_FLOW.check(task.status, after)
        task.status, task.finished_at = after, now()
        task.save(update_fields=["status", "finished_at"])
        _pass_on(task)
    for wave in {task.wave_id: task.wave for task in tasks}.values():
        end_wave(wave)


def _pass_on(task: PickTask) -> None:
    """The cart goes to the next zone."""
    if task.wave.method != PickWave.Method.ZONE or task.wave.status != PickWave.Status.RELEASED:
        return
    waiting = task.wave.tasks.filter(status=T.WAITING).order_by("position")
    if not task.wave.tasks.filter(status__in=[T.READY, T.PICKING]).exists():
        PickTask.objects.filter(pk__in=waiting.values("pk")[:1]).update(status=T.READY)


def end_wave(wave: PickWave) -> None:
    """A wave is over when each of its parcels has an outcome; without one picked it was in vain."""
    members = wave.members.all()
    if wave.status not in OPEN_WAVES or members.filter(outcome=Outcome.OPEN).exists():
        return
    is_done = members.filter(outcome=Outcome.PICKED).exists()
    after = PickWave.Status.DONE if is_done else PickWave.Status.CANCELLED
    WAVE_FLOW.check(wave.status, after)
    open_waves = PickWave.objects.filter(pk=wave.pk, status__in=OPEN_WAVES)
    open_waves.update(status=after, closed_at=now())
