"""What the apps on the right say about changing an order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from oms.kernel.actors import Actor
from orders.models import Order
from orders.services.edit_values import Edit

# Takes it away, in a transaction that is going to be rolled back: (order id, actor).
Lift = Callable[[int, Actor], None]


class Redo(Protocol):
    """Clears the way, saves this revision of the order and puts back what stood in it."""

    def __call__(
        self, order_id: int, edit: Edit, *, actor: Actor, accept_terms: bool = False
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an order may not be changed as it stands, and the button that clears the way.

    Without a `label` no button does, and the fields are closed. With `redo` one button does all
    of it, for who has each of `redo_permissions`; `lift` lets a preview show what the change
    would do behind it.
    """

    message: str
    label: str = ""
    url: str = ""
    permission: str = ""
    lift: Lift | None = None
    redo: Redo | None = None
    redo_label: str = ""
    redo_done: str = ""
    redo_permissions: tuple[str, ...] = ()


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


PaidMover = Callable[[int, dict[int, int]], None]
_paid_movers: dict[str, PaidMover] = {}


def register_paid_mover(move: PaidMover) -> None:
    """Say how what was paid for one order comes to pay others: (from, {to: amount})."""
    _paid_movers["paid"] = move


def move_paid(order_id: int, amounts: dict[int, int]) -> None:
    """Let payments of an order pay others, before the orders' own sums are saved."""
    wanted = {pk: amount for pk, amount in amounts.items() if amount}
    for move in _paid_movers.values() if wanted else ():
        move(order_id, wanted)
