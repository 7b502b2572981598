"""The order list: tabs with counters, filters, search, keyset pages."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from oms.kernel.htmx import is_htmx
from orders.forms.address import ListAddress, page_size
from orders.forms.filters import FilterForm, chips, fields
from orders.models import Order
from orders.selectors.filters import OrderFilters
from orders.selectors.lines import add_first_lines
from orders.selectors.lists import OPEN_TABS, PAGE_SIZES
from orders.selectors.lists import order_list as select_orders
from orders.selectors.marks import add_marks
from orders.selectors.periods import CUSTOM, PERIODS, show_period
from orders.selectors.sorting import SORTS
from orders.views.list_tabs import Link, part_links, tab_links


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def order_list(request: HttpRequest) -> HttpResponse:
    filters, address = FilterForm(request.GET).filters(), ListAddress(request.GET)
    if not is_htmx(request) and {"", CUSTOM} & set(request.GET.values()):
        # A form sends its empty fields too: what is kept and shared is the short address.
        return redirect(reverse("orders:list") + str(address))
    size = page_size(request.GET)
    page = select_orders(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=size,
    )
    add_first_lines(page.rows)
    add_marks(page.rows)
    context = {
        "open_tabs": OPEN_TABS,
        "filters": filters,
        "page": page,
        "tab": filters.tab,
        "tabs": tab_links(request.user, filters, address),
        "parts": part_links(filters, address),
        "chips": [(chip, address.changed(chip.name)) for chip in chips(filters, request.user)],
        "address": str(address),
        "kept": kept(address, "q", "source", "period", "sort"),
        "sort": filters.sort,
        "sorts": {name: sort.label for name, sort in SORTS.items()},
        "sizes": [Link(str(n), address.changed(size=str(n)), n == size) for n in PAGE_SIZES],
        "sources": Order.Source.choices,
        "periods": [*own_period(filters), *PERIODS[:-1]],
    }
    template = "orders/list.html#results" if is_htmx(request) else "orders/list.html"
    response = render(request, template, context)
    if is_htmx(request):
        response.headers["HX-Push-Url"] = reverse("orders:list") + str(address)
    return response


def own_period(filters: OrderFilters) -> list[tuple[str, str]]:
    """The chosen span of days, when it is none of the words."""
    period = filters.values.get("period", "")
    return [(period, show_period(period))] if ".." in period else []


def kept(address: ListAddress, *shown: str) -> dict[str, str]:
    """What a form must carry along beside the fields that it shows."""
    return {name: value for name, value in address.parts.items() if value and name not in shown}


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def filter_form(request: HttpRequest) -> HttpResponse:
    """Every filter as a field: a page of its own, or the inside of the list's dialog."""
    filters, address = FilterForm(request.GET).filters(), ListAddress(request.GET)
    shown = fields(filters, request.user)
    context = {
        "fields": shown,
        "kept": kept(address, *(field.filter.name for field in shown)),
        "address": str(address),
    }
    template = "orders/filters.html#form" if is_htmx(request) else "orders/filters.html"
    return render(request, template, context)
