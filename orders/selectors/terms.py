"""Terms of customers, what they owe on them, and when it falls due."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum

from oms.kernel.clock import today
from orders.models import Customer, Order
from orders.selectors.customers import find_customer
from orders.selectors.lists import orders_visible_to
from orders.selectors.owed import NOT_OWED, OWING, owed

ORDERS_SHOWN = 20
OWED = F("total_vnd") - F("returned_vnd") - F("paid_vnd")


@dataclass(frozen=True, slots=True)
class Terms:
    """None means that nothing was agreed."""

    payment_days: int | None = None
    credit_limit_vnd: int | None = None
    min_order_vnd: int | None = None

    @property
    def any(self) -> bool:
        return self != Terms()


@dataclass(frozen=True, slots=True)
class Debt:
    """What a customer owes on terms. `left_vnd`: None without a limit."""

    terms: Terms
    owed_vnd: int = 0
    overdue_vnd: int = 0
    orders: list[Order] = field(default_factory=list)

    @property
    def left_vnd(self) -> int | None:
        limit = self.terms.credit_limit_vnd
        return None if limit is None else max(0, limit - self.owed_vnd)

    @property
    def worth_showing(self) -> bool:
        return self.terms.any or bool(self.orders)


def terms_of(customer: Customer | None) -> Terms:
    """The customer's own words, and the group's where he has none."""
    if customer is None:
        return Terms()
    group = customer.group
    found = {
        name: own if (own := getattr(customer, name)) is not None else getattr(group, name, None)
        for name in ("payment_days", "credit_limit_vnd", "min_order_vnd")
    }
    return Terms(**found)


def exposure(customer_id: int, *, without: int | None = None) -> int:
    """Đồng that the customer owes or will owe on terms; one order may be left out."""
    rows = owed(Order.objects.filter(customer=customer_id)).exclude(pk=without or 0)
    found = rows.aggregate(n=Sum(OWED))
    return found["n"] or 0


def debt_of(customer: Customer, user: Any) -> Debt:
    """The customer's debt in the orders that the user may see; the earliest due first."""
    rows = owed(orders_visible_to(user).filter(customer=customer))
    late = Sum(OWED, filter=Q(due_on__lt=today()))
    sums = rows.aggregate(owed=Sum(OWED), overdue=late)
    shown = list(rows.order_by("due_on", "pk")[:ORDERS_SHOWN]) if sums["owed"] else []
    return Debt(terms_of(customer), sums["owed"] or 0, sums["overdue"] or 0, shown)


def debt_of_phone(phone: str, user: Any) -> Debt | None:
    """For the entry form: None when nothing was agreed with whoever has this phone."""
    customer = find_customer(phone)
    if customer is None or not terms_of(customer).any:
        return None
    return debt_of(customer, user)


def due_state(order: Order, day: date | None = None) -> str:
    """ "late", "open" or "" for an order that is not on terms or is paid."""
    if order.due_on is None or order.payment_status not in OWING or order.status in NOT_OWED:
        return ""
    return "late" if order.due_on < (day or today()) else "open"
