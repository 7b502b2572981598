"""Filters that no order can pass together: known from what the states mean, without a look.

The tab is derived from the states by one function (`orders.states.derive_tab`), so each value of
some filters leaves few tabs; two that leave none in common have no orders.
"""

from collections.abc import Callable, Mapping

from orders.models import Order
from orders.models.order_indexes import OPEN_TABS

Tab, Status, Fulfillment, Cod = Order.Tab, Order.Status, Order.Fulfillment, Order.Cod
Tabs = frozenset[str]

EVERY: Tabs = frozenset(Tab.values)
OPEN: Tabs = frozenset(OPEN_TABS)
# What became of an order last says nothing about how far it had come.
ENDED: Tabs = frozenset({Tab.CANCELLED, Tab.DELETED})
IN_HAND: Tabs = frozenset(
    {Tab.WAITING_STOCK, Tab.TO_ARRANGE, Tab.TO_PRINT, Tab.PACKING, Tab.TO_HAND_OVER}
)
_OF_STATUS: Mapping[str, Tabs] = {
    Status.DRAFT: frozenset({Tab.DRAFT, Tab.DELETED}),
    Status.PENDING_CONFIRMATION: frozenset({Tab.TO_CONFIRM}),
    Status.CONFIRMED: IN_HAND,
    Status.ON_HOLD: frozenset({Tab.ON_HOLD}),
    Status.PROCESSING: IN_HAND,
    Status.SHIPPED: frozenset({Tab.SHIPPING}),
    Status.DELIVERED: frozenset({Tab.DELIVERED}),
    Status.COMPLETED: frozenset({Tab.COMPLETED}),
    Status.RETURNING: frozenset({Tab.RETURNING}),
    Status.RETURNED: frozenset({Tab.RETURNING}),
    Status.PARTIALLY_RETURNED: frozenset({Tab.RETURNING}),
    Status.CANCELLED: frozenset({Tab.CANCELLED}),
}
_WITH_CARRIER: Tabs = frozenset({Tab.SHIPPING}) | ENDED
_BACK: Tabs = frozenset({Tab.RETURNING}) | ENDED
_OF_FULFILLMENT: Mapping[str, Tabs] = {
    Fulfillment.HANDED_OVER: _WITH_CARRIER,
    Fulfillment.IN_TRANSIT: _WITH_CARRIER,
    Fulfillment.OUT_FOR_DELIVERY: _WITH_CARRIER,
    Fulfillment.DELIVERY_FAILED: _WITH_CARRIER,
    Fulfillment.LOST: _WITH_CARRIER,
    Fulfillment.DAMAGED: _WITH_CARRIER,
    Fulfillment.DELIVERED: frozenset({Tab.DELIVERED, Tab.COMPLETED, Tab.RETURNING}) | ENDED,
    Fulfillment.RETURN_PENDING: _BACK,
    Fulfillment.RETURNING: _BACK,
    Fulfillment.RETURNED: _BACK,
}


def _only(tabs: Tabs, *values: str) -> Callable[[str], Tabs]:
    """These tabs for these values, or for any when none is said."""
    return lambda value: tabs if not values or value in values else EVERY


_TABS: Mapping[str, Callable[[str], Tabs]] = {
    "tab": lambda value: frozenset({value}) if value in EVERY else EVERY,
    "status": lambda value: _OF_STATUS.get(value, EVERY),
    "fulfillment": lambda value: _OF_FULFILLMENT.get(value, EVERY),
    "shipped": _only(EVERY - OPEN - {Tab.DRAFT}),
    "deadline": _only(OPEN),
    "late": _only(OPEN),
    "double": _only(OPEN),
    "printed": _only(OPEN, "never"),
    "assignee": _only(OPEN, "none"),
    "with_carrier": _only(frozenset({Tab.SHIPPING, Tab.DELIVERED, Tab.RETURNING})),
    "purpose": _only(frozenset({Tab.RETURNING}), "return", "partial_return"),
}


def possible_tabs(tab: str, values: Mapping[str, str]) -> Tabs:
    """Where orders that pass all of these may stand."""
    tabs = _TABS["tab"](tab)
    for name, value in values.items():
        if name in _TABS:
            tabs &= _TABS[name](value)
    return tabs


def is_impossible(tab: str, values: Mapping[str, str]) -> bool:
    """No order can pass, whatever the table holds."""
    if not possible_tabs(tab, values):
        return True
    return values.get("kind") == "one" and int(values.get("quantity") or 1) > 1
