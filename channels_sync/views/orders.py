"""What people do with a marketplace order: its labels, and the answer to a cancellation."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from channels_sync.forms_cancel import PiecesForm
from channels_sync.models import RemotePackage
from channels_sync.queue import hurry
from channels_sync.services.cancelling import answer_cancellation
from channels_sync.services.cancelling_pieces import cancel_pieces
from channels_sync.services.waybills import ask_again
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from orders.selectors.lists import orders_visible_to
from shipping.models import Package


@require_POST
@permission_required("orders.cancel_order", raise_exception=True)
def answer_cancel(request: HttpRequest, order_pk: int) -> HttpResponse:
    order = get_object_or_404(orders_visible_to(request.user), pk=order_pk)
    answer = request.POST.get("answer")
    if answer not in ("accept", "reject"):
        raise Http404
    try:
        answer_cancellation(order.pk, accept=answer == "accept", actor=Actor.of(request))
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    else:
        done = _("Đã đồng ý hủy.") if answer == "accept" else _("Đã từ chối yêu cầu hủy.")
        messages.success(request, done)
    return redirect("orders:detail", order_pk)


@require_POST
@permission_required("orders.cancel_order", raise_exception=True)
def cancel_some(request: HttpRequest, order_pk: int) -> HttpResponse:
    """Cancel some pieces at the marketplace; the order then follows what it tells."""
    order = get_object_or_404(orders_visible_to(request.user), pk=order_pk)
    form = PiecesForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error())
        return redirect("orders:detail", order_pk)
    pieces = form.pieces()
    try:
        gone = cancel_pieces(order.pk, pieces, code=form.code(), actor=Actor.of(request))
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    else:
        _tell(request, gone, len(pieces))
    return redirect("orders:detail", order_pk)


def _tell(request: HttpRequest, gone: int, asked: int) -> None:
    if gone == asked:
        messages.success(request, _("Đã hủy %(gone)s món trên sàn.") % {"gone": gone})
    elif gone:
        text = _("Sàn đã hủy %(gone)s trong %(asked)s món; các món kia vẫn còn trong đơn sàn.")
        messages.warning(request, text % {"gone": gone, "asked": asked})
    else:
        messages.info(request, _("Các món này đã hủy trên sàn từ trước hoặc không còn trong đơn."))


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def waybill(request: HttpRequest, pk: int) -> FileResponse:
    """The marketplace's own label, as it was given."""
    package = _package(request, pk)
    stored = Package.objects.filter(
        fulfilment__order_id=package.remote_order.order_id or 0,
        is_external=True,
        reference__endswith=package.package_number,
    ).first()
    if stored is None or not stored.waybill:
        raise Http404
    return FileResponse(
        stored.waybill.open("rb"),
        content_type="application/pdf",
        filename=f"{package.remote_order.remote_id}.pdf",
    )


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def waybill_again(request: HttpRequest, pk: int) -> HttpResponse:
    package = _package(request, pk)
    ask_again(package.pk)
    hurry("fetch_waybill", package.pk)
    messages.success(request, _("Đang lấy lại vận đơn từ sàn."))
    return redirect("orders:detail", package.remote_order.order_id)


def _package(request: HttpRequest, pk: int) -> RemotePackage:
    return get_object_or_404(
        RemotePackage.objects.select_related("remote_order").filter(
            remote_order__order__in=orders_visible_to(request.user)
        ),
        pk=pk,
    )
