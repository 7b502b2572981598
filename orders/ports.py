"""What orders ask of the apps on their right: parts of the order page. Filled from oms.wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from orders.models import Order


@dataclass(frozen=True, slots=True)
class NextAction:
    """A button of the order page. `method` is get for a page, post for a verb."""

    label: str
    url: str
    method: str
    permission: str
    icon: str


Panel = Callable[[HttpRequest, Order], str | None]
Proposer = Callable[[Any, Order], NextAction | None]

_panels: dict[str, tuple[int, Panel]] = {}
_proposers: list[Proposer] = []


def register_panel(key: str, position: int, render: Panel) -> None:
    """Add a panel; lower positions come first. The panel checks the user's permission itself."""
    _panels[key] = (position, render)


def register_next_action(propose: Proposer) -> None:
    """Add a proposer; asked in the order of registration, it answers with a button or nothing."""
    if propose not in _proposers:
        _proposers.append(propose)


def render_panels(request: HttpRequest, order: Order) -> list[SafeString]:
    """The panels' HTML; each comes out of its own escaped template."""
    ordered = sorted(_panels.values(), key=lambda pair: pair[0])
    rendered = [render(request, order) for _position, render in ordered]
    return [mark_safe(html) for html in rendered if html]  # noqa: S308


def next_actions(user: Any, order: Order) -> list[NextAction]:
    """What the apps on the right propose to do next with an order."""
    proposed = (propose(user, order) for propose in _proposers)
    return [action for action in proposed if action is not None]
