"""An order is booked to another customer; who receives the goods stays as it is."""

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Customer, Order
from orders.services.customers import in_words
from orders.services.granting import recheck_limit
from orders.services.states import Change, lock_order, save_changes


@retry_deadlock
@transaction.atomic
def reassign_order(
    order_id: int, customer_id: int, *, actor: Actor, accept_terms: bool = False
) -> Order:
    """Let an order count for this customer from now on, whatever state it is in.

    Both customers are counted again. What is owed for it counts against the new one's limit:
    TermsRefused unless that is accepted. A repeat changes nothing. Raises DomainError for a
    customer who was merged or erased.
    """
    change = Change(lock_order(order_id), "order.reassigned")
    order = change.order
    customer = Customer.objects.get(pk=customer_id)
    if not customer.is_live:
        raise DomainError(_("Khách này đã được gộp hoặc đã xóa dữ liệu."), code="customer.not_live")
    if order.customer_id == customer_id:
        return order
    change.data |= {
        "changes": {"customer": [in_words(order.customer), in_words(customer)]},
        "customer_ids": [order.customer_id, customer_id],
    }
    order.customer = customer
    recheck_limit(order, 0, accept=accept_terms)
    save_changes([change], actor=actor, always=True)
    return order
