"""What open pages ask again and again: news of a list, and who else has an order open."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from orders.forms.address import ListAddress
from orders.models.order_indexes import OPEN_TABS
from orders.selectors.cells import add_cells
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import PAGE_SIZES, orders_visible_to
from orders.selectors.live import MOST_NEW, Mark, count_new, present_mark, touches
from orders.selectors.tabs import late_tabs, tab_counts
from orders.selectors.views import columns_in, views_of
from orders.services.presence import seen_with
from orders.views.list_tabs import tab_links


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def news(request: HttpRequest) -> HttpResponse:
    """204 while nothing has happened since the list was drawn; else counters, bar and rows."""
    known = Mark(_number(request, "event"), _number(request, "order"))
    mark = present_mark()
    if mark.event_id == known.event_id:
        return HttpResponse(status=204)
    filters, address = OrderFilters.read(request.GET), ListAddress(request.GET)
    ids = [int(pk) for pk in request.GET.get("ids", "").split(",") if pk.isdecimal()]
    context = {
        "mark": Mark(mark.event_id, known.order_id),
        "address": str(address),
        "new": count_new(request.user, filters, known) if known.order_id else 0,
        "most": MOST_NEW,
        "tabs": tab_links(
            request.user, filters, address, tab_counts(request.user), late_tabs(request.user)
        ),
        **changed_rows(request, ids[: PAGE_SIZES[-1]], known, address),
    }
    return render(request, "orders/live.html", context)


def changed_rows(
    request: HttpRequest, ids: list[int], known: Mark, address: ListAddress
) -> dict[str, object]:
    """The visible rows that something happened to, ready to be drawn again."""
    touched = touches(ids, known, request.user)
    if not touched:
        return {"rows": []}
    columns = columns_in(views_of(request.user), int(address.parts["view"] or 0), request.user)
    rows = list(orders_visible_to(request.user).filter(pk__in=touched))
    add_cells(rows, columns)
    for order in rows:
        order.touch = touched[order.pk]  # type: ignore[attr-defined]
    return {"rows": rows, "columns": frozenset(columns), "open_tabs": OPEN_TABS}


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user).only("pk"), pk=pk)
    return render(request, "orders/presence.html", {"names": seen_with(order.pk, request.user)})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
