"""Revisions as tests write them: what changes, on top of what the author sees now."""

from typing import Any

from orders.models import Order
from orders.services.edit_values import AddedLine, Edit
from orders.services.editing import edit_order, editable_values
from tests.orders.makers import ACTOR


def revision(order: Order, *added: AddedLine, reason: str = "", **changes: Any) -> Edit:
    """`quantity_1=3` is the pieces of the first line; other names are columns of the order."""
    order = Order.objects.get(pk=order.pk)
    lines = list(order.lines.order_by("position"))
    base = editable_values(order, lines)
    typed = dict(base)
    for name, value in changes.items():
        column, _underscore, place = name.rpartition("_")
        if place.isdigit():
            name = f"line.{lines[int(place) - 1].pk}.{column}"
        typed[name] = value
    return Edit(typed=typed, base=base, version=order.version, added=added, reason=reason)


def edited(order: Order, *added: AddedLine, **changes: Any) -> Order:
    return edit_order(order.pk, revision(order, *added, **changes), actor=ACTOR)
