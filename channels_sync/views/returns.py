"""Returns and refunds that buyers asked for at marketplaces."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from channels_sync.forms_return import DisputeForm
from channels_sync.ports import marketplace, taker_of_returns
from channels_sync.selectors.returns import (
    SHOWN,
    next_step,
    pieces_of,
    returns_shown,
    returns_visible_to,
    waiting_count,
)
from channels_sync.services.returns import (
    accept_return,
    dispute_reasons,
    dispute_return,
    import_return,
)
from channels_sync.views.asking import answered, asked, asks_now, waiting
from channels_sync.views.negotiating import DETAIL, pressed, sent
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.pages import cursors, keyset_page


@require_GET
@permission_required("channels_sync.view_return", raise_exception=True)
def return_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    page = keyset_page(
        returns_shown(request.user, show), keys=("-asked_at", "-id"), **cursors(request.GET)
    )
    context = {
        "show": show if show in SHOWN else "",
        "page": page,
        "rows": [(row, next_step(row), pieces_of(row)) for row in page.rows],
        "waiting": waiting_count(request.user),
    }
    return render(request, "channels_sync/return_list.html", context)


@require_GET
@permission_required("channels_sync.view_return", raise_exception=True)
def return_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    context = {"row": row, "lines": row.lines.all(), "next_step": next_step(row)}
    return render(request, "channels_sync/return_detail.html", context)


@require_POST
@permission_required("channels_sync.answer_return", raise_exception=True)
def return_accept(request: HttpRequest, pk: int) -> HttpResponse:
    return pressed(request, pk, accept_return, _("Đã đồng ý với yêu cầu của khách."))


@require_http_methods(["GET", "POST"])
@permission_required("channels_sync.answer_return", raise_exception=True)
def return_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The reasons are the marketplace's of this moment; the page is drawn and asks for them."""
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    taker = taker_of_returns(marketplace(row.shop.marketplace))
    heading, closed = _("Khiếu nại"), _("Sàn không còn nhận khiếu nại cho yêu cầu này.")
    if taker is None or not row.may_dispute:
        messages.error(request, closed)
        return redirect(DETAIL, pk)
    if not asks_now(request):
        return waiting(request, {"row": row, "heading": heading})
    reasons, trouble = asked(partial(dispute_reasons, row.pk))
    if not reasons:
        return waiting(request, {"row": row, "heading": heading}, trouble or closed)
    form = DisputeForm(
        request.POST or None,
        request.FILES or None,
        reasons=reasons,
        taker=taker,
        initial={"email": getattr(request.user, "email", "")},
    )

    def send() -> None:
        dispute_return(row.pk, form.dispute(), actor=Actor.of(request))

    if sent(request, form, send, _("Đã gửi khiếu nại cho sàn.")):
        return redirect(DETAIL, pk)
    context = {"row": row, "form": form, "reasons": reasons, "heading": heading}
    return answered(request, "channels_sync/return_dispute.html", context)


@require_POST
@permission_required("channels_sync.view_return", raise_exception=True)
def return_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it from the marketplace now."""
    row = get_object_or_404(returns_visible_to(request.user), pk=pk)
    try:
        import_return(row.shop_id, row.remote_id)
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    return redirect(DETAIL, pk)
