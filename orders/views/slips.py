"""Packing slips as one PDF: at once for a few orders, by a job for many."""

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from inventory.views.exports import answer_with_list, export_page, send_file
from orders.exports.packing_slips import AT_ONCE, NEEDS, SLIPS, count_slips, draw_slips


@require_http_methods(["GET", "POST"])
@permission_required(NEEDS, raise_exception=True)
def packing_slips(request: HttpRequest) -> HttpResponse | FileResponse:
    """The slips of `run` or `ids`. Of many, GET asks first and POST begins the job."""
    typed = request.POST if request.method == "POST" else request.GET
    params = {name: typed[name] for name in ("run", "ids") if typed.get(name)}
    count = count_slips(request.user, params)
    if not count:
        raise Http404
    if request.method == "POST":
        return answer_with_list(request, SLIPS, params)
    if count > AT_ONCE:
        return render(request, "orders/packing_slips.html", {"count": count, "params": params})
    response = HttpResponse(draw_slips(request.user, params), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="phieu-dong-goi.pdf"'
    return response


@require_GET
@permission_required(NEEDS, raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return export_page(request, pk)


@require_GET
@permission_required(NEEDS, raise_exception=True)
def download(request: HttpRequest, pk: int) -> FileResponse:
    return send_file(request, pk)
