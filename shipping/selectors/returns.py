"""Which return a scanned code means, and the order behind a parcel that nobody announced."""

from typing import Any

from django.db.models import Q, QuerySet

from orders.models import Order, Return
from orders.selectors.lists import orders_visible_to
from orders.selectors.returns import returns_visible_to
from orders.states import OPEN_RETURNS
from shipping.models import Package
from shipping.selectors.packing import parcels_of_code


def returns_of_code(user: Any, code: str) -> QuerySet[Return]:
    """By its own number, the parcel that it comes in, or its order's; what is open first."""
    spellings = {code, code.upper()}
    rows = returns_visible_to(user)
    orders = {package.fulfilment.order_id for package in parcels_of_code(user, code)}
    return rows.filter(
        Q(number__in=spellings)
        | Q(tracking_number__in=spellings)
        | Q(order__in=orders)
        | Q(order__number__in=spellings)
        | Q(order__remote_id=code)
    ).order_by("-id")


def return_of_code(user: Any, code: str) -> Return | None:
    rows = list(returns_of_code(user, code)[:20])
    return next((row for row in rows if row.status in OPEN_RETURNS), next(iter(rows), None))


def order_of_code(user: Any, code: str) -> tuple[Order | None, Package | None]:
    """What a parcel at the door belongs to when nobody told that it comes back."""
    parcels = parcels_of_code(user, code)
    if parcels:
        return parcels[0].fulfilment.order, parcels[0]
    rows = orders_visible_to(user).filter(Q(number=code.upper()) | Q(remote_id=code))
    return rows.first(), None
