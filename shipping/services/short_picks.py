"""Goods that are not where the books say: each order waits, or is divided, and a person is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderLine, OrderProblem
from orders.selectors.attention import time_for
from orders.selectors.demands import line_demands
from orders.services.lifecycle import hold_order, release_hold
from orders.services.problems import open_problem, resolve_problem
from orders.services.splitting import Part, refuse_division, split_order
from orders.services.states import lock_orders
from shipping.models import (
    BookingState,
    Fulfilment,
    Package,
    PickLine,
    PickOrder,
    PickTask,
    ShortPick,
)
from shipping.services.pick_pieces import own_task
from shipping.services.shipments import active_package, cancel_shipment
from shipping.services.withdrawals import LIVE, STOPPED, TO_WALK, lock_tasks, withdraw

Remedy = ShortPick.Remedy
SHORT = OrderProblem.Kind.SHORT_PICK


@retry_deadlock
@transaction.atomic
def report_short(
    task_id: int, variant_id: int, *, remedy: str, picker_id: int, actor: Actor
) -> list[ShortPick]:
    """What the walk still needs of a variant is not there.

    The parcels that go without leave the wave. Their orders are held; with the remedy "split" the
    missing pieces become an order of their own, as soon as the carrier has let the parcel go.
    """
    task = own_task(task_id, picker_id)
    rows = PickLine.objects.filter(LIVE, TO_WALK, task=task, variant=variant_id)
    lock_orders(rows.values_list("member__fulfilment__order_id", flat=True))
    lock_tasks(PickTask.objects.filter(pk=task_id))
    lines = list(rows.select_for_update(of=("self",)).select_related("member", "allocation"))
    if not lines:
        raise DomainError(_("Mặt hàng này đã nhặt đủ."), "short.nothing")
    for line in lines:
        line.missing = line.left
    PickLine.objects.bulk_update(lines, ["missing"])
    by_member: dict[PickOrder, list[PickLine]] = {}
    for line in lines:
        by_member.setdefault(line.member, []).append(line)
    withdraw(list(by_member), outcome=PickOrder.Outcome.SHORT, actor=actor)
    return [
        _remedy(member.fulfilment, _sets(member.fulfilment, missing), remedy, actor=actor)
        for member, missing in by_member.items()
    ]


def next_short_variant(task: PickTask) -> int | None:
    """The variant that the walk stands before: what "THIẾU" without a code means."""
    rows = task.lines.filter(LIVE, TO_WALK).order_by("walk", "id")
    return rows.values_list("variant_id", flat=True).first()


def report_unpackable(
    fulfilment: Fulfilment, missing: Mapping[tuple[int, int], int], *, remedy: str, actor: Actor
) -> ShortPick:
    """Pieces, by (order line, variant), that did not come to the packing table.

    Inside the caller's transaction, the order locked.
    """
    members = PickOrder.objects.filter(fulfilment=fulfilment, outcome=PickOrder.Outcome.PICKED)
    withdraw(list(members), outcome=PickOrder.Outcome.SHORT, actor=actor)
    sets = _whole_sets(fulfilment.order_id, missing)
    return _remedy(fulfilment, sets, remedy, actor=actor)


def _sets(fulfilment: Fulfilment, lines: Sequence[PickLine]) -> dict[int, int]:
    missing: dict[tuple[int, int], int] = {}
    for line in lines:
        assert line.allocation is not None
        key = line.allocation.holder_id, line.variant_id
        missing[key] = missing.get(key, 0) + line.missing
    return _whole_sets(fulfilment.order_id, missing)


def _whole_sets(order_id: int, missing: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Sets of order lines that cannot be made without these pieces."""
    sizes = {(row.line_id, row.variant_id): max(1, row.per_set) for row in line_demands([order_id])}
    sets: dict[int, int] = {}
    for (line_id, variant_id), units in missing.items():
        lacking = -(-units // sizes.get((line_id, variant_id), 1))
        sets[line_id] = max(sets.get(line_id, 0), lacking)
    return sets


def _remedy(
    fulfilment: Fulfilment, sets: dict[int, int], remedy: str, *, actor: Actor
) -> ShortPick:
    order = fulfilment.order
    reason = _reason(sets)
    if order.status not in STOPPED:
        hold_order(order.pk, actor=actor, reason=reason)
    package = active_package(order.pk)
    why_not = _why_no_split(order, sets, package) if remedy == Remedy.SPLIT else ""
    if why_not:
        remedy, reason = Remedy.HOLD, f"{reason} {why_not}"
    open_problem(order.pk, SHORT, reason, {"lines": sets}, actor=actor)
    short = ShortPick.objects.create(
        fulfilment=fulfilment,
        remedy=remedy,
        missing={str(line): units for line, units in sets.items()},
        reason=reason[:255],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        created_at=now(),
        done_at=now() if remedy == Remedy.HOLD else None,
    )
    if remedy == Remedy.SPLIT and package is not None:
        cancel_shipment(package.pk, actor=actor, reason=reason)
    return short


def _reason(sets: Mapping[int, int]) -> str:
    lines = OrderLine.objects.filter(pk__in=sets).order_by("position")
    goods = ", ".join(f"{line.sku or line.name} × {sets[line.pk]}" for line in lines)
    return (_("Nhặt thiếu: %(goods)s.") % {"goods": goods})[:200]


def _why_no_split(order: Order, sets: Mapping[int, int], package: Package | None) -> str:
    quantities = dict(order.lines.values_list("pk", "quantity"))
    if all(sets.get(line, 0) >= units for line, units in quantities.items()):
        return _("Không còn gì để gửi trước.")
    if package is not None and package.is_external:
        return _("Vận đơn do sàn xếp, không tách được.")
    try:
        refuse_division(order, besides_parcel=True)
    except DomainError as refusal:
        return refusal.message
    return ""


def finish_split(package_id: int) -> None:
    """The carrier has let the parcel go: divide its order, and let what is there go on.

    A repeat changes nothing. What cannot be divided stays on hold with the reason.
    """
    short = ShortPick.objects.filter(fulfilment__packages=package_id, done_at=None).first()
    package = Package.objects.get(pk=package_id)
    if short is None or package.booking_state != BookingState.VOID:
        return
    try:
        _divide(short.pk)
    except DomainError as refusal:
        give_up_split(package_id, refusal.message)


@retry_deadlock
@transaction.atomic
def _divide(short_id: int) -> None:
    order_id = Fulfilment.objects.get(shorts=short_id).order_id
    lock_orders([order_id])
    short = ShortPick.objects.select_for_update().get(pk=short_id)
    if short.done_at is not None:
        return
    actor = Actor(short.actor_kind, short.actor_id, short.actor_label)
    missing = {int(line): units for line, units in short.missing.items()}
    due = _deadline_of_rest(Order.objects.get(pk=order_id))
    [rest] = split_order(order_id, [Part(missing, ship_by_at=due)], actor=actor)
    open_problem(rest.pk, SHORT, short.reason, {}, actor=actor)
    resolve_problem(order_id, SHORT, actor=actor)
    release_hold(order_id, actor=actor)
    short.done_at = now()
    short.save(update_fields=["done_at"])


def _deadline_of_rest(order: Order) -> datetime | None:
    """What was missing is found within the hours of its rule, never before the order was due."""
    within = time_for(SHORT, order.source)
    if within is None:
        return None
    due = now() + within
    return max(due, order.ship_by_at or due)


def give_up_split(package_id: int, why: str) -> None:
    """The order stays whole and on hold; its problem says why."""
    short = ShortPick.objects.filter(fulfilment__packages=package_id, done_at=None).first()
    if short is None:
        return
    ShortPick.objects.filter(pk=short.pk).update(remedy=Remedy.HOLD, done_at=now())
    open_problem(short.fulfilment.order_id, SHORT, f"{short.reason} {why}", {})
