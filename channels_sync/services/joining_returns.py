"""A marketplace's request and the return of our order: one document, whoever told first."""

from django.db import transaction

from channels_sync.models import ReturnRequest
from invoicing.models import Payment, Refund
from invoicing.services.refunds import refund_payment
from oms.kernel.actors import Actor
from orders.models import Order, Return, ReturnSource
from orders.services.return_credit import credit_return, credit_without_goods, most_credit
from orders.services.returning import (
    NewReturn,
    approve_return,
    open_return,
    withdraw_source,
)
from orders.states import BEFORE_HAND_OVER

SOURCE = "returnrequest"
State, Status = ReturnRequest.State, Return.Status
OVER = (State.REJECTED, State.CANCELLED)
ON_ITS_WAY = (State.GOING, State.ACCEPTED)


@transaction.atomic
def join_return(row: ReturnRequest, *, actor: Actor) -> None:
    """Open or join the return of the request's order, call it off, or settle its money.

    What nobody understands, and goods that never left, open nothing. A repeat changes nothing.
    """
    if row.order_id is None or row.state == State.UNKNOWN:
        return
    if row.state in OVER:
        withdraw_source(SOURCE, row.pk, reason=row.get_state_display(), actor=actor)
        return
    order = Order.objects.get(pk=row.order_id)
    if order.fulfillment_status in BEFORE_HAND_OVER | {Order.Fulfillment.CANCELLED}:
        return
    document = document_of(row)
    if document is None and any(line.returned < line.quantity for line in order.lines.all()):
        open_return(order.pk, _wish(row, order), actor=actor)
    elif document is not None and document.status == Status.REQUESTED and _is_coming(row):
        approve_return(document.pk, actor=actor, tracking_number=row.tracking_number)
    settle_closed(row, actor=actor)


def document_of(row: ReturnRequest) -> Return | None:
    source = ReturnSource.objects.filter(kind=SOURCE, source_id=row.pk)
    found = source.select_related("document__order").first()
    return found.document if found else None


def _wish(row: ReturnRequest, order: Order) -> NewReturn:
    left = {line.pk: line.quantity - line.returned for line in order.lines.all()}
    items: dict[int, int] = {}
    for line in row.lines.all() if comes_to_us(row) else ():
        if line.order_line_id in left:
            units = items.get(line.order_line_id, 0) + line.quantity
            items[line.order_line_id] = min(units, left[line.order_line_id])
    return NewReturn(
        origin=Return.Origin.MARKETPLACE,
        items=items,
        status=Status.COMING if _is_coming(row) else Status.REQUESTED,
        note=" – ".join(part for part in (row.reason, row.buyer_text[:200]) if part),
        tracking_number=row.tracking_number,
        source=(SOURCE, row.pk),
        started_at=row.asked_at,
    )


def comes_to_us(row: ReturnRequest) -> bool:
    return row.wants_goods_back and not row.goes_to_marketplace


def _is_coming(row: ReturnRequest) -> bool:
    return comes_to_us(row) and row.state in ON_ITS_WAY


@transaction.atomic
def settle_closed(row: ReturnRequest, *, actor: Actor) -> None:
    """The marketplace has paid the buyer: the order is worth so much less, and the refund is
    booked once. Goods that still come are waited for.
    """
    document = document_of(row)
    if row.state != State.CLOSED or document is None:
        return
    amount = min(row.refund_vnd, most_credit(document.order))
    if document.status == Status.RECEIVED:
        credit_return(document.pk, amount, actor=actor)
    elif not document.lines.exists() and document.status in (Status.REQUESTED, Status.COMING):
        credit_without_goods(document.pk, amount, actor=actor)
    elif document.status != Status.CREDITED:
        return
    _book(row, document.order_id, actor)


def _book(row: ReturnRequest, order_id: int, actor: Actor) -> None:
    due = Order.objects.get(pk=order_id).refund_due_vnd
    source = (SOURCE, str(row.pk))
    booked = Refund.objects.filter(source_kind=source[0], source_id=source[1]).exists()
    if due and row.refund_vnd and not booked:
        refund_payment(
            order_id,
            min(due, row.refund_vnd),
            Payment.Method.MARKETPLACE,
            row.remote_id,
            source=source,
            actor=actor,
        )


def goods_are_here(return_id: int, *, actor: Actor) -> None:
    """The pieces of a request that was closed before they came."""
    ids = ReturnSource.objects.filter(document=return_id, kind=SOURCE)
    for row in ReturnRequest.objects.filter(pk__in=ids.values("source_id")):
        settle_closed(row, actor=actor)
