"""Money that goes back: only what was paid beyond what the order is worth, once per source."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.models import Payment, Refund
from invoicing.services.tenders import Tender, check_currency, count_refund
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import format_minor
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line
from orders.models import Order
from orders.services.return_credit import close_settled, payment_after_refund
from orders.services.states import apply_states, lock_order

Source = tuple[str, str]


@retry_deadlock
@transaction.atomic
def refund_payment(
    order_id: int,
    amount_vnd: int,
    method: str,
    reference: str = "",
    *,
    source: Source,
    actor: Actor,
    refunded_at: datetime | None = None,
) -> Refund:
    """Book money given back for an order that is worth less than what was paid: it was changed,
    cancelled, or goods came back.

    The same source returns the first refund when order and amount agree, else it is refused; so is
    more than is due.
    """
    tender = Tender(amount_vnd)
    return _book(order_id, tender, method, reference, source, actor, refunded_at)


@retry_deadlock
@transaction.atomic
def refund_tender(
    order_id: int,
    tender: Tender,
    method: str,
    reference: str = "",
    *,
    source: Source,
    actor: Actor,
    refunded_at: datetime | None = None,
) -> Refund:
    """The same in dong or in the order's own currency, at the rate of the day it went back."""
    return _book(order_id, tender, method, reference, source, actor, refunded_at)


def _book(
    order_id: int,
    tender: Tender,
    method: str,
    reference: str,
    source: Source,
    actor: Actor,
    refunded_at: datetime | None,
) -> Refund:
    order = lock_order(order_id)
    booked = Refund.objects.filter(source_kind=source[0], source_id=source[1]).first()
    if booked is not None:
        return _same_or_refused(booked, order_id, tender)
    _refuse_wrong(order, tender, method)
    counted = count_refund(order, tender)
    refund = Refund.objects.create(
        order=order,
        amount_vnd=counted.amount_vnd,
        amount_minor=counted.amount_minor,
        currency=tender.currency,
        rate=tender.rate,
        exchange_difference_vnd=counted.difference_vnd,
        method=method,
        reference=clean_line(reference, 100, field="reference"),
        refunded_at=refunded_at or now(),
        source_kind=source[0],
        source_id=source[1],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    paid_vnd = order.paid_vnd - counted.amount_vnd
    apply_states(
        order_id,
        actor=actor,
        event_name="payment.refunded",
        data={
            "refund_id": refund.pk,
            "text": f"{refund.get_method_display()} {tender}",
            "reference": refund.reference,
        },
        payment=payment_after_refund(order, paid_vnd),
        paid_vnd=paid_vnd,
        paid_minor=order.paid_minor - (counted.amount_minor or 0),
    )
    close_settled(order_id, actor=actor)
    return refund


def _refuse_wrong(order: Order, tender: Tender, method: str) -> None:
    if method not in Payment.Method.values:
        raise DomainError(_("Phương thức thanh toán không hợp lệ."), "payment.method", "method")
    if tender.amount <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "payment.amount", "amount_vnd")
    check_currency(order, tender)
    due = order.refund_due_vnd if tender.currency == HOME else order.refund_due_minor
    if tender.amount > due:
        message = _("Đơn %(number)s chỉ phải hoàn %(due)s, không thể hoàn %(amount)s.") % {
            "number": order.number,
            "due": format_minor(due, tender.currency),
            "amount": tender,
        }
        raise DomainError(message, "refund.too_much", "amount_vnd")


def _same_or_refused(refund: Refund, order_id: int, tender: Tender) -> Refund:
    said = refund.amount_vnd if tender.currency == HOME else refund.amount_minor
    if (refund.order_id, said, refund.currency) != (order_id, tender.amount, tender.currency):
        raise DomainError(
            _("Khoản hoàn này đã được ghi nhận với đơn hoặc số tiền khác."), "refund.source_used"
        )
    return refund
