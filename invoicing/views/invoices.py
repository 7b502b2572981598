"""The list of invoices, one invoice, its draft and its papers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invoicing.forms import BuyerForm
from invoicing.models import Invoice
from invoicing.selectors.invoices import (
    InvoiceFilters,
    invoice_list,
    invoices_visible_to,
    status_counts,
)
from invoicing.selectors.screens import next_step, rate_name, rate_sums
from invoicing.services import submission
from invoicing.services.buyers import buyer_of
from invoicing.services.invoices import (
    draft_invoice,
    issue_invoice,
    preview_invoice,
    update_buyer,
)
from invoicing.services.papers import follow_invoice
from invoicing.services.preflight import PreflightRefused, issue_blockers
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.fields import add_refusal
from orders.selectors.lists import orders_visible_to

VIEW, ISSUE = "invoicing.view_invoice", "invoicing.issue_invoice"
DAY_CHOICES = (7, 30, 90)


@require_GET
@permission_required(VIEW, raise_exception=True)
def invoice_list_page(request: HttpRequest) -> HttpResponse:
    get = request.GET
    status = get.get("status", "")
    days = int(get["days"]) if get.get("days", "").isdecimal() else 0
    filters = InvoiceFilters(
        status=status if status in Invoice.Status.values else "",
        q=get.get("q", "")[:200],
        days=days if days in DAY_CHOICES else 0,
    )
    page = invoice_list(
        request.user, filters, after=get.get("after", ""), before=get.get("before", "")
    )
    counts = status_counts(request.user)
    tabs = [(code, name, counts.get(code)) for code, name in Invoice.Status.choices]
    context = {"page": page, "filters": filters, "tabs": tabs, "day_choices": DAY_CHOICES}
    return render(request, "invoicing/invoice_list.html", context)


@require_GET
@permission_required(VIEW, raise_exception=True)
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


@require_POST
@permission_required(ISSUE, raise_exception=True)
def draft(request: HttpRequest, order_id: int) -> HttpResponse:
    """Make or refresh the draft of an order and open it."""
    get_object_or_404(orders_visible_to(request.user), pk=order_id)
    try:
        invoice = draft_invoice(order_id, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        if refusal.code == "account.missing" and request.user.has_perm("invoicing.change_account"):
            return redirect("invoicing:settings")
        return redirect("orders:detail", order_id)
    return redirect("invoicing:invoice_detail", invoice.pk)


@require_POST
@permission_required(ISSUE, raise_exception=True)
def buyer(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _visible(request, pk)
    form = BuyerForm(request.POST)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            update_buyer(pk, form.buyer(), actor=Actor.of(request), version=version)
        except DomainError as refusal:
            add_refusal(form, refusal)
    if not form.is_valid():
        return _detail(request, invoice, form=form, status=422)
    messages.success(request, _("Đã lưu thông tin người mua."))
    return redirect("invoicing:invoice_detail", pk)


@require_POST
@permission_required(ISSUE, raise_exception=True)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    try:
        issue_invoice(pk, actor=Actor.of(request))
    except PreflightRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason.message)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã đưa hóa đơn vào hàng chờ phát hành."))
    return redirect("invoicing:invoice_detail", pk)


@require_POST
@permission_required(ISSUE, raise_exception=True)
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the issuer now instead of at the next turn; sends nothing."""
    invoice = _visible(request, pk)
    if invoice.is_legal:
        follow_invoice(pk)
    else:
        submission.look_up(pk)
    messages.info(request, _("Đã hỏi nhà cung cấp; kết quả ở dưới đây."))
    return redirect("invoicing:invoice_detail", pk)


@require_GET
@permission_required(VIEW, raise_exception=True)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    _visible(request, pk)
    try:
        content = preview_invoice(pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("invoicing:invoice_detail", pk)
    except ServiceUnreachable as silence:
        messages.error(request, _("Chưa xem trước được: %(reason)s") % {"reason": silence})
        return redirect("invoicing:invoice_detail", pk)
    headers = {"Content-Disposition": f'inline; filename="nhap-{pk}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
@permission_required(VIEW, raise_exception=True)
def pdf(request: HttpRequest, pk: int) -> FileResponse:
    invoice = _visible(request, pk)
    if not invoice.pdf:
        raise Http404
    name = f"{invoice.invoice_no}.pdf"
    return FileResponse(invoice.pdf.open("rb"), as_attachment=True, filename=name)


def _visible(request: HttpRequest, pk: int) -> Invoice:
    rows = invoices_visible_to(request.user).select_related("order", "account__company")
    return get_object_or_404(rows, pk=pk)


def _detail(
    request: HttpRequest, invoice: Invoice, *, form: BuyerForm | None = None, status: int = 200
) -> HttpResponse:
    may_edit = invoice.is_editable and request.user.has_perm(ISSUE)
    if form is None:
        typed = vars(buyer_of(invoice)) | {"version": invoice.version}
        form = BuyerForm(initial=typed)
    context: dict[str, Any] = {
        "invoice": invoice,
        "lines": [(line, rate_name(line.vat_rate)) for line in invoice.lines.all()],
        "rates": rate_sums(invoice),
        "form": form,
        "may_edit": may_edit,
        "blockers": issue_blockers(invoice) if invoice.is_editable else [],
        "next": next_step(invoice),
        "submissions": invoice.submissions.all()[:20],
    }
    return render(request, "invoicing/invoice_detail.html", context, status=status)
