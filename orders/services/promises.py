"""Days that buyers are told for lines of orders that wait for goods, and how they change."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import formats
from django.utils.translation import gettext as _

from inventory.selectors.arrivals import arrivals
from inventory.selectors.availability import available
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from orders.models import LinePromise, Order, OrderLine
from orders.ports import Journey, journey_days
from orders.selectors.demands import line_demands
from orders.services.promise_plan import Ready, Supply, Want, plan_lines

Source = LinePromise.Source
WAITING = (Order.Status.PENDING_CONFIRMATION, Order.Status.CONFIRMED)
# Goods that come in on a day are unpacked then and leave the next.
UNPACKING = timedelta(days=1)
MOST_AT_ONCE = 5_000
LONGEST_PROMISE = timedelta(days=365)


@transaction.atomic
def settle_promises(*, actor: Actor) -> int:
    """Say a day for each line of every order that waits for goods; returns how many are new.

    Goods go to orders in the order in which they will get them. A day is said anew only when its
    goods have another one: a person's word stays, and nothing known becomes unknown. The number
    of statements does not grow with the orders; a repeat changes nothing.
    """
    orders = _waiting_orders()
    wants = _wants(orders)
    supplies = _supplies({variant for want in wants.values() for variant in want.pieces})
    ready = plan_lines(wants.values(), supplies, today=today())
    days = journey_days(_journeys(orders, wants, ready))
    said = {row.line_id: row for row in _current(wants)}
    moment, fresh = now(), []
    for line_id, found in ready.items():
        promise = _promise(line_id, found, days.get(line_id, 0))
        if _is_news(said.get(line_id), promise):
            promise.actor_label, promise.created_at = actor.label, moment
            fresh.append(promise)
    _replace(fresh, said, actor=actor)
    _end_unknown()
    return len(fresh)


def are_waiting(order_ids: Collection[int]) -> bool:
    """Whether one of these waits for goods."""
    return _waiting().filter(pk__in=order_ids).exists()


def _waiting() -> QuerySet[Order]:
    return Order.objects.filter(
        fulfillment_status=Order.Fulfillment.UNALLOCATED, status__in=WAITING
    )


def _waiting_orders() -> dict[int, Order]:
    """Locked; those first that are served first. One that was given up meanwhile drops out."""
    turn = Case(When(status=Order.Status.CONFIRMED, then=Value(0)), default=Value(1))
    first = _waiting().annotate(turn=turn).order_by("turn", "-priority", "placed_at", "id")
    ids = list(first.values_list("pk", flat=True)[:MOST_AT_ONCE])
    # The condition stands beside the lock: PostgreSQL asks it again of a row it had to wait for.
    locked = _waiting().filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    found = {order.pk: order for order in locked.only("pk", "province", "warehouse_id", "number")}
    return {pk: found[pk] for pk in ids if pk in found}


def _wants(orders: Mapping[int, Order]) -> dict[int, Want]:
    pieces: dict[int, dict[int, int]] = defaultdict(dict)
    line_orders: dict[int, int] = {}
    for row in line_demands(orders):
        line_orders[row.line_id] = row.order_id
        if row.variant_id is not None:
            own = pieces[row.line_id]
            own[row.variant_id] = own.get(row.variant_id, 0) + row.quantity
    turn = {order_id: place for place, order_id in enumerate(orders)}
    lines = sorted(line_orders, key=lambda line: turn[line_orders[line]])
    return {line: Want(line, pieces.get(line, {})) for line in lines}


def _supplies(variant_ids: Collection[int]) -> dict[int, list[Supply]]:
    found: dict[int, list[Supply]] = defaultdict(list)
    if not variant_ids:
        return found
    for variant, units in available(variant_ids).items():
        if units > 0:
            found[variant].append(Supply(Source.STOCK, units, today()))
    for row in arrivals(variant_ids):
        supply = Supply(row.kind, row.units, row.day, row.warehouse_id, row.number)
        found[row.variant_id].append(supply)
    return found


def _journeys(
    orders: Mapping[int, Order], wants: Mapping[int, Want], ready: Mapping[int, Ready]
) -> dict[int, Journey]:
    lines = OrderLine.objects.filter(pk__in=wants).values_list("pk", "order_id")
    return {
        line: Journey(
            (found.warehouse_id if (found := ready[line].last) else None)
            or orders[order].warehouse_id,
            orders[order].province,
        )
        for line, order in lines
    }


def _current(line_ids: Collection[int]) -> list[LinePromise]:
    return list(LinePromise.objects.filter(line__in=line_ids, ended_at=None))


def _promise(line_id: int, found: Ready, days: int) -> LinePromise:
    last = found.last
    if found.day is None or last is None:
        return LinePromise(line_id=line_id, source=Source.NOTHING, reason=_unknown(last))
    is_here = last.source == Source.STOCK
    ready_on = found.day if is_here else found.day + UNPACKING
    return LinePromise(
        line_id=line_id,
        source=last.source,
        ready_on=ready_on,
        promised_on=ready_on + timedelta(days=days),
        reason=_("Hàng có sẵn, hãng đi %(days)d ngày.") % {"days": days}
        if is_here
        else _("%(number)s về ngày %(day)s, hãng đi %(days)d ngày.")
        % {"number": last.number, "day": _shown(last.day), "days": days},
    )


def _unknown(last: Supply | None) -> str:
    if last is None:
        return _("Chưa có hàng nào đang về cho dòng này.")
    text = _("%(number)s đã quá ngày về %(day)s mà hàng chưa tới.")
    return text % {"number": last.number, "day": _shown(last.day)}


def _shown(day: date) -> str:
    return formats.date_format(day, "d/m/Y")


def _is_news(before: LinePromise | None, after: LinePromise) -> bool:
    """Goods that lie here do not make the day later each morning: then it is late, and seen so."""
    if before is None:
        return True
    if before.source == Source.PERSON:
        return False
    if after.promised_on is None:
        return before.promised_on is None and before.reason != after.reason
    if before.source == after.source == Source.STOCK:
        return False
    return before.promised_on != after.promised_on


def _replace(
    fresh: Sequence[LinePromise],
    said: Mapping[int, LinePromise],
    *,
    actor: Actor,
) -> None:
    if not fresh:
        return
    ids = [promise.line_id for promise in fresh]
    LinePromise.objects.filter(line__in=ids, ended_at=None).update(ended_at=fresh[0].created_at)
    LinePromise.objects.bulk_create(fresh)
    lines = OrderLine.objects.filter(pk__in=ids).values_list("pk", "order_id", "sku", "name")
    about = {pk: (order_id, sku or name) for pk, order_id, sku, name in lines}
    record_events(
        [
            _told(about[promise.line_id], said.get(promise.line_id), promise)
            for promise in fresh
            if promise.promised_on is not None
        ],
        actor=actor,
    )


def _end_unknown() -> None:
    """Orders that have their goods by now: no day was said, and none has to be."""
    unknown = LinePromise.objects.filter(ended_at=None, promised_on=None)
    waits = Order.Fulfillment.UNALLOCATED
    unknown.exclude(line__order__fulfillment_status=waits).update(ended_at=now())


def _told(about: tuple[int, str], before: LinePromise | None, after: LinePromise) -> EventRow:
    order_id, goods = about
    old = before.promised_on.isoformat() if before and before.promised_on else None
    new = after.promised_on.isoformat() if after.promised_on else None
    data: dict[str, Any] = {
        "sku": goods,
        "reason": after.reason,
        "line_id": after.line_id,
        "changes": {"promised_on": [old, new]},
    }
    return EventRow("order.line_promised", "order", order_id, data)


@transaction.atomic
def promise_line(line_id: int, day: date, reason: str, *, actor: Actor) -> LinePromise:
    """A person's word for one line; it stays until a person says another.

    The same day and reason again change nothing. Raises DomainError for a day in the past or too
    far away, for a word without a reason, and once the goods have left.
    """
    words = " ".join(reason.split())[:200]
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if not words:
        raise DomainError(_("Ghi lý do của ngày hẹn."), code="promise.reason", field="reason")
    if not today() <= day <= today() + LONGEST_PROMISE:
        raise DomainError(
            _("Ngày hẹn phải từ hôm nay đến một năm nữa."), code="promise.day", field="day"
        )
    if order.shipped_at is not None or order.status in (
        Order.Status.CANCELLED, Order.Status.DRAFT,
    ):  # fmt: skip
        raise DomainError(_("Hàng của đơn này đã đi hoặc đơn đã hủy."), code="promise.gone")
    before = LinePromise.objects.filter(line=line_id, ended_at=None).first()
    if before and (before.source, before.promised_on, before.reason) == (
        Source.PERSON, day, words,
    ):  # fmt: skip
        return before
    promise = LinePromise(
        line_id=line_id,
        promised_on=day,
        source=Source.PERSON,
        reason=words,
        actor_label=actor.label,
        created_at=now(),
    )
    said = {line_id: before} if before else {}
    _replace([promise], said, actor=actor)
    return promise


def end_promises(order_ids: Collection[int]) -> int:
    """Orders that were delivered or given up: nothing of them is late any more."""
    rows = LinePromise.objects.filter(line__order__in=order_ids, ended_at=None)
    return rows.update(ended_at=now())
