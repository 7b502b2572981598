"""Customers by what they bought."""

from datetime import timedelta

from oms.kernel import clock
from orders.models import Customer, Order
from orders.selectors.customers import find_customer
from orders.services import customer_privacy
from orders.services.states import apply_states
from tests.orders.makers import ACTOR, place

ANH = "0912345678"


def bought(shirt, units: int = 1, *, phone: str = ANH, end: str = "delivered", **fields) -> Order:
    """An order that left and came to an end: delivered, or returned with or without delivery."""
    order = place((shirt, units), recipient_phone=phone, confirm=True, **fields)
    for state in ["handed_over", *end.split()]:
        apply_states(order.pk, actor=ACTOR, event_name="x", fulfillment=state)
    return order


def customer(phone: str = ANH) -> Customer:
    found = find_customer(phone)
    assert found is not None
    return found


def age_orders() -> None:
    old = clock.now() - customer_privacy.NEEDED - timedelta(days=1)
    Order.objects.update(updated_at=old)
