"""What a source said was paid when it brought or renewed an order: the payments behind it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Sum

from invoicing.models import Payment, PaymentApplication, Refund
from orders.models import Order
from orders.services.states import lock_orders

KIND = "order"


def adopt_prepaid(
    order_id: int, *, told: str = "", received_at: datetime | None = None
) -> Payment | None:
    """Book what a source said was paid, once.

    The order knows the sum already: only the payment behind it is missing. `told` tells a renewal
    from the first word; a repeat, or a word that came after a later one, changes nothing.
    """
    return next(iter(_adopt_some([order_id], told, received_at)), None)


def adopt_all_prepaid(order_ids: Collection[int]) -> list[Payment]:
    """The same for many orders by their first word, in as many statements as for one."""
    return _adopt_some(order_ids, "", None)


def _adopt_some(
    order_ids: Collection[int], told: str, received_at: datetime | None
) -> list[Payment]:
    paid = Order.objects.filter(pk__in=order_ids, paid_vnd__gt=0)
    found = list(paid.values_list("pk", flat=True))
    return _adopt(found, told, received_at) if found else []


@transaction.atomic
def _adopt(order_ids: Sequence[int], told: str, received_at: datetime | None) -> list[Payment]:
    orders = lock_orders(order_ids)
    sources = {row.pk: f"{row.pk}:{told}" if told else str(row.pk) for row in orders}
    known = set(
        Payment.objects.filter(
            source_kind=KIND, source_id__in=sorted(sources.values())
        ).values_list("source_id", flat=True)
    )
    booked, given_back = _sums(PaymentApplication, sources), _sums(Refund, sources)
    owing = {
        row.pk: row.paid_vnd - booked.get(row.pk, 0) + given_back.get(row.pk, 0)
        for row in orders
        if sources[row.pk] not in known
    }
    missing = [row for row in orders if owing.get(row.pk, 0) > 0]
    payments = Payment.objects.bulk_create(
        _payment(row, owing[row.pk], sources[row.pk], received_at) for row in missing
    )
    PaymentApplication.objects.bulk_create(
        PaymentApplication(payment=payment, order=row, amount_vnd=payment.amount_vnd)
        for row, payment in zip(missing, payments, strict=True)
    )
    return payments


def _sums(model: type[Model], order_ids: Collection[int]) -> dict[int, int]:
    rows = model._default_manager.filter(order__in=order_ids).values_list("order_id")
    return dict(rows.annotate(total=Sum("amount_vnd")))


def _payment(order: Order, amount_vnd: int, source: str, received_at: datetime | None) -> Payment:
    return Payment(
        amount_vnd=amount_vnd,
        method=Payment.Method.MARKETPLACE if order.shop_ref else Payment.Method.BANK,
        reference=order.remote_id,
        received_at=received_at or order.placed_at,
        source_kind=KIND,
        source_id=source,
        actor_kind="system",
        actor_label="order-placed",
    )
