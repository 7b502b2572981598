"""The one writer of an order's states: everything that moves an order ends here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from inventory.services import stock
from oms.kernel import counters
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_events
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderLine
from orders.services.hold_warnings import forget_hold
from orders.states import (
    BEFORE_HAND_OVER,
    COD_FLOW,
    FULFILLMENT_FLOW,
    INVOICE_FLOW,
    ORDER_FLOW,
    PAYMENT_FLOW,
    derive_order_status,
    derive_tab,
)

Status, Fulfillment = Order.Status, Order.Fulfillment

FLOWS = {
    "fulfillment_status": FULFILLMENT_FLOW,
    "payment_status": PAYMENT_FLOW,
    "cod_status": COD_FLOW,
    "invoice_status": INVOICE_FLOW,
}
STATE_COLUMNS = ("status", *FLOWS)
TIMES = {
    Status.CONFIRMED: "confirmed_at",
    Status.SHIPPED: "shipped_at",
    Status.DELIVERED: "delivered_at",
    Status.COMPLETED: "completed_at",
    Status.CANCELLED: "cancelled_at",
}
GIVES_BACK = frozenset({Fulfillment.UNALLOCATED, Fulfillment.CANCELLED})
# What else the house hears when the coarse state arrives somewhere.
NEWS = {
    Status.SHIPPED: "order.shipped",
    Status.DELIVERED: "order.delivered",
    Status.COMPLETED: "order.completed",
    Status.RETURNING: "order.returning",
    Status.RETURNED: "order.returned",
}


class Facts(TypedDict, total=False):
    """What the apps above may write beside the states."""

    carrier_code: str
    tracking_number: str
    label_printed_count: int
    paid_vnd: int
    paid_minor: int
    returned_vnd: int
    cod_vnd: int
    is_cod: bool
    remote_status: str
    remote_version: int
    ship_by_at: datetime | None
    warehouse_id: int | None
    needs_attention: bool


@dataclass(slots=True)
class Change:
    """A locked order, what it was, and the event that tells what happened to it."""

    order: Order
    event_name: str
    data: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.before = _columns(self.order)


@retry_deadlock
@transaction.atomic
def apply_states(
    order: int | Order,
    *,
    actor: Actor,
    event_name: str,
    data: dict[str, Any] | None = None,
    fulfillment: str | None = None,
    payment: str | None = None,
    cod: str | None = None,
    invoice: str | None = None,
    **facts: Unpack[Facts],
) -> Order:
    """Move an order in any of its dimensions and write facts with it.

    `order` is its id, or the row as the caller has just locked it. Coarse status and tab follow.
    Leaving our hands consumes the promised stock; going back to "unallocated" or to "cancelled"
    gives it back. A call that changes nothing records nothing.
    Raises TransitionRefused when a state table has no such edge.
    """
    locked = order if isinstance(order, Order) else lock_order(order)
    change = Change(locked, event_name, data or {})
    wanted = {
        "fulfillment_status": fulfillment,
        "payment_status": payment,
        "cod_status": cod,
        "invoice_status": invoice,
    }
    for column, value in wanted.items():
        if value is not None:
            FLOWS[column].check(getattr(change.order, column), value)
            setattr(change.order, column, value)
    unknown = set(facts) - set(Facts.__annotations__)
    if unknown:
        raise TypeError(f"not facts of an order: {sorted(unknown)}")
    for name, fact in facts.items():
        setattr(change.order, name, fact)
    move_stock([change], actor=actor)
    set_derived_status(change.order)
    save_changes([change], actor=actor)
    return change.order


@retry_deadlock
@transaction.atomic
def apply_fulfillment(
    order_ids: Iterable[int],
    fulfillment: str,
    *,
    actor: Actor,
    event_name: str,
    data: Mapping[int, dict[str, Any]] | None = None,
) -> list[Order]:
    """Move the goods side of several orders, as `apply_states` does for one; `data` is by order.

    The number of statements does not grow with the orders. Raises TransitionRefused, and moves
    none, when one of them has no such edge.
    """
    told = data or {}
    changes = [
        Change(order, event_name, dict(told.get(order.pk, {}))) for order in lock_orders(order_ids)
    ]
    for change in changes:
        FULFILLMENT_FLOW.check(change.order.fulfillment_status, fulfillment)
        change.order.fulfillment_status = fulfillment
    move_stock(changes, actor=actor)
    for change in changes:
        set_derived_status(change.order)
    save_changes(changes, actor=actor)
    return [change.order for change in changes]


def set_derived_status(order: Order) -> None:
    """The coarse state that follows from the four others; the caller saves it."""
    order.status = derive_order_status(
        order.status,
        fulfillment=order.fulfillment_status,
        payment=order.payment_status,
        cod=order.cod_status,
        invoice=order.invoice_status,
    )


def lock_order(order_id: int) -> Order:
    """The order, locked; everything that changes one starts here."""
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def lock_orders(order_ids: Iterable[int]) -> list[Order]:
    """Several orders, locked by id."""
    rows = Order.objects.select_for_update(no_key=True).filter(pk__in=list(order_ids))
    return list(rows.order_by("pk"))


def move_stock(changes: Sequence[Change], *, actor: Actor) -> None:
    """The effect on stock of the edges that the goods side of these orders takes."""
    moved = [
        change
        for change in changes
        if change.before["fulfillment_status"] in BEFORE_HAND_OVER
        and change.before["fulfillment_status"] != change.order.fulfillment_status
    ]
    given_back = [c for c in moved if c.order.fulfillment_status in GIVES_BACK]
    if given_back:
        stock.release("order_line", line_ids(*(c.order.pk for c in given_back)), actor=actor)
    for change in given_back:
        is_bare = change.order.fulfillment_status == Fulfillment.UNALLOCATED
        change.order.warehouse_id = None if is_bare else _place(change)
    for change in moved:
        if change.order.fulfillment_status not in BEFORE_HAND_OVER | GIVES_BACK:
            cause = ("order", change.order.pk)
            stock.consume("order_line", line_ids(change.order.pk), cause=cause, actor=actor)


def line_ids(*order_ids: int) -> list[int]:
    return list(OrderLine.objects.filter(order_id__in=order_ids).values_list("pk", flat=True))


def save_changes(changes: Sequence[Change], *, actor: Actor, always: bool = False) -> None:
    """Derive tabs, write rows, events and counters: the same few statements for one or many.

    An order in which nothing changed is left alone, unless `always` says that something did.
    """
    forget_hold([c.order for c in changes if has_left_hold(c)])
    real = [change for change in changes if _finish(change, always=always)]
    if not real:
        return
    columns = sorted(
        {
            name
            for change in real
            for name, value in _columns(change.order).items()
            if value != change.before[name]
        }
    )
    if len(real) == 1:
        real[0].order.save(update_fields=columns)
    else:
        Order.objects.bulk_update([change.order for change in real], columns)
    record_events([row for change in real for row in _events(change)], actor=actor)
    counters.bump(_moves(real))


def has_left_hold(change: Change) -> bool:
    """Whether the order was on hold when it was locked, and is not any more."""
    held = change.before["status"] == Status.ON_HOLD
    return bool(held and change.order.status != Status.ON_HOLD)


def _finish(change: Change, *, always: bool) -> bool:
    """Check the coarse edge, set the tab and the times; False when nothing changed."""
    order, before = change.order, change.before
    ORDER_FLOW.check(before["status"], order.status)
    order.tab = derive_tab(
        order.status,
        fulfillment=order.fulfillment_status,
        has_shipment=bool(order.tracking_number or order.carrier_code),
        labels_printed=order.label_printed_count,
    )
    if order.discarded_at is not None:
        order.tab = Order.Tab.DELETED
    if not always and _columns(order) == before:
        return False
    moment = now()
    if order.status != before["status"]:
        _stamp(order, moment)
    order.version += 1
    order.updated_at = moment
    return True


def _stamp(order: Order, moment: datetime) -> None:
    """The time of the first arrival in a state; later states imply the earlier ones."""
    name = TIMES.get(Status(order.status))
    if name and getattr(order, name) is None:
        setattr(order, name, moment)
    if order.status == Status.COMPLETED and order.delivered_at is None:
        order.delivered_at = moment
    if order.status in {Status.DELIVERED, Status.COMPLETED} and order.shipped_at is None:
        order.shipped_at = moment


def _events(change: Change) -> list[EventRow]:
    order, before = change.order, change.before
    moved = {
        name: [before[name], getattr(order, name)]
        for name in STATE_COLUMNS
        if before[name] != getattr(order, name)
    }
    told = change.data.get("changes", {}) | moved
    data = {**change.data, "changes": told} if told else change.data
    rows = [EventRow(change.event_name, "order", order.pk, data)]
    if order.status != before["status"]:
        news = NEWS.get(Status(order.status))
        if news and news != change.event_name:
            rows.append(EventRow(news, "order", order.pk, {"from": before["status"]}))
    return rows


def _moves(changes: Sequence[Change]) -> dict[str, int]:
    moves: Counter[str] = Counter()
    for change in changes:
        moves[f"orders:{change.before['tab']}"] -= 1
        moves[f"orders:{change.order.tab}"] += 1
        attention = int(change.order.needs_attention) - int(change.before["needs_attention"])
        moves["orders:needs_attention"] += attention
    return dict(moves)


def _columns(order: Order) -> dict[str, Any]:
    return {f.attname: getattr(order, f.attname) for f in order._meta.concrete_fields}


def _place(change: Change) -> int | None:
    place: int | None = change.before["warehouse_id"]
    return place
