"""One entry for each thing that can be done with orders; apps on the right add theirs by wiring."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from oms.kernel.actors import Actor
from orders.models import Order
from orders.services.undoing import Trace

Text = str | Promise
# Why each of these orders cannot, by id; who is not named can.
Causes = Callable[[Sequence[Order], Any], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that the person says under `name`: a line of text, or one of the choices."""

    name: str
    label: Text
    most: int = 200
    hint: Text = ""
    help: Text = ""
    is_long: bool = False
    is_optional: bool = False
    # What is usually said, to choose from; other words are taken as well.
    usual: Callable[[], Sequence[str]] | None = None
    # The ask that takes other words than the usual: then the usual are a list, not suggestions.
    otherwise: str = ""
    # The only answers for this user, as (value, words); then there is nothing to write.
    choices: Callable[[Any], Sequence[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One call of an action: these orders, in this order, by this user.

    `run_id` names the frozen choice that they come from, for a page that takes them all.
    """

    ids: Sequence[int]
    user: Any
    said: Mapping[str, str] = field(default_factory=dict)
    run_id: int = 0

    @property
    def actor(self) -> Actor:
        return Actor.user(self.user)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


Refused = Mapping[int, str]


def nothing(orders: Sequence[Order], user: Any) -> dict[int, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`causes` is asked before, set-based; `run` decides again under its locks.

    `run` does the orders in one transaction together with their results, or, with `is_alone`,
    one by one without a transaction: then it tolerates a repeat. It returns the refusals.
    `links` takes the place of `run` for what is a page of its own (papers, files); without
    causes there is nothing to look at before, and the first is opened at once.
    `page` is where the order page goes instead of running it, to ask for details.
    """

    code: str
    label: Text
    permission: str
    position: int
    done: Text = ""
    icon: str = ""
    key: str = ""
    causes: Causes = nothing
    run: Callable[[Wish], Refused] | None = None
    links: Callable[[Wish], Sequence[Link]] | None = None
    page: Callable[[Order], str] | None = None
    # What keeps that page closed, when it asks for some of what is missing itself.
    page_causes: Causes | None = None
    page_label: Text = ""
    posts_to_page: bool = False
    asks: tuple[Ask, ...] = ()
    question: Text = ""
    # Somebody outside hears of it, sooner or later: it cannot be taken back.
    is_outside: bool = False
    is_alone: bool = False
    is_danger: bool = False
    # The action that usually comes next for those that were done.
    then: str = ""
    # Kinds of open problem that it puts right: then it is the first step of the order page.
    answers: frozenset[str] = frozenset()
    # Proposed on the order page as the next step of such an order.
    is_next: Callable[[Order], bool] = lambda order: True
    undo: Callable[[Sequence[Trace], Actor], Refused] | None = None
    step: int = 100


_actions: dict[str, Action] = {}


def register_action(action: Action) -> None:
    """Add an action; the same code again replaces it."""
    if (action.run is None) == (action.links is None):
        raise ValueError(f"{action.code}: either run or links")
    if action.is_outside and action.undo is not None:
        raise ValueError(f"{action.code}: what went outside is not taken back")
    _actions[action.code] = action


def find_action(code: str) -> Action | None:
    return _actions.get(code)


def actions_for(user: Any) -> list[Action]:
    """What this user may do, in the order of the bar."""
    may = [action for action in _actions.values() if user.has_perm(action.permission)]
    return sorted(may, key=lambda action: action.position)


def next_steps(user: Any, order: Order) -> list[Action]:
    """What this user can do with this order now and here; why not is asked of nothing else."""
    return [
        action
        for action in actions_for(user)
        if (action.page or action.run)
        and action.is_next(order)
        and order.pk not in (action.page_causes or action.causes)([order], user)
    ]
