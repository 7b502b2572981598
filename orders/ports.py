"""What the apps on the right add to the pages of an order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from inventory.selectors.costing import shipment_costs
from oms.kernel.erasing import Scrub
from orders.models import Order

Panel = Callable[[HttpRequest, Order], str | None]

_panels: dict[str, tuple[int, Panel]] = {}


def register_panel(key: str, position: int, render: Panel) -> None:
    """Add a panel to the order page; a lower position stands higher. Again replaces it."""
    _panels[key] = position, render


def render_panels(request: HttpRequest, order: Order) -> list[SafeString]:
    """The panels' HTML in order; a panel that has nothing to say is left out."""
    ordered = sorted(_panels.values(), key=lambda panel: panel[0])
    html = [render(request, order) for _position, render in ordered]
    # Panels are rendered templates of ours: escaped where they were made.
    return [mark_safe(text) for text in html if text]  # noqa: S308


CausesOf = Callable[[int], list[tuple[str, int]]]
_causes: list[CausesOf] = []


def register_order_causes(causes_of: CausesOf) -> None:
    """Say under which causes the goods of an order leave stock; a repeat is ignored."""
    if causes_of not in _causes:
        _causes.append(causes_of)


def causes_of_order(order_id: int) -> list[tuple[str, int]]:
    """The causes of stock movements that belong to an order, its own first."""
    return [("order", order_id), *(cause for causes in _causes for cause in causes(order_id))]


CostsOf = Callable[[Sequence[int]], dict[int, int]]
_costs: list[CostsOf] = []


def register_order_costs(costs_of: CostsOf) -> None:
    """Say what the goods that left for orders were worth, in đồng; a repeat is ignored."""
    if costs_of not in _costs:
        _costs.append(costs_of)


def costs_of_orders(order_ids: Sequence[int]) -> dict[int, int]:
    """Đồng by order: the goods that left for it, under its own name or a parcel's."""
    costs = shipment_costs("order", order_ids) if order_ids else {}
    for costs_of in _costs if order_ids else ():
        for order_id, cost in costs_of(order_ids).items():
            costs[order_id] += cost
    return costs


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What an app on the right keeps about the buyers of orders.

    `collect` gives {order id: what is kept}, plain values for a file; `erase` replaces it with
    `Scrub`, in the caller's transaction, and leaves what the law wants kept.
    """

    key: str
    collect: Callable[[Sequence[int]], dict[int, Any]]
    erase: Callable[[Sequence[int], Scrub], None]


_personal: dict[str, PersonalData] = {}


def register_personal_data(data: PersonalData) -> None:
    """Called once by wiring; the same key again replaces it."""
    _personal[data.key] = data


def personal_data() -> list[PersonalData]:
    return list(_personal.values())
