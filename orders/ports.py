"""What the apps on the right add to the pages of an order."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

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
