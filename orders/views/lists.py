"""The order list: tabs with counters, filters, search, keyset pages."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oms.kernel.htmx import is_htmx
from orders.bulk.registry import actions_for
from orders.forms.filters import FilterForm
from orders.models import Order
from orders.selectors.lines import add_first_lines
from orders.selectors.lists import OPEN_TABS
from orders.selectors.lists import order_list as select_orders
from orders.selectors.marks import add_marks
from orders.selectors.tabs import is_capped, tab_counts

# PRODUCT D1: code, label, and what the empty tab says.
TABS = [
    ("", _("Tất cả")),
    ("attention", _("Cần xử lý")),
    *((code, Order.Tab(code).label) for code in (
        "to_confirm", "waiting_stock", "to_arrange", "to_print", "packing", "to_hand_over",
        "shipping", "delivered", "returning", "completed", "cancelled", "on_hold", "draft",
    )),
]  # fmt: skip


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def order_list(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.filters()
    page = select_orders(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    add_first_lines(page.rows)
    add_marks(page.rows)
    counts = tab_counts(request.user)
    tabs = [
        {"code": code, "label": label, "count": count, "is_capped": is_capped(request.user, count)}
        for code, label in TABS
        for count in [counts.get(code or "all", 0)]
    ]
    context = {
        "open_tabs": OPEN_TABS,
        "form": form,
        "filters": filters,
        "page": page,
        "tabs": tabs,
        "tab": filters.tab,
        "bulk_actions": actions_for(request.user),
    }
    template = "orders/list.html#results" if is_htmx(request) else "orders/list.html"
    return render(request, template, context)
