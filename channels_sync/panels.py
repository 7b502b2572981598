"""What channels add to the order page: the marketplace's view of the order, and the next step."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from channels_sync.ports import marketplace
from channels_sync.selectors.orders import channel_view, settlement_of
from orders.models import Order
from orders.ports import register_panel

POSITION = 15


def register() -> None:
    """Called once from oms.wiring."""
    register_panel("channel", POSITION, render_panel)


def render_panel(request: HttpRequest, order: Order) -> str | None:
    if order.shop_ref is None:
        return None
    view = channel_view(order)
    if view is None:
        return None
    sees_costs = request.user.has_perm("inventory.view_cost")
    context = {
        "order": order,
        "view": view,
        "remote": view.remote,
        # What an order brought in tells its profit.
        "settlement": settlement_of(order.pk) if sees_costs else None,
        "marketplace_name": marketplace(view.remote.shop.marketplace).name,
    }
    return render_to_string("channels_sync/order_panel.html", context, request)
