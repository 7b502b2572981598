"""Rows of the list, drawn once for everybody who looks at it.

A row is kept by the version of the order's own tuple in the database: whatever changes the order
makes another one. What it takes from elsewhere (names of tags, people and warehouses, pictures,
the buyer's risk) and how long ago it was may be as old as `KEPT`.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from oms.kernel.clock import now
from orders.models import Order
from orders.models.order_indexes import OPEN_TABS
from orders.selectors.cells import add_cells

KEPT, MOST = 15.0, 5_000  # seconds; rows in one process
# Stand for the list's address and for the end of a row: no text of ours or of a buyer has them.
ADDRESS, END = "\ue000", "\ue001"
NEEDED = ("orders.add_order", "inventory.view_product")

_drawn: dict[tuple[Any, ...], tuple[float, str]] = {}


def draw_rows(
    request: HttpRequest, orders: Sequence[Order], columns: Sequence[str], address: str
) -> SafeString:
    """The rows of these orders, of which only id and `stamp` need to be loaded."""
    user: Any = request.user
    look = (tuple(columns), get_language(), *(user.has_perm(name) for name in NEEDED))
    moment = now().timestamp()
    keys = {order.pk: (order.pk, order.stamp, look) for order in orders}  # type: ignore[attr-defined]
    found = {pk: row[1] for pk, key in keys.items() if (row := _fresh(key, moment))}
    missing = [pk for pk in keys if pk not in found]
    if missing:
        new = _draw(request, missing, columns)
        found |= new
        _keep({keys[pk]: (moment, text) for pk, text in new.items()})
    html = "".join(found[order.pk] for order in orders if order.pk in found)
    # Rows are rendered templates of ours: escaped where they were made.
    return mark_safe(html.replace(ADDRESS, escape(address)))  # noqa: S308


def forget_rows() -> None:
    """As if the process had just begun."""
    _drawn.clear()


def _fresh(key: tuple[Any, ...], moment: float) -> tuple[float, str] | None:
    row = _drawn.get(key)
    return row if row is not None and 0 <= moment - row[0] < KEPT else None


def _keep(rows: dict[tuple[Any, ...], tuple[float, str]]) -> None:
    if len(_drawn) + len(rows) > MOST:
        _drawn.clear()
    _drawn.update(rows)


def _draw(
    request: HttpRequest, order_ids: Collection[int], columns: Sequence[str]
) -> dict[int, str]:
    orders = list(Order.objects.filter(pk__in=order_ids))
    add_cells(orders, columns)
    context = {
        "rows": orders,
        "columns": frozenset(columns),
        "open_tabs": OPEN_TABS,
        "address": ADDRESS,
        "end": END,
    }
    parts = render_to_string("orders/rows.html", context, request).split(END)
    return {order.pk: part for order, part in zip(orders, parts, strict=False)}
