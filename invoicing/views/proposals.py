"""Invoices to be adjusted because goods came back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoicing.forms import ProposalForm
from invoicing.models import AdjustmentProposal
from invoicing.services.adjusting_invoices import issue_adjustment
from invoicing.services.proposals import decide_proposal
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.pages import cursors, keyset_page
from orders.selectors.returns import returns_visible_to


def proposals_visible_to(user: Any) -> QuerySet[AdjustmentProposal]:
    rows = AdjustmentProposal.objects.select_related("document__order", "invoice")
    if user.shop_scope() is None and user.warehouse_scope() is None:
        return rows
    return rows.filter(document__in=returns_visible_to(user).values("pk"))


@require_GET
@permission_required("invoicing.view_invoice", raise_exception=True)
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Those that wait, or those that were decided."""
    is_over = request.GET.get("show") == "over"
    rows = proposals_visible_to(request.user)
    open_rows = rows.filter(status=AdjustmentProposal.Status.OPEN)
    shown = rows.exclude(status=AdjustmentProposal.Status.OPEN) if is_over else open_rows
    page = keyset_page(shown, keys=("-id",), **cursors(request.GET))
    context = {"page": page, "is_over": is_over}
    return render(request, "invoicing/proposal_list.html", context)


@require_POST
@permission_required("invoicing.issue_invoice", raise_exception=True)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """The adjusting invoice goes out from here."""
    row = get_object_or_404(proposals_visible_to(request.user), pk=pk)
    try:
        invoice = issue_adjustment(pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:return_detail", row.document_id)
    return redirect("invoicing:invoice_detail", invoice.pk)


@require_POST
@permission_required("invoicing.issue_invoice", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(proposals_visible_to(request.user), pk=pk)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy ghi số hóa đơn điều chỉnh, hoặc lý do."))
        return redirect("orders:return_detail", row.document_id)
    try:
        decide_proposal(
            pk,
            adjusted="dismiss" not in request.POST,
            answer=form.cleaned_data["answer"],
            actor=Actor.of(request),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã lưu."))
    return redirect("orders:return_detail", row.document_id)
