"""The side panel of the list: an order in short form (PRODUCT D9), with its next steps."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oms.kernel.events import timeline_of
from orders import timeline
from orders.bulk.own import NOTE
from orders.forms.address import ListAddress
from orders.forms.bulk import ActionForm
from orders.models import Order
from orders.selectors.lists import orders_visible_to
from orders.selectors.marks import add_marks
from orders.services.editing import EDITABLE, EDITABLE_STATUS
from orders.states import BEFORE_HAND_OVER
from orders.views.detail import offered

TARGET = "panel"
NOTES_SHOWN, EVENTS_SHOWN = 3, 6


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    return panel_page(request, order)


def is_in_panel(request: HttpRequest) -> bool:
    """A button of the panel was pressed: the answer belongs there, the list stays as it is."""
    return bool(getattr(request, "htmx", False)) and request.headers.get("HX-Target") == TARGET


def panel_page(
    request: HttpRequest, order: Order, *, error: str = "", status: int = 200
) -> HttpResponse:
    add_marks([order])
    user: Any = request.user
    sees_cost = user.has_perm("inventory.view_cost")
    context = {
        "order": order,
        "address": str(ListAddress(request.GET)),
        "place": ", ".join(part for part in (order.street, order.ward, order.province) if part)
        or order.address_raw,
        "lines": order.lines.order_by("position"),
        "notes": order.notes.order_by("-id")[:NOTES_SHOWN],
        "timeline": [
            timeline.entry(event, sees_cost=sees_cost)
            for event in timeline_of("order", order.pk)[:EVENTS_SHOWN]
        ],
        **offered(user, order),
        "note_form": ActionForm(NOTE, user),
        "is_open": order.fulfillment_status in BEFORE_HAND_OVER
        and order.status != Order.Status.CANCELLED,
        "can_edit": user.has_perm("orders.change_order")
        and order.status in EDITABLE_STATUS
        and order.fulfillment_status in EDITABLE,
        "form_error": error,
    }
    return render(request, "orders/panel.html", context, status=status)
