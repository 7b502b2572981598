"""Which orders are owed: sold on terms and not paid."""

from django.db.models import QuerySet

from orders.models import Order

# What is still to be paid; `order_owed` is the index of these.
OWING = (Order.Payment.UNPAID, Order.Payment.PENDING, Order.Payment.PARTIALLY_PAID)
NOT_OWED = (Order.Status.DRAFT, Order.Status.CANCELLED, Order.Status.RETURNED)


def owed(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders on terms that are not paid."""
    rows = rows.filter(due_on__isnull=False, payment_status__in=OWING)
    return rows.exclude(status__in=NOT_OWED)
