"""Papers of the stock room, each for who may see what stands on it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from inventory.papers import count_sheet, goods_receipt, transfer_record
from inventory.selectors.transfers import transfers_visible_to
from inventory.views.counting import shows_books, visible_count
from inventory.views.receiving import found
from oms.kernel.records import Record, records_pdf


def shown(record: Record) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{record.number}.pdf"'}
    content = records_pdf([record])
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    sees_cost = request.user.has_perm("inventory.view_cost")  # type: ignore[union-attr]
    return shown(goods_receipt(found(request, pk), sees_cost=sees_cost))


@require_GET
@permission_required("inventory.count_stock", raise_exception=True)
def count_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    return shown(count_sheet(count, shows_books=shows_books(request, count)))


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def transfer_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(transfer_record(get_object_or_404(transfers_visible_to(request.user), pk=pk)))
