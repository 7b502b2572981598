"""Pieces that a marketplace took out of its order leave ours too, until somebody picks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from oms.kernel.actors import Actor
from oms.kernel.sql import retry_deadlock
from oms.kernel.text import clean_line
from orders.edit_ports import obstacles_of
from orders.models import Order, OrderProblem
from orders.services.drafting import HOME_CURRENCY
from orders.services.edit_values import CHARGES, Edit, Wanted
from orders.services.editing import (
    EDITABLE,
    EDITABLE_STATUS,
    ON_PAPER,
    write_goods,
    write_totals,
)
from orders.services.problems import close_problems
from orders.services.states import Change, lock_order, save_changes, set_derived_status


@dataclass(frozen=True)
class Left:
    """What the marketplace says is left: pieces by its line, and the charges of the whole."""

    pieces: Mapping[str, int]
    discount_vnd: int
    shipping_fee_buyer_vnd: int


@retry_deadlock
@transaction.atomic
def take_fewer(order_id: int, left: Left, *, reason: str, actor: Actor) -> bool:
    """Take out what is no longer bought, and give back its stock. Returns whether that was done.

    Nothing is done where another thing than less of the same lines was told, or where goods,
    papers or a parcel of ours are in the way: a person decides there. A repeat changes nothing.
    What the buyer has paid too much stands on the order as due back.
    """
    change = Change(lock_order(order_id), "order.edited")
    order = change.order
    lines = _fewer(order, left)
    if not lines or not _is_open(order):
        return False
    told: dict[str, list[Any]] = {}
    for name in CHARGES:
        told[name] = [getattr(order, name), getattr(left, name)]
        setattr(order, name, getattr(left, name))
    told = {name: both for name, both in told.items() if both[0] != both[1]}
    reason = clean_line(reason, 200, field="reason")
    edit = Edit(typed={}, base={}, version=order.version, reason=reason)
    write_goods(change, Wanted(lines=lines), edit, told, actor)
    write_totals(order, told)
    close_problems(order, {OrderProblem.Kind.CHANGED_REMOTELY})
    set_derived_status(order)
    change.data |= {"changes": told, "reason": reason}
    save_changes([change], actor=actor, always=True)
    return True


def _fewer(order: Order, left: Left) -> dict[int, dict[str, Any]]:
    """New quantities by line; empty where nothing is less, or something is new or more."""
    here = {line.remote_line_id: line for line in order.lines.all()}
    grown = any(
        name not in here or pieces > here[name].quantity for name, pieces in left.pieces.items()
    )
    if grown or len(here) != order.lines.count() or not any(left.pieces.values()):
        return {}
    return {
        line.pk: {"quantity": left.pieces.get(name, 0)}
        for name, line in here.items()
        if left.pieces.get(name, 0) != line.quantity
    }


def _is_open(order: Order) -> bool:
    return (
        order.status in EDITABLE_STATUS
        and order.fulfillment_status in EDITABLE
        and order.invoice_status not in ON_PAPER
        and order.currency == HOME_CURRENCY
        and not obstacles_of(order, frozenset({"line.quantity"}))
    )
