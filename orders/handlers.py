"""What orders do when they hear of something."""

from oms.kernel.actors import Actor
from oms.kernel.events import on_event
from oms.kernel.models import Event
from orders.services.customer_figures import refresh_figures, settle_buyer
from orders.services.lifecycle import allocate_waiting
from orders.services.profits import count_profits


@on_event("stock.changed")
def serve_waiting_orders(event: Event) -> None:
    """Goods came in or were given back: orders that wait get them, by priority."""
    if event.data.get("freed"):
        allocate_waiting(event.data["variant_ids"], actor=Actor.system("stock"))


@on_event(
    *("order.placed", "order.cancelled", "order.shipped", "order.delivered"),
    *("order.completed", "order.returning", "order.returned"),
    *("order.split", "order.split_off", "order.merged"),
)
def count_for_customer(event: Event) -> None:
    """The customer's figures follow what became of his order."""
    settle_buyer(event.subject_id)


@on_event("order.edited")
def count_for_both_customers(event: Event) -> None:
    """An order that went over to another customer, or that is worth something else now."""
    customer_ids = [pk for pk in event.data.get("customer_ids", []) if pk]
    if customer_ids:
        refresh_figures(customer_ids)
    else:
        settle_buyer(event.subject_id)


@on_event(
    *("order.placed", "order.edited", "order.cancelled", "order.shipped", "order.delivered"),
    *("order.returned", "order.split", "order.split_off", "order.merged"),
)
def count_what_it_earns(event: Event) -> None:
    """What the order earns follows its goods and their way; a repeat finds it counted."""
    count_profits([event.subject_id])
