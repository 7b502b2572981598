"""The order list as a file: orders or their lines, as xlsx or csv."""

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.services.exporting import AT_ONCE
from inventory.views.exports import answer_with_list, export_page, send_file
from orders.exports.lists import LINES, NEEDS, ORDERS, count_lines, count_orders


@require_http_methods(["GET", "POST"])
@permission_required(NEEDS, raise_exception=True)
def choose(request: HttpRequest) -> HttpResponse | FileResponse:
    """GET asks what the file shall hold, of the address's orders; POST makes it."""
    typed = request.POST if request.method == "POST" else request.GET
    run = typed.get("run", "") if typed.get("run", "").isdecimal() else ""
    address = request.POST.get("filter", "") if request.method == "POST" else _address(request)
    params = {"run": run} if run else {"filter": address}
    if request.method == "POST":
        kind = LINES if request.POST.get("kind") == LINES else ORDERS
        return answer_with_list(
            request, kind, params | {"format": request.POST.get("format", "xlsx")}
        )
    counts = {
        ORDERS: count_orders(request.user, params),
        LINES: count_lines(request.user, params),
    }
    context = {
        "kinds": [
            (ORDERS, _("Mỗi đơn một dòng"), counts[ORDERS]),
            (LINES, _("Chi tiết theo dòng hàng"), counts[LINES]),
        ],
        "run": run,
        "filter": address,
        "at_once": AT_ONCE,
    }
    return render(request, "orders/export.html", context)


def _address(request: HttpRequest) -> str:
    """The list's filters, without the place within its pages."""
    kept = request.GET.copy()
    for name in ("after", "before", "run"):
        kept.pop(name, None)
    return kept.urlencode()


@require_GET
@permission_required(NEEDS, raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return export_page(request, pk)


@require_GET
@permission_required(NEEDS, raise_exception=True)
def download(request: HttpRequest, pk: int) -> FileResponse:
    return send_file(request, pk)
