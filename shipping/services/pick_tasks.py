"""A walk is taken by one picker, and given back."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Order
from orders.services.states import apply_fulfillment, lock_orders
from shipping.models import PickOrder, PickTask, PickWave
from shipping.picking.states import TASK_FLOW
from shipping.services.withdrawals import STOPPED, lock_tasks, withdraw
from shipping.services.writer import set_floor_status

T = PickTask.Status
# A wave has so many walks at most that one person may look for a free one in vain.
MOST_TRIES = 50


class TaskTaken(DomainError):
    """Somebody else walks it already."""


@retry_deadlock
@transaction.atomic
def claim_task(task_id: int, *, picker_id: int, actor: Actor) -> PickTask:
    """Take a walk: from now on its pieces are this picker's to bring, and nobody else's.

    His own walk again changes nothing. Parcels whose order was stopped meanwhile leave the wave.
    Raises TaskTaken when another picker was quicker.
    """
    task = PickTask.objects.select_related("wave", "picker").get(pk=task_id)
    orders = lock_orders(_open_members(task).values_list("fulfilment__order_id", flat=True))
    won = PickTask.objects.filter(
        pk=task_id, status=T.READY, wave__status=PickWave.Status.RELEASED
    ).update(status=T.PICKING, picker=picker_id, claimed_at=now())
    task = PickTask.objects.select_related("wave", "picker").get(pk=task_id)
    if not won:
        if task.status == T.PICKING and task.picker_id == picker_id:
            return task
        raise TaskTaken(_why_not(task), "task.taken")
    stopped = [order.pk for order in orders if order.status in STOPPED]
    gone = list(_open_members(task).filter(fulfilment__order__in=stopped))
    withdraw(gone, outcome=PickOrder.Outcome.WITHDRAWN, actor=actor)
    _start(task, actor=actor)
    task.refresh_from_db()
    return task


def _open_members(task: PickTask) -> QuerySet[PickOrder]:
    rows = PickOrder.objects.filter(outcome=PickOrder.Outcome.OPEN, lines__task=task)
    return PickOrder.objects.filter(pk__in=rows.values("pk"))


def _start(task: PickTask, *, actor: Actor) -> None:
    """The first walk for a parcel moves its order to "Đang nhặt"."""
    waiting = _open_members(task).filter(
        fulfilment__order__fulfillment_status=Order.Fulfillment.RELEASED
    )
    rows = list(waiting.values_list("fulfilment_id", "fulfilment__order_id"))
    set_floor_status([pk for pk, _order in rows], Order.Fulfillment.PICKING)
    apply_fulfillment(
        [order_id for _pk, order_id in rows],
        Order.Fulfillment.PICKING,
        actor=actor,
        event_name="shipment.picking",
        data={order_id: {"text": task.wave.number} for _pk, order_id in rows},
    )


def _why_not(task: PickTask) -> str:
    if task.status == T.PICKING and task.picker is not None:
        name = task.picker.get_full_name() or task.picker.get_username()
        return _("%(name)s đang nhặt phiếu này.") % {"name": name}
    if task.status == T.WAITING:
        return _("Phiếu này còn chờ khu trước chuyển xe sang.")
    return _("Phiếu này không còn chờ nhặt.")


def claim_next(wave_id: int, *, zone: str = "", picker_id: int, actor: Actor) -> PickTask:
    """The picker's walk of this wave, or else the first free one (of a zone).

    Raises TaskTaken when there is none.
    """
    for _attempt in range(MOST_TRIES):
        tasks = PickTask.objects.filter(wave=wave_id)
        mine = tasks.filter(status=T.PICKING, picker=picker_id)
        free = tasks.filter(status=T.READY, **({"zone": zone} if zone else {}))
        task = mine.order_by("position").first() or free.order_by("position").first()
        if task is None:
            break
        try:
            return claim_task(task.pk, picker_id=picker_id, actor=actor)
        except TaskTaken:
            continue
    raise TaskTaken(_("Không còn phiếu nào chờ nhặt trong đợt này."), "wave.nothing_free")


@transaction.atomic
def let_go(task_id: int, *, actor: Actor) -> PickTask:
    """Another picker may go on where this one stopped; what is picked stays picked."""
    [task] = lock_tasks(PickTask.objects.filter(pk=task_id))
    if task.status == T.PICKING:
        TASK_FLOW.check(task.status, T.READY)
        task.status, task.picker, task.claimed_at = T.READY, None, None
        task.save(update_fields=["status", "picker", "claimed_at"])
    return task
