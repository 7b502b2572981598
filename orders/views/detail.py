"""The order page (PRODUCT D9): what it is, what comes next, and all that happened."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from inventory.models import PurchaseOrder
from inventory.selectors.purchasing import purchases_asked_for
from oms.kernel.actors import Actor
from oms.kernel.events import timeline_of
from oms.kernel.kept import Kept, draw_kept, hole
from oms.kernel.links import link
from oms.kernel.models import Event
from oms.kernel.unit_paths import names_of, unit_paths
from orders import ports, timeline
from orders.bulk.own import NOTE
from orders.bulk.registry import next_steps
from orders.forms.address import ListAddress
from orders.forms.bulk import ActionForm
from orders.forms.marks import MarksForm
from orders.models import Order, OrderProfit
from orders.selectors.attention import problems_of
from orders.selectors.filters import OrderFilters
from orders.selectors.lines import HOLDER, lines_with_stock
from orders.selectors.lists import around, orders_visible_to
from orders.selectors.marks import add_marks
from orders.selectors.near_wards import near_wards
from orders.selectors.order_risks import order_risks
from orders.selectors.relatives import relatives_of
from orders.selectors.stock_holders import HeldGoods, who_holds
from orders.selectors.terms import due_state
from orders.services.editing import EDITABLE, EDITABLE_STATUS
from orders.services.mentions import mark_read
from orders.services.merging import merge_candidates
from orders.services.shortages import WAITING, is_waiting, lacking
from orders.services.splitting import DIVISIBLE
from orders.states import BEFORE_HAND_OVER
from orders.views.line_rows import draw_lines

# What happened last, and after a click the whole story.
TIMELINE_FIRST, TIMELINE_LENGTH = 30, 200
TOLD_WHO_HOLDS = {*WAITING, Order.Status.ON_HOLD}
# How long ago something was may be as old as this.
ENTRIES: Kept[str] = Kept(seconds=15, most=5_000)
ENTRY_END = hole()
RECENT_ORDERS = 5


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user).select_related("customer"), pk=pk)
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
        **lines_of(request, order),
        "address": ", ".join(
            part for part in (order.street, order.ward, order.district, order.province) if part
        )
        or order.address_raw,
        "is_open": is_open(order),
        "notes": order.notes.prefetch_related("files").order_by("-id")[:20],
        **history(request, order, sees_cost=sees_cost),
        "earned": OrderProfit.objects.filter(pk=order.pk).first() if sees_cost else None,
        "recent_orders": recent_orders(request, order),
        "risk": order_risks([order])[order.pk],
        "panels": ports.render_panels(request, order),
        **offered(request.user, order),
        "note_form": ActionForm(NOTE, request.user),
        "cancelled_lines": order.cancelled_lines.all(),
        "can_edit": may_change
        and order.status in EDITABLE_STATUS
        and order.fulfillment_status in EDITABLE,
        "can_split": may_change
        and order.shop_ref is None
        and order.status in DIVISIBLE
        and order.pieces > 1,
        "candidates": merge_candidates(order, among=orders_visible_to(request.user))
        if may_change
        else [],
        "relatives": relatives_of(order, among=orders_visible_to(request.user)),
        "divided": unit_paths(order.province, order.district, order.ward).choices,
        "units_today": names_of(order.new_unit_path) if order.old_unit_path else [],
        "due_state": due_state(order),
        "form_error": error,
        "holders": holders_for(request.user, order, refused=bool(error)),
        "purchases": purchases_for(request.user, order),
        **neighbours(request, order),
    }
    return render(request, "orders/detail.html", context, status=status)


def is_open(order: Order) -> bool:
    """Nothing has left the house, and it is still to."""
    return order.fulfillment_status in BEFORE_HAND_OVER and order.status != Order.Status.CANCELLED


def lines_of(request: HttpRequest, order: Order) -> dict[str, Any]:
    lines = lines_with_stock(order, request.user)
    return {
        "lines": lines,
        "line_rows": draw_lines(request, order, lines, asks=is_open(order)),
    }


def holders_for(user: Any, order: Order, *, refused: bool) -> list[HeldGoods]:
    """Who has the goods that an order waits for, or was refused for; a draft is told when asked."""
    bare = order.fulfillment_status == Order.Fulfillment.UNALLOCATED
    told = order.status in TOLD_WHO_HOLDS or (refused and order.status == Order.Status.DRAFT)
    if not bare or not told:
        return []
    missing = {need.variant_id for need in lacking(order)}
    return who_holds(missing, user, without=order.pk)


def purchases_for(user: Any, order: Order) -> list[PurchaseOrder]:
    """What is being bought for an order that waits, as far as the user reads purchases."""
    if not is_waiting(order) or not user.has_perm("inventory.view_purchase"):
        return []
    return purchases_asked_for(user, HOLDER, [line.pk for line in order.lines.all()])


def history(request: HttpRequest, order: Order, *, sees_cost: bool) -> dict[str, Any]:
    """The newest entries of the timeline, and where older ones wait for a click."""
    is_whole = request.GET.get("history") == "all"
    length = TIMELINE_LENGTH if is_whole else TIMELINE_FIRST
    events = list(timeline_of("order", order.pk)[: length + 1])
    whole = request.GET.copy()
    whole["history"] = "all"
    return {
        "timeline": draw_entries(events[:length], sees_cost=sees_cost),
        "older_url": "" if is_whole or len(events) <= length else f"?{whole.urlencode()}",
    }


def draw_entries(events: Sequence[Event], *, sees_cost: bool) -> SafeString:
    """An event is never changed: what it looks like is drawn once for everybody."""
    rows = {event.pk: event for event in events}
    look = (get_language(), sees_cost)

    def draw(ids: list[int]) -> dict[int, str]:
        entries = [timeline.entry(rows[pk], sees_cost=sees_cost) for pk in ids]
        context = {"entries": entries, "end": ENTRY_END}
        parts = render_to_string("orders/timeline.html", context).split(ENTRY_END)
        return dict(zip(ids, parts, strict=False))

    html = draw_kept(ENTRIES, {pk: (pk, *look) for pk in rows}, draw)
    # A rendered template of ours: escaped where it was made.
    return mark_safe(html)  # noqa: S308


def recent_orders(request: HttpRequest, order: Order) -> list[Order]:
    """The customer's other orders, newest first."""
    if order.customer_id is None:
        return []
    others = orders_visible_to(request.user).filter(customer_id=order.customer_id)
    shown = others.only("number", "status", "currency", "total_minor", "total_vnd")
    return list(shown.exclude(pk=order.pk).order_by("-placed_at")[:RECENT_ORDERS])


def neighbours(request: HttpRequest, order: Order) -> dict[str, str]:
    """Addresses of the list that led here, and of the orders before and after this one in it."""
    filters, address = OrderFilters.read(request.GET), str(ListAddress(request.GET))
    previous, following = around(request.user, filters, order)
    return {
        "list_address": address,
        "previous_url": link("orders:detail", previous) + address if previous else "",
        "following_url": link("orders:detail", following) + address if following else "",
    }


def offered(user: Any, order: Order) -> dict[str, Any]:
    """What can be done now: steps with a button each, most fitting first, and what asks a reason.

    The page has one filled button: where its first problem is put right, or the first step. Steps
    that answer an open problem come before the others. Notes have their own card.
    """
    actions = next_steps(user, order)
    problems = problems_of(order, user)
    kinds = {told.problem.kind for told in problems}
    steps = [
        (action, action.page(order) if action.page else "")
        for action in sorted(actions, key=lambda action: kinds.isdisjoint(action.answers))
        if not action.asks
    ]
    asking = [(a, ActionForm(a, user)) for a in actions if a.asks and a.run]
    first_fix = next((told.fix_url for told in problems if told.fix_url), "")
    is_ward = any(told.problem.data.get("field") == "ward" for told in problems)
    wards = near_wards(order) if is_ward and user.has_perm("orders.change_order") else []
    return {
        "problems": problems,
        "near_wards": wards,
        "first_fix": first_fix,
        "is_led": bool(first_fix or wards),
        "steps": steps,
        "asking": asking,
    }
