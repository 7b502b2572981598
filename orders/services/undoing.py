"""Taking back what was done a moment ago, where nobody has changed the order since."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Order
from orders.models.reasons import KEEP_DAYS
from orders.selectors.reasons import keep_days_of
from orders.services.lifecycle import can_give_back, promise_stock
from orders.services.moving import move_order
from orders.services.states import (
    Change,
    has_left_hold,
    lock_orders,
    move_stock,
    save_changes,
)

# What undoing puts back. Stock stays promised: an order that waits for confirmation holds its own.
MARKS = ("tag_ids", "assignee_id", "priority")
REMEMBERED = (
    *("status", "status_before_hold", "hold_reason", "stock_kept_until", "confirmed_at"),
    "warehouse_id",
    *MARKS,
)


@dataclass(frozen=True, slots=True)
class Trace:
    """The order as it was, and the version that the action left."""

    order_id: int
    version: int
    before: Mapping[str, Any]


def remember(order: Order) -> dict[str, Any]:
    """The columns that undoing puts back, as JSON keeps them."""
    values = {name: getattr(order, name) for name in REMEMBERED}
    for name in ("confirmed_at", "stock_kept_until"):
        moment = values[name]
        values[name] = moment.isoformat() if moment else None
    return values


def undo_confirming(traces: Sequence[Trace], actor: Actor) -> dict[int, str]:
    return _put_back(traces, actor, _unconfirm)


def undo_holding(traces: Sequence[Trace], actor: Actor) -> dict[int, str]:
    return _put_back(traces, actor, _unhold)


def undo_releasing(traces: Sequence[Trace], actor: Actor) -> dict[int, str]:
    return _put_back(traces, actor, _hold_again)


def undo_marking(traces: Sequence[Trace], actor: Actor) -> dict[int, str]:
    return _put_back(traces, actor, _unmark)


def undo_moving(traces: Sequence[Trace], actor: Actor) -> dict[int, str]:
    """Promise from where it was promised; goods that are gone from there refuse their order."""
    present = dict(
        Order.objects.filter(pk__in=[t.order_id for t in traces]).values_list("pk", "version")
    )
    refused = {}
    for trace in traces:
        if present.get(trace.order_id) != trace.version:
            refused[trace.order_id] = changed_since()
            continue
        try:
            move_order(trace.order_id, trace.before["warehouse_id"], actor=actor)
        except DomainError as refusal:
            refused[trace.order_id] = refusal.message
    return refused


def changed_since() -> str:
    return _("Đơn đã được thay đổi sau đó; giữ nguyên.")


def _unmark(order: Order, before: Mapping[str, Any]) -> None:
    for name in MARKS:
        setattr(order, name, before[name])


def _unconfirm(order: Order, before: Mapping[str, Any]) -> None:
    order.status = before["status"]
    if before["confirmed_at"] is None:
        order.confirmed_at = None
    if order.status == Order.Status.DRAFT:  # nothing is promised to a draft
        order.fulfillment_status = Order.Fulfillment.UNALLOCATED


def _unhold(order: Order, before: Mapping[str, Any]) -> None:
    order.status = before["status"]
    order.status_before_hold = order.hold_reason = ""


def _hold_again(order: Order, before: Mapping[str, Any]) -> None:
    order.status = Order.Status.ON_HOLD
    order.status_before_hold = before["status_before_hold"]
    order.hold_reason = before["hold_reason"]
    if can_give_back(order):
        until = before.get("stock_kept_until")
        # Goods that were given back meanwhile are promised again: they are kept as ever.
        fresh = now() + timedelta(days=keep_days_of(order.hold_reason) or KEEP_DAYS)
        order.stock_kept_until = datetime.fromisoformat(until) if until else fresh


@retry_deadlock
@transaction.atomic
def _put_back(
    traces: Sequence[Trace],
    actor: Actor,
    put_back: Callable[[Order, Mapping[str, Any]], None],
) -> dict[int, str]:
    """Undo each order that still has the version the action left; the others are refused."""
    by_order = {trace.order_id: trace for trace in traces}
    refused, changes = {}, []
    for order in lock_orders(by_order):
        trace = by_order[order.pk]
        if order.version != trace.version:
            refused[order.pk] = changed_since()
            continue
        change = Change(order, "order.undone")
        put_back(order, trace.before)
        changes.append(change)
    move_stock(changes, actor=actor)
    # What holding gave back is promised again.
    promise_stock([change for change in changes if has_left_hold(change)], actor=actor)
    save_changes(changes, actor=actor)
    return refused
