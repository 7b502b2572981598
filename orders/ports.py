<<<<<<< HEAD
"""What the apps on the right add to the pages of an order."""
=======
"""What orders ask of the apps on their right: parts of the order page. Filled from oms.wiring."""
>>>>>>> main

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from orders.models import Order


@dataclass(frozen=True, slots=True)
class NextAction:
<<<<<<< HEAD
    """What to do next with an order: a button that posts, or a link."""

    label: str
    url: str
    method: str = "get"
    permission: str = ""
    icon: str = ""


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
=======
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
>>>>>>> main
