"""The lots of an order: what should leave first, what left, and choosing another with a reason."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from inventory.selectors.lots import Proposal, known_lots, lots_of_causes, proposals
from oms.kernel.sql import run
from orders.models import Order
from orders.ports import causes_of_order
from orders.selectors.lines import HOLDER

# Whether any goods of an order, or of its bundles' parts, are or were kept by lot.
_BY_LOT = """
SELECT EXISTS (SELECT FROM orders_orderline l
    LEFT JOIN orders_orderlinecomponent c ON c.line_id = l.id
    JOIN inventory_variant v ON v.id = coalesce(c.variant_id, l.variant_id)
    JOIN inventory_product p ON p.id = v.product_id
    WHERE l.order_id = %(order)s AND (p.tracking <> 'none'
        OR EXISTS (SELECT FROM inventory_lot o WHERE o.variant_id = v.id)))
"""


def render(request: HttpRequest, order: Order) -> str | None:
    """Nothing for an order without goods that are kept by lot."""
    if run(_BY_LOT, {"order": order.pk}) == [(False,)]:
        return None
    line_ids = list(order.lines.values_list("pk", flat=True))
    open_rows = proposals(HOLDER, line_ids)
    gone = lots_of_causes(causes_of_order(order.pk))
    if not open_rows and not gone:
        return None
    context = {
        "order": order,
        "proposals": [(row, _others(row)) for row in open_rows],
        "gone": gone,
    }
    return render_to_string("orders/lot_panel.html", context, request=request)


def _others(row: Proposal) -> list[tuple[int, str, int]]:
    """The lots that could be taken instead: id, name, pieces in the order's warehouse."""
    found = []
    for lot in known_lots([row.variant.pk]):
        here = sum(b.on_hand for b in lot.balances.all() if b.warehouse_id == row.warehouse_id)
        if here:
            found.append((lot.pk, lot.code, here))
    return found
