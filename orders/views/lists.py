"""The order list: tabs with counters, filters, search, keyset pages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from oms.kernel.htmx import is_htmx
from oms.kernel.kept import KeptPages, Plan, hole, render_kept
from oms.kernel.pages import Page
from orders.bulk.registry import actions_for
from orders.forms.address import ListAddress, page_size
from orders.forms.filters import FilterForm, chips, fields
from orders.forms.views import CodesForm
from orders.models import Order, OrderView
from orders.selectors.codes import MOST_CODES, CodeSearch, orders_by_codes, split_codes
from orders.selectors.columns import COLUMNS
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import PAGE_SIZES, order_stamps
from orders.selectors.live import present_mark
from orders.selectors.periods import CUSTOM, PERIODS, show_period
from orders.selectors.sorting import PASTED, SORTS
from orders.selectors.tabs import late_tabs, tab_counts
from orders.selectors.views import columns_in, views_of
from orders.views.list_tabs import MAIN_ACTIONS, Link, part_links, tab_links
from orders.views.rows import draw_rows
from orders.views.saved import url_of

# Names in rows and chips may be as old as this, and as the rows that are kept by themselves.
PAGES = KeptPages(seconds=15, most=64)  # some 30 MB
# Stand in a kept page for the last event and the newest order that it knows of.
EVENT, NEWEST = hole(), hole()


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def order_list(request: HttpRequest) -> HttpResponse:
    filters, address = FilterForm(request.GET).filters(), ListAddress(request.GET)
    if not is_htmx(request) and {"", CUSTOM} & set(request.GET.values()):
        # A form sends its empty fields too: what is kept and shared is the short address.
        return redirect(reverse("orders:list") + str(address))
    response = render_kept(
        PAGES,
        request,
        "orders/list.html#results" if is_htmx(request) else "orders/list.html",
        lambda: plan_of(request, filters, address),
    )
    if is_htmx(request):
        response.headers["HX-Push-Url"] = reverse("orders:list") + str(address)
    return response


def plan_of(request: HttpRequest, filters: OrderFilters, address: ListAddress) -> Plan:
    """What the list is made from, read now."""
    # Before the rows are read: what comes in between is told of later rather than never.
    mark = present_mark()
    facts = facts_of(request, filters, address)
    is_first = not facts.search and not (request.GET.keys() & {"after", "before"})
    return Plan(
        facts.key,
        lambda: {
            **row_context(request, facts, address),
            **frame_context(request, facts, filters, address),
        },
        # New orders are told of on the first page only: there they would stand.
        {EVENT: mark.event_id, NEWEST: mark.order_id if is_first else 0},
    )


@dataclass(frozen=True, slots=True)
class ListFacts:
    """All that the page takes from the database, but for the names within rows and chips."""

    views: list[OrderView]
    columns: list[str]
    page: Page[Order]
    search: CodeSearch | None
    counts: dict[str, int]
    late: set[str]

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal pages."""
        return (
            tuple((view.pk, view.name, view.query, *view.columns) for view in self.views),
            tuple(self.columns),
            tuple((order.pk, order.stamp) for order in self.page.rows),  # type: ignore[attr-defined]
            (self.page.previous_cursor, self.page.next_cursor),
            (self.search.asked, *self.search.missing) if self.search else (),
            tuple(self.counts.items()),
            frozenset(self.late),
        )


def facts_of(request: HttpRequest, filters: OrderFilters, address: ListAddress) -> ListFacts:
    user = request.user
    views = views_of(user)
    page, search = rows_of(request, filters, page_size(request.GET))
    return ListFacts(
        views=views,
        columns=columns_in(views, int(address.parts["view"] or 0), user),
        page=page,
        search=search,
        counts=tab_counts(user),
        late=late_tabs(user),
    )


def row_context(request: HttpRequest, facts: ListFacts, address: ListAddress) -> dict[str, Any]:
    """The rows with what their columns show, and the saved views that may bring columns."""
    return {
        "page": facts.page,
        "search": facts.search,
        "rows": draw_rows(request, facts.page.rows, facts.columns, str(address)),
        "heads": [column for column in COLUMNS if column.key in facts.columns],
        "views": [
            Link(view.name, url_of(view), str(view.pk) == address.parts["view"])
            for view in facts.views
            if view.name
        ],
    }


def frame_context(
    request: HttpRequest, facts: ListFacts, filters: OrderFilters, address: ListAddress
) -> dict[str, Any]:
    """Tabs, chips and fields around the rows."""
    size, main_action = page_size(request.GET), MAIN_ACTIONS.get(filters.tab, "")
    return {
        "mark": {"event_id": EVENT, "order_id": NEWEST},
        "filters": filters,
        "tab": filters.tab,
        "bulk_actions": sorted(
            actions_for(request.user), key=lambda action: action.code != main_action
        ),
        "main_action": main_action,
        "tabs": tab_links(request.user, filters, address, facts.counts, facts.late),
        "parts": part_links(filters, address),
        "chips": [(chip, address.changed(chip.name)) for chip in chips(filters, request.user)],
        "address": str(address),
        "kept": kept(address, "q", "source", "period", "sort"),
        "sort": filters.sort,
        "sorts": {n: sort.label for n, sort in SORTS.items() if n != PASTED or facts.search},
        "sizes": [Link(str(n), address.changed(size=str(n)), n == size) for n in PAGE_SIZES],
        "sources": Order.Source.choices,
        "periods": [*own_period(filters), *PERIODS[:-1]],
    }


def rows_of(
    request: HttpRequest, filters: OrderFilters, size: int
) -> tuple[Page[Order], CodeSearch | None]:
    """One page of the list, or all that many pasted codes found."""
    if "codes" in filters.values:
        search = orders_by_codes(request.user, filters)
        return search.page, search
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    return order_stamps(request.user, filters, after=after, before=before, size=size), None


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


@require_http_methods(["GET", "POST"])
@permission_required("orders.view_order", raise_exception=True)
def find_codes(request: HttpRequest) -> HttpResponse:
    """Codes pasted line by line become an address that finds them in the order pasted."""
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = split_codes(form.cleaned_data["codes"])
        if len(codes) > MOST_CODES:
            messages.warning(
                request,
                _("Tìm mỗi lần %(most)d mã; %(left)d mã cuối chưa được tìm.")
                % {"most": MOST_CODES, "left": len(codes) - MOST_CODES},
            )
        if codes:
            query = urlencode({"codes": ",".join(codes[:MOST_CODES]), "sort": PASTED})
            return redirect(f"{reverse('orders:list')}?{query}")
        form.add_error("codes", _("Hãy dán ít nhất một mã."))
    template = "orders/codes.html#form" if is_htmx(request) else "orders/codes.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)
