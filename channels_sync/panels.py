"""What channels add to the order page: the marketplace's view of the order, and its money."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from channels_sync.models import Shop, SyncProblem
from channels_sync.ports import marketplace
from channels_sync.selectors.money import money_table
from channels_sync.selectors.offerings import opportunities
from channels_sync.selectors.orders import channel_view
from channels_sync.selectors.products import field_notes, product_at_shops
from channels_sync.selectors.returns import next_step, requests_of_return, returns_of_order
from channels_sync.services.hours import closed_shop_ids
from inventory.models import Product
from inventory.ports import register_field_notes, register_product_panel
from orders.models import Order, Return
from orders.ports import register_panel, register_return_panel

POSITION, MONEY_POSITION = 15, 18


def register() -> None:
    """Called once from oms.wiring."""
    register_panel("channel", POSITION, render_panel)
    register_panel("channel_money", MONEY_POSITION, render_money)
    register_return_panel("channel", POSITION, render_return_panel)
    register_product_panel("channel", render_product_panel)
    register_field_notes(field_notes)


def render_product_panel(request: HttpRequest, product: Product) -> str:
    """The shops that sell the product, and whether they have its newest texts."""
    rows = product_at_shops(request.user, product.pk)
    may_offer = request.user.has_perm("channels_sync.offer_product")
    others = opportunities(request.user, product.pk) if may_offer else []
    if not (rows or others) or not request.user.has_perm("channels_sync.view_shop"):
        return ""
    closed = closed_shop_ids()
    context = {
        "product": product,
        "rows": rows,
        "others": others,
        "is_closed": any(row.shop.pk in closed for row in rows),
    }
    return render_to_string("channels_sync/product_panel.html", context, request)


def render_return_panel(request: HttpRequest, document: Return) -> str | None:
    """What marketplaces told of a return, with the way to answer them."""
    if not request.user.has_perm("channels_sync.view_return"):
        return None
    rows = [(row, next_step(row)) for row in requests_of_return(document.pk)]
    if not rows:
        return None
    return render_to_string("channels_sync/return_panel.html", {"rows": rows}, request)


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
        "returns": returns_of_order(order.pk),
        "marketplace_name": marketplace(view.remote.shop.marketplace).name,
    }
    return render_to_string("channels_sync/order_panel.html", context, request)


def render_money(request: HttpRequest, order: Order) -> str | None:
    """What an order brings in tells its profit: only for who may see costs."""
    if order.shop_ref is None or not request.user.has_perm("inventory.view_cost"):
        return None
    shop = Shop.objects.filter(pk=order.shop_ref).first()
    table = money_table(order.pk, tolerance_vnd=shop.tolerance_vnd) if shop else None
    if shop is None or table is None:
        return None
    open_problem = SyncProblem.objects.filter(
        shop=shop,
        remote_id=order.remote_id,
        kind=SyncProblem.Kind.PAYOUT_DIFFERS,
        resolved_at__isnull=True,
    )
    context = {
        "order": order,
        "table": table,
        "problem": open_problem.first() if table.is_over else None,
    }
    return render_to_string("channels_sync/order_money.html", context, request)
