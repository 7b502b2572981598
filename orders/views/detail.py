"""The order page (PRODUCT D9): what it is, what comes next, and all that happened."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from oms.kernel.events import timeline_of
from orders import ports, timeline
from orders.forms.address import ListAddress
from orders.forms.marks import MarksForm
from orders.models import Order
from orders.selectors.customer_figures import risks_of
from orders.selectors.filters import OrderFilters
from orders.selectors.lines import lines_with_stock
from orders.selectors.lists import around, orders_visible_to
from orders.selectors.marks import add_marks
from orders.services.editing import EDITABLE, EDITABLE_STATUS
from orders.states import BEFORE_HAND_OVER, ORDER_FLOW
from orders.views.next_steps import next_actions

TIMELINE_LENGTH = 100
RECENT_ORDERS = 5


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    return order_page(request, order)


def order_page(
    request: HttpRequest, order: Order, *, error: str = "", status: int = 200
) -> HttpResponse:
    add_marks([order])
    context: dict[str, Any] = {
        "order": order,
        "marks_form": MarksForm(order) if request.user.has_perm("orders.mark_order") else None,
        "lines": lines_with_stock(order, request.user),
        "address": ", ".join(
            part for part in (order.street, order.ward, order.district, order.province) if part
        )
        or order.address_raw,
        "is_open": order.fulfillment_status in BEFORE_HAND_OVER
        and order.status != Order.Status.CANCELLED,
        "problems": order.problems.filter(resolved_at=None).order_by("id"),
        "notes": order.notes.order_by("-id")[:20],
        "timeline": [
            timeline.entry(event, sees_cost=request.user.has_perm("inventory.view_cost"))
            for event in timeline_of("order", order.pk)[:TIMELINE_LENGTH]
        ],
        "recent_orders": recent_orders(request, order),
        "risk": risks_of([order.recipient_phone]).get(order.recipient_phone),
        "panels": ports.render_panels(request, order),
        "next_actions": next_actions(request.user, order),
        "cancelled_lines": order.cancelled_lines.all(),
        "can_edit": request.user.has_perm("orders.change_order")
        and order.status in EDITABLE_STATUS
        and order.fulfillment_status in EDITABLE,
        "can_hold": request.user.has_perm("orders.hold_order")
        and order.status != Order.Status.ON_HOLD
        and ORDER_FLOW.allows(order.status, Order.Status.ON_HOLD),
        "can_cancel": request.user.has_perm("orders.cancel_order")
        and order.status != Order.Status.CANCELLED
        and ORDER_FLOW.allows(order.status, Order.Status.CANCELLED),
        "form_error": error,
        **neighbours(request, order),
    }
    return render(request, "orders/detail.html", context, status=status)


def recent_orders(request: HttpRequest, order: Order) -> list[Order]:
    """The customer's other orders, newest first."""
    if order.customer_id is None:
        return []
    others = orders_visible_to(request.user).filter(customer_id=order.customer_id)
    return list(others.exclude(pk=order.pk).order_by("-placed_at")[:RECENT_ORDERS])


def neighbours(request: HttpRequest, order: Order) -> dict[str, str]:
    """Addresses of the list that led here, and of the orders before and after this one in it."""
    filters, address = OrderFilters.read(request.GET), str(ListAddress(request.GET))
    previous, following = around(request.user, filters, order)
    return {
        "list_address": address,
        "previous_url": reverse("orders:detail", args=[previous]) + address if previous else "",
        "following_url": reverse("orders:detail", args=[following]) + address if following else "",
    }
