"""What the apps on the right add to the pages of an order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from orders.models import Order


@dataclass(frozen=True, slots=True)
class NextAction:
    """What to do next with an order: a button that posts, or a link."""

    label: str
    url: str
    method: str = "get"
    permission: str = ""
    icon: str = ""
    key: str = ""


Panel = Callable[[HttpRequest, Order], str | None]
ActionOf = Callable[[Any, Order], NextAction | None]

_panels: dict[str, tuple[int, Panel]] = {}
_actions: list[ActionOf] = []


def register_panel(key: str, position: int, render: Panel) -> None:
    """Add a panel to the order page; a lower position stands higher. Again replaces it."""
    _panels[key] = position, render


def render_panels(request: HttpRequest, order: Order) -> list[SafeString]:
    """The panels' HTML in order; a panel that has nothing to say is left out."""
    ordered = sorted(_panels.values(), key=lambda panel: panel[0])
    html = [render(request, order) for _position, render in ordered]
    # Panels are rendered templates of ours: escaped where they were made.
    return [mark_safe(text) for text in html if text]  # noqa: S308


def register_next_action(action_of: ActionOf) -> None:
    """Let an app propose the next step of an order; a repeat is ignored."""
    if action_of not in _actions:
        _actions.append(action_of)


def next_actions(user: Any, order: Order) -> list[NextAction]:
    """What the apps propose, in the order in which they registered, as far as the user may."""
    found = [action_of(user, order) for action_of in _actions]
    return [a for a in found if a and (not a.permission or user.has_perm(a.permission))]


CausesOf = Callable[[int], list[tuple[str, int]]]
_causes: list[CausesOf] = []


def register_order_causes(causes_of: CausesOf) -> None:
    """Say under which causes the goods of an order leave stock; a repeat is ignored."""
    if causes_of not in _causes:
        _causes.append(causes_of)


def causes_of_order(order_id: int) -> list[tuple[str, int]]:
    """The causes of stock movements that belong to an order, its own first."""
    return [("order", order_id), *(cause for causes in _causes for cause in causes(order_id))]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an order may not be changed as it stands, and the button that clears the way."""

    message: str
    label: str = ""
    url: str = ""
    permission: str = ""


ObstacleOf = Callable[[Order, frozenset[str]], Obstacle | None]
_obstacles: list[ObstacleOf] = []


def register_edit_obstacle(obstacle_of: ObstacleOf) -> None:
    """Let an app refuse a change of these fields of an order; a repeat is ignored.

    Fields are those of `orders.services.edit_values`; lines are told as `line.quantity`.
    """
    if obstacle_of not in _obstacles:
        _obstacles.append(obstacle_of)


def obstacles_of(order: Order, fields: frozenset[str]) -> list[Obstacle]:
    """What stands in the way, in the order in which the apps registered."""
    found = [obstacle_of(order, fields) for obstacle_of in _obstacles]
    return [obstacle for obstacle in found if obstacle]


LinesGone = Callable[[list[int]], None]
_forgetters: list[LinesGone] = []


def register_line_forgetter(forget: LinesGone) -> None:
    """Hear of order lines that are about to leave, inside the transaction; a repeat is ignored."""
    if forget not in _forgetters:
        _forgetters.append(forget)


def forget_lines(line_ids: list[int]) -> None:
    """Tell the apps above that nothing may point to these lines any more."""
    for forget in _forgetters:
        forget(line_ids)


TaxOf = Callable[[Order], int | None]
_tax: dict[str, TaxOf] = {}


def register_tax(tax_of: TaxOf) -> None:
    """Say how much VAT an invoice of the order would show today."""
    _tax["tax"] = tax_of


def tax_of(order: Order) -> int | None:
    """The VAT within the order's total; None when nobody can say."""
    return _tax["tax"](order) if _tax else None
