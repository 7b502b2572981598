"""Where an order came from: the quotation that the buyer agreed to."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from orders.models import Order
from orders.selectors.quotations import quotations_visible_to


def render(request: HttpRequest, order: Order) -> str | None:
    """Nothing for an order that was not quoted, or for who may not see quotations."""
    if not request.user.has_perm("orders.view_quotation"):
        return None
    rows = quotations_visible_to(request.user).select_related("current")
    quotation = rows.filter(order=order).first()
    if quotation is None:
        return None
    context = {"quotation": quotation, "version": quotation.newest}
    return render_to_string("orders/quotations/panel.html", context, request=request)
