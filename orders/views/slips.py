"""Papers of orders as one PDF: at once for a few orders, by a job for many."""

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from inventory.views.exports import answer_with_list, export_page, send_file
from oms.kernel.printers import printer_setting
from orders.exports.packing_slips import AT_ONCE, NEEDS, PAPERS, RECEIPTS, count_orders, draw_paper


@require_http_methods(["GET", "POST"])
@permission_required(NEEDS, raise_exception=True)
def order_papers(request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
    """The papers of `run` or `ids`. Of many, GET asks first and POST begins the job."""
    typed = request.POST if request.method == "POST" else request.GET
    params = {name: typed[name] for name in ("run", "ids") if typed.get(name)}
    count = count_orders(request.user, params)
    if not count:
        raise Http404
    if request.method == "POST":
        return answer_with_list(request, kind, params)
    paper = PAPERS[kind]
    if count > AT_ONCE:
        context = {"count": count, "params": params, "title": paper.title}
        return render(request, "orders/packing_slips.html", context)
    content = draw_paper(kind, request.user, params)
    if kind == RECEIPTS:
        content = printer_setting(request, "receipt").finish(content)
    headers = {"Content-Disposition": f'inline; filename="{paper.file_name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
@permission_required(NEEDS, raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return export_page(request, pk)


@require_GET
@permission_required(NEEDS, raise_exception=True)
def download(request: HttpRequest, pk: int) -> FileResponse:
    return send_file(request, pk)
