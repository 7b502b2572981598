"""What orders do when they hear of something."""

from collections.abc import Sequence

from oms.kernel.actors import Actor
from oms.kernel.events import on_event, on_events
from oms.kernel.models import Event
from orders.services.customer_figures import refresh_figures, settle_buyers
from orders.services.lifecycle import allocate_waiting
from orders.services.overselling import tell_oversold
from orders.services.profits import count_profits
from orders.services.promises import are_waiting, end_promises, settle_promises
from orders.services.risk_rules import judge_orders


@on_event("stock.changed")
def serve_waiting_orders(event: Event) -> None:
    """Goods came in or were given back: orders that wait get them, by priority."""
    if event.data.get("freed"):
        allocate_waiting(event.data["variant_ids"], actor=Actor.system("stock"))


@on_events(
    *("order.placed", "order.cancelled", "order.shipped", "order.delivered"),
    *("order.completed", "order.returning", "order.returned"),
    *("order.split", "order.split_off", "order.merged"),
)
def count_for_customers(events: Sequence[Event]) -> None:
    """The customers' figures follow what became of their orders."""
    settle_buyers([event.subject_id for event in events])


@on_events("order.placed")
def ask_of_risky_buyers(events: Sequence[Event]) -> None:
    """The shop's rules, a moment after intake: an order is never slower for them."""
    judge_orders([event.subject_id for event in events], actor=Actor.system("risk-rules"))


@on_event("order.placed", "order.line_linked")
def tell_what_was_oversold(event: Event) -> None:
    """A marketplace's order beyond the stock, once all its goods are known."""
    tell_oversold(event.subject_id, actor=Actor.system("stock"))


@on_event("order.edited", "order.reassigned")
def count_for_both_customers(event: Event) -> None:
    """An order that went over to another customer, or that is worth something else now."""
    customer_ids = [pk for pk in event.data.get("customer_ids", []) if pk]
    if customer_ids:
        refresh_figures(customer_ids)
    else:
        settle_buyers([event.subject_id])


@on_events(
    *("order.allocated", "purchase.confirmed", "purchase.changed"),
    *("purchase.answered", "purchase.closed", "purchase.cancelled"),
)
def promise_lines(events: Sequence[Event]) -> None:
    """Goods of orders that wait have another day, or fewer orders stand before them; a transfer
    that leaves is seen by the sweep."""
    settle_promises(actor=Actor.system("promises"))


@on_events("order.placed", "order.confirmed", "order.edited", "order.split_off")
def promise_lines_of_new_orders(events: Sequence[Event]) -> None:
    if are_waiting([event.subject_id for event in events]):
        settle_promises(actor=Actor.system("promises"))


@on_events("order.delivered", "order.cancelled", "order.returned")
def end_line_promises(events: Sequence[Event]) -> None:
    end_promises([event.subject_id for event in events])


@on_events(
    *("order.placed", "order.edited", "order.cancelled", "order.shipped", "order.delivered"),
    *("order.returned", "order.split", "order.split_off", "order.merged"),
)
def count_what_they_earn(events: Sequence[Event]) -> None:
    """What an order earns follows its goods and their way; a repeat finds it counted."""
    count_profits([event.subject_id for event in events])
