"""What the goods that came back take off the order; refunds and exchanges follow from it."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.money import allocate, format_vnd, share
from oms.kernel.sql import retry_deadlock
from orders.models import Order, OrderLine, Return
from orders.selectors.return_pieces import needs_of, ours_by_line, whole_sets
from orders.services.return_states import all_is_back
from orders.services.returning import lock_return, move
from orders.services.states import apply_states
from orders.states import PAYMENT_FLOW

Status, Payment = Return.Status, Order.Payment
CASH_ELSEWHERE = (Order.Cod.COLLECTED, Order.Cod.IN_STATEMENT, Order.Cod.MISMATCH)


def proposed_credit(document: Return) -> int:
    """Đồng for what was received: the lines as they were paid, and the delivery of a parcel that
    never arrived. Running sums: the last piece takes the remainder (C-42).
    """
    order = document.order
    lines = list(order.lines.order_by("position"))
    off = allocate(order.discount_vnd, [line.total_vnd for line in lines]) if lines else []
    worth = {line.pk: line.total_vnd - part for line, part in zip(lines, off, strict=True)}
    credit = 0
    for row in document.lines.select_related("line"):
        after, of = row.line.returned, row.line.quantity
        before = after - row.received
        credit += share(worth[row.line_id], after, of) - share(worth[row.line_id], before, of)
    if _completes_earlier_parts(document):
        credit = max(0, min(credit, _worth_back(lines, worth) - _credited_before(document)))
    if order.delivered_at is None and all_is_back(order):
        credit += order.shipping_fee_buyer_vnd
    return min(credit, most_credit(order))


def _completes_earlier_parts(document: Return) -> bool:
    """Some of its sets are whole only with parts that an earlier return brought."""
    rows = [row for row in document.lines.all() if row.received]
    needs, own = needs_of(document.order_id), ours_by_line(document.order_id, document)
    return any(whole_sets(needs[row.line_id], row.line_id, own) < row.received for row in rows)


def _worth_back(lines: Sequence[OrderLine], worth: Mapping[int, int]) -> int:
    return sum(share(worth[line.pk], line.returned, line.quantity) for line in lines)


def _credited_before(document: Return) -> int:
    """What earlier returns took off, for parts among it that a person put a price on."""
    others = Return.objects.filter(order=document.order_id).exclude(pk=document.pk)
    return others.aggregate(n=Sum("credit_vnd"))["n"] or 0


def most_credit(order: Order) -> int:
    return order.total_vnd - order.returned_vnd


@retry_deadlock
@transaction.atomic
def credit_return(return_id: int, amount_vnd: int, *, actor: Actor) -> Return:
    """Say what the received goods take off the order. A repeat of the same amount changes nothing.

    Nothing is a decision as well: goods that were not ours. Accounts hear of it
    (`return.credited`), and what was paid beyond the rest is due to the buyer. Raises DomainError
    for more than the order is still worth.
    """
    document = lock_return(return_id)
    order = document.order
    if document.status in (Status.CREDITED, Status.DONE):
        if document.credit_vnd == amount_vnd:
            return document
        raise DomainError(_("Phiếu này đã chốt số tiền."), "return.credited", "amount_vnd")
    if not 0 <= amount_vnd <= most_credit(order):
        message = _("Số tiền phải từ 0 đến %(most)s.") % {"most": format_vnd(most_credit(order))}
        raise DomainError(message, "return.credit", "amount_vnd")
    order.returned_vnd += amount_vnd
    document.order = apply_states(
        order.pk,
        actor=actor,
        event_name="order.return_credited",
        data={"number": document.number, "text": format_vnd(amount_vnd)},
        payment=_payment_after(order),
        returned_vnd=order.returned_vnd,
    )
    document.credit_vnd = amount_vnd
    status = Status.CREDITED if document.order.refund_due_vnd else Status.DONE
    changed = ["credit_vnd"]
    if status == Status.DONE:
        document.closed_at = now()
        changed.append("closed_at")
    data = {"credit_vnd": amount_vnd}
    move(document, status, "return.credited", actor, data, *changed)
    return document


def _payment_after(order: Order) -> str:
    """Less to pay may mean that it is paid, or that there is nothing to pay any more."""
    if order.paid_vnd and order.paid_vnd >= order.worth_vnd:
        wanted: str = Payment.PAID
    elif not order.paid_vnd and not order.worth_vnd:
        wanted = Payment.VOIDED
    else:
        return order.payment_status
    refunded = order.payment_status in (Payment.PARTIALLY_REFUNDED, Payment.REFUNDED)
    allowed = PAYMENT_FLOW.allows(order.payment_status, wanted)
    return wanted if allowed and not refunded else order.payment_status


@retry_deadlock
@transaction.atomic
def credit_without_goods(return_id: int, amount_vnd: int, *, actor: Actor) -> Return:
    """A buyer gets money and keeps the goods: nothing is scanned in, nothing moves stock."""
    document = lock_return(return_id)
    if document.status in (Status.REQUESTED, Status.COMING):
        document.received_at = now()
        move(document, Status.RECEIVED, "return.goods_kept", actor, None, "received_at")
    return credit_return(return_id, amount_vnd, actor=actor)


def payment_after_refund(order: Order, paid_vnd: int) -> str:
    """An order that stands stays paid; of one that was cancelled, or of which goods came back, it
    is said how far it is refunded.
    """
    if order.status != Order.Status.CANCELLED and not order.returned_vnd:
        return order.payment_status
    wanted = Payment.PARTIALLY_REFUNDED if paid_vnd else Payment.REFUNDED
    return wanted if PAYMENT_FLOW.allows(order.payment_status, wanted) else order.payment_status


def credit_unpaid(document: Return, *, actor: Actor) -> None:
    """A parcel that nobody took and nobody paid: its reception settles everything in one scan."""
    order = document.order
    untouched = order.delivered_at is None and not order.paid_vnd
    if untouched and order.cod_status not in CASH_ELSEWHERE and all_is_back(order):
        credit_return(document.pk, most_credit(order), actor=actor)


def close_settled(order_id: int, *, actor: Actor) -> None:
    """Returns of a locked order to whose buyer nothing is due any more are done."""
    waiting = Return.objects.filter(order=order_id, status=Status.CREDITED)
    for pk in waiting.values_list("pk", flat=True):
        document = lock_return(pk)
        if not document.order.refund_due_vnd:
            document.closed_at = now()
            move(document, Status.DONE, "return.closed", actor, None, "closed_at")
