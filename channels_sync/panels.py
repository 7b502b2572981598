"""What channels add to the order page: the marketplace's view of the order, and the next step."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from channels_sync.ports import marketplace
from channels_sync.selectors.orders import channel_view
from orders.models import Order
from orders.ports import NextAction, register_next_action, register_panel
from shipping.services.preflight import may_ship_ourselves

POSITION = 15


def register() -> None:
    """Called once from oms.wiring."""
    register_panel("channel", POSITION, render_panel)
    register_next_action(next_action)


def render_panel(request: HttpRequest, order: Order) -> str | None:
    if order.shop_ref is None:
        return None
    view = channel_view(order)
    if view is None:
        return None
    context = {
        "order": order,
        "view": view,
        "remote": view.remote,
        "marketplace_name": marketplace(view.remote.shop.marketplace).name,
    }
    return render_to_string("channels_sync/order_panel.html", context, request)


def next_action(user: Any, order: Order) -> NextAction | None:
    """Arrange the shipment with the marketplace, once the goods are held."""
    if order.shop_ref is None or order.fulfillment_status != Order.Fulfillment.ALLOCATED:
        return None
    if order.confirmed_at is None or may_ship_ourselves(order):
        return None  # shipping offers the seller's own carrier; the panel keeps the other way
    view = channel_view(order)
    if view is None or not view.can_arrange:
        return None
    return NextAction(
        label=_("Sắp xếp giao với sàn"),
        url=reverse("channels_sync:arrange", args=[order.pk]),
        method="post",
        permission="shipping.create_shipment",
        icon="truck",
        key="s",
    )
