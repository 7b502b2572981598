"""Rows of the list, drawn once for everybody who looks at it.

A row is kept by the version of the order's own tuple in the database: whatever changes the order
makes another one. What it takes from elsewhere (names of tags, people and warehouses, pictures,
the buyer's risk) and how long ago it was may be as old as `DRAWN` keeps.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from oms.kernel.kept import Kept, draw_kept, hole
from orders.models import Order
from orders.models.order_indexes import OPEN_TABS
from orders.selectors.cells import add_cells

DRAWN: Kept[str] = Kept(seconds=15, most=5_000)
# Stand for the list's address and for the end of a row.
ADDRESS, END = hole(), hole()
NEEDED = ("orders.add_order", "inventory.view_product")


def draw_rows(
    request: HttpRequest, orders: Sequence[Order], columns: Sequence[str], address: str
) -> SafeString:
    """The rows of these orders, of which only id and `stamp` need to be loaded."""
    user: Any = request.user
    look = (tuple(columns), get_language(), *(user.has_perm(name) for name in NEEDED))
    keys = {order.pk: (order.pk, order.stamp, look) for order in orders}  # type: ignore[attr-defined]
    html = draw_kept(DRAWN, keys, lambda ids: _draw(request, ids, columns))
    # Rows are rendered templates of ours: escaped where they were made.
    return mark_safe(html.replace(ADDRESS, escape(address)))  # noqa: S308


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
