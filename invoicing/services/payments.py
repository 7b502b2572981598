"""Money received: booked once per source, applied to its order, never more than is owed."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from invoicing.models import Payment, PaymentApplication
from invoicing.services.prepaid import adopt_prepaid
from invoicing.services.tenders import Counted, Tender, check_currency, count_payment
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import format_minor
from oms.kernel.text import clean_line
from orders.models import Order
from orders.services.states import apply_states, lock_order
from orders.states import PAYMENT_FLOW

Source = tuple[str, str]
COLLECTED_BY_OTHERS = (Payment.Method.COD, Payment.Method.MARKETPLACE)


def receive_payment(
    order_id: int,
    amount_vnd: int,
    method: str,
    reference: str = "",
    *,
    source: Source,
    actor: Actor,
    received_at: datetime | None = None,
) -> Payment:
    """Book money for an order. `source` is (kind, id) of what told us.

    The same source with the same order and amount returns the first payment; with other values it
    is refused. So is money beyond what the order still owes, or for a cancelled order.
    """
    tender = Tender(amount_vnd)
    return _receive(order_id, tender, method, reference, source, actor, received_at)


def receive_tender(
    order_id: int,
    tender: Tender,
    method: str,
    reference: str = "",
    *,
    source: Source,
    actor: Actor,
    received_at: datetime | None = None,
) -> Payment:
    """Book money for an order, in dong or in its own currency at the rate of the day it came.

    The order is settled at its own rate; the rest of its worth is the exchange difference.
    """
    return _receive(order_id, tender, method, reference, source, actor, received_at)


def _receive(
    order_id: int,
    tender: Tender,
    method: str,
    reference: str,
    source: Source,
    actor: Actor,
    received_at: datetime | None,
) -> Payment:
    reference = clean_line(reference, 100, field="reference")
    try:
        return _book(order_id, tender, method, reference, source, actor, received_at or now())
    except IntegrityError:
        # The same source on two orders at once: the other one was first.
        booked = payment_of(source)
        if booked is None:
            raise
        return _same_or_refused(booked, order_id, tender)


@transaction.atomic
def _book(
    order_id: int,
    tender: Tender,
    method: str,
    reference: str,
    source: Source,
    actor: Actor,
    received_at: datetime,
) -> Payment:
    order = lock_order(order_id)
    booked = payment_of(source)
    if booked is not None:
        return _same_or_refused(booked, order_id, tender)
    _refuse_wrong(order, tender, method)
    counted = count_payment(order, tender)
    payment = Payment.objects.create(
        amount_vnd=counted.amount_vnd,
        currency=tender.currency,
        rate=tender.rate,
        exchange_difference_vnd=counted.difference_vnd,
        method=method,
        reference=reference,
        received_at=received_at,
        source_kind=source[0],
        source_id=source[1],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    PaymentApplication.objects.create(
        payment=payment,
        order=order,
        amount_vnd=counted.amount_vnd,
        amount_minor=counted.amount_minor,
    )
    _tell_order(order, payment, counted, tender, actor)
    return payment


def _tell_order(
    order: Order, payment: Payment, counted: Counted, tender: Tender, actor: Actor
) -> None:
    paid_vnd = order.paid_vnd + counted.amount_vnd
    apply_states(
        order.pk,
        actor=actor,
        event_name="payment.received",
        data={
            "payment_id": payment.pk,
            "amount_vnd": counted.amount_vnd,
            "text": f"{payment.get_method_display()} {tender}",
            "reference": payment.reference,
        },
        payment=_state_after(order, paid_vnd),
        paid_vnd=paid_vnd,
        paid_minor=order.paid_minor + (counted.amount_minor or 0),
    )


def _state_after(order: Order, paid_vnd: int) -> str:
    """What was refunded of once stays so, whatever a carrier hands in later."""
    is_paid = paid_vnd >= order.worth_vnd
    wanted = Order.Payment.PAID if is_paid else Order.Payment.PARTIALLY_PAID
    return wanted if PAYMENT_FLOW.allows(order.payment_status, wanted) else order.payment_status


@transaction.atomic
def move_paid(order_id: int, amounts: dict[int, int]) -> None:
    """Let payments of a locked order pay others: {order: amount}, the oldest payment first.

    The caller lowers and raises the orders' own sums. Raises DomainError when less was booked.
    """
    adopt_prepaid(order_id)  # what its source told us may not be booked yet
    rows = list(
        PaymentApplication.objects.select_for_update()
        .filter(order_id=order_id)
        .order_by("payment__received_at", "id")
    )
    for to, amount in amounts.items():
        for row in rows:
            part = min(amount, row.amount_vnd)
            if part:
                _move_part(row, to, part)
                amount -= part
        if amount:
            raise DomainError(_("Khoản đã thu của đơn chưa được ghi đủ."), "payment.not_booked")


def _move_part(row: PaymentApplication, order_id: int, amount_vnd: int) -> None:
    """A part of what a payment pays; what is left of the row is kept on it."""
    row.amount_vnd -= amount_vnd
    if row.amount_vnd:
        row.save(update_fields=["amount_vnd"])
    else:
        PaymentApplication.objects.filter(pk=row.pk).delete()
    other, created = PaymentApplication.objects.get_or_create(
        payment_id=row.payment_id, order_id=order_id, defaults={"amount_vnd": amount_vnd}
    )
    if not created:
        other.amount_vnd += amount_vnd
        other.save(update_fields=["amount_vnd"])


def _refuse_wrong(order: Order, tender: Tender, method: str) -> None:
    if method not in Payment.Method.values:
        raise DomainError(_("Phương thức thanh toán không hợp lệ."), "payment.method", "method")
    if tender.amount <= 0:
        raise DomainError(_("Số tiền phải lớn hơn 0."), "payment.amount", "amount_vnd")
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("Đơn hàng đã hủy, không nhận thanh toán."), "payment.cancelled")
    check_currency(order, tender)
    owed = order.balance_vnd if tender.currency == HOME else order.balance_minor
    if method in COLLECTED_BY_OTHERS and tender.currency == HOME:
        # They pay what they took at the door, whatever came back since: the rest is refunded.
        owed = max(owed, order.total_vnd - order.paid_vnd)
    if tender.amount > owed:
        message = _("Đơn %(number)s chỉ còn phải thu %(owed)s, không thể nhận %(amount)s.") % {
            "number": order.number,
            "owed": format_minor(owed, tender.currency),
            "amount": tender,
        }
        raise DomainError(message, "payment.too_much", "amount_vnd")


def payment_of(source: Source) -> Payment | None:
    """The money that this source told us of, if it is booked."""
    return Payment.objects.filter(source_kind=source[0], source_id=source[1]).first()


def _same_or_refused(payment: Payment, order_id: int, tender: Tender) -> Payment:
    applied = payment.applications.filter(order_id=order_id).first()
    abroad = tender.currency != HOME
    said = applied and (applied.amount_minor if abroad else applied.amount_vnd)
    if said != tender.amount or payment.currency != tender.currency:
        raise DomainError(
            _("Khoản tiền này đã được ghi nhận với đơn hoặc số tiền khác."), "payment.source_used"
        )
    return payment
