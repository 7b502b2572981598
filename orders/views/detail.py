"""The order page (PRODUCT D9): what it is, what comes next, and all that happened."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from oms.kernel.actors import Actor
from oms.kernel.events import timeline_of
from oms.kernel.unit_paths import names_of, unit_paths
from orders import ports, timeline
from orders.bulk.own import NOTE
from orders.bulk.registry import offers
from orders.forms.address import ListAddress
from orders.forms.bulk import ActionForm
from orders.forms.marks import MarksForm
from orders.models import Order, OrderProfit
from orders.selectors.customer_figures import risks_of
from orders.selectors.filters import OrderFilters
from orders.selectors.lines import lines_with_stock
from orders.selectors.lists import around, orders_visible_to
from orders.selectors.marks import add_marks
from orders.selectors.terms import due_state
from orders.services.editing import EDITABLE, EDITABLE_STATUS
from orders.services.mentions import mark_read
from orders.services.merging import merge_candidates
from orders.services.splitting import DIVISIBLE
from orders.states import BEFORE_HAND_OVER

TIMELINE_LENGTH = 200
RECENT_ORDERS = 5
RELATIVES = 20


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    mark_read(pk, request.user.pk or 0, actor=Actor.of(request))
    return order_page(request, order)


def order_page(
    request: HttpRequest, order: Order, *, error: str = "", status: int = 200
) -> HttpResponse:
    add_marks([order])
    may_change = request.user.has_perm("orders.change_order")
    sees_cost = request.user.has_perm("inventory.view_cost")
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
        "notes": order.notes.prefetch_related("files").order_by("-id")[:20],
        "timeline": [
            timeline.entry(event, sees_cost=sees_cost)
            for event in timeline_of("order", order.pk)[:TIMELINE_LENGTH]
        ],
        "earned": OrderProfit.objects.filter(pk=order.pk).first() if sees_cost else None,
        "recent_orders": recent_orders(request, order),
        "risk": risks_of([order.recipient_phone]).get(order.recipient_phone),
        "panels": ports.render_panels(request, order),
        **offered(request.user, order),
        "note_form": ActionForm(NOTE, request.user),
        "cancelled_lines": order.cancelled_lines.all(),
        "can_edit": may_change
        and order.status in EDITABLE_STATUS
        and order.fulfillment_status in EDITABLE,
        "can_split": may_change and order.status in DIVISIBLE and order.pieces > 1,
        "candidates": merge_candidates(order, among=orders_visible_to(request.user))
        if may_change
        else [],
        "relatives": relatives(request, order),
        "divided": unit_paths(order.province, order.district, order.ward).choices,
        "units_today": names_of(order.new_unit_path) if order.old_unit_path else [],
        "due_state": due_state(order),
        "form_error": error,
        **neighbours(request, order),
    }
    return render(request, "orders/detail.html", context, status=status)


def relatives(request: HttpRequest, order: Order) -> list[Order]:
    """What was split from one order, and what was merged into this one."""
    root = order.split_from_id or order.pk
    family = Q(pk=root) | Q(split_from=root) | Q(merged_into=order.pk)
    rows = orders_visible_to(request.user).filter(family).exclude(pk=order.pk)
    return list(rows.order_by("pk")[:RELATIVES])


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


def offered(user: Any, order: Order) -> dict[str, Any]:
    """What can be done now: steps with a button each, most fitting first, and what asks a reason.

    The first step is the page's only filled button. Notes have their own card.
    """
    actions = offers(user, order)
    steps = [
        (action, action.page(order) if action.page else "")
        for action in actions
        if not action.asks and action.is_next(order) and (action.page or action.run)
    ]
    asking = [(a, ActionForm(a, user)) for a in actions if a.asks and a.run and a.is_next(order)]
    return {"steps": steps, "asking": asking}
