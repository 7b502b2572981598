"""Quotations: list, entry, page, and what becomes of them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.ports import company
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.pdf import render_letter
from orders import timeline
from orders.forms.quotations import AcceptForm, DeclineForm
from orders.models import Customer, Quotation, QuotationVersion
from orders.selectors import quotations as reads
from orders.selectors.customers import customers_visible_to
from orders.services import quote_answers, quote_orders, quoting
from orders.services.quote_mail import link_of
from orders.views.insisting import accepts_terms, asks_terms
from orders.views.later_list import show_list

PAGE = "orders/quotations/detail.html"
TIMELINE_LENGTH = 50
Status = Quotation.Status


@require_GET
@permission_required("orders.view_quotation", raise_exception=True)
def quotation_list(request: HttpRequest) -> HttpResponse:
    filters = reads.QuotationFilters.read(request.GET)
    page = reads.quotation_list(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counts = reads.quotation_counts(request.user)
    customer = _asked_customer(request, filters.customer_id)
    context = {
        "page": page,
        "table_label": _("Báo giá"),
        "list_url": reverse("orders:quotation_list"),
        "is_narrowed": bool(filters.q or filters.status or filters.expiry or customer),
        "filters": filters,
        "tabs": [(code, label, counts.get(code, 0)) for code, label in Status.choices],
        "total": sum(counts.values()),
        "customer": customer,
    }
    return show_list(request, "orders/quotations/list.html", context)


def _asked_customer(request: HttpRequest, pk: int | None) -> Customer | None:
    return customers_visible_to(request.user).filter(pk=pk).first() if pk else None


@require_GET
@permission_required("orders.view_quotation", raise_exception=True)
def quotation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return quotation_page(request, visible(request, pk))


def visible(request: HttpRequest, pk: int) -> Quotation:
    rows = reads.quotations_visible_to(request.user)
    rows = rows.select_related("current", "customer", "order")
    return get_object_or_404(rows, pk=pk)


def quotation_page(
    request: HttpRequest,
    quotation: Quotation,
    *,
    error: str = "",
    asked: Sequence[str] = (),
    status: int = 200,
    **forms: BaseForm,
) -> HttpResponse:
    version = quotation.newest
    lines = list(version.lines.order_by("position"))
    is_due = quotation.status in {Status.SENT, Status.ACCEPTED}
    context: dict[str, Any] = {
        "quotation": quotation,
        "version": version,
        "lines": lines,
        "versions": quotation.versions.prefetch_related("mails").order_by("-number"),
        "standing": quote_answers.standing_of(version, quotation),
        "link": link_of(version) if version.sent_at else "",
        "short": reads.shortages_now(lines) if is_due else [],
        "may_revise": quotation.status not in {Status.DRAFT, Status.CONVERTED},
        "may_close": quotation.status not in {Status.DECLINED, Status.CONVERTED},
        "mail_key": uuid.uuid4().hex,
        "accept_form": AcceptForm(initial={"name": quotation.recipient_name}),
        "decline_form": DeclineForm(),
        "form_error": error,
        "asked": asked,
        "timeline": [
            timeline.entry(event)
            for event in timeline_of("quotation", quotation.pk)[:TIMELINE_LENGTH]
        ],
        **forms,
    }
    return render(request, PAGE, context, status=status)


@require_POST
@permission_required("orders.change_quotation", raise_exception=True)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    quotation = visible(request, pk)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    done = (
        _("Đã gửi báo giá; thư có liên kết đang đi tới %s.") % quotation.email
        if quotation.email
        else _("Báo giá đã chốt. Hãy chép liên kết gửi cho khách.")
    )
    actor = Actor.of(request)
    return act(request, quotation, lambda: quoting.send_quotation(pk, key=key, actor=actor), done)


@require_POST
@permission_required("orders.change_quotation", raise_exception=True)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version, opened for writing."""
    quotation = visible(request, pk)
    try:
        quoting.revise_quotation(pk, actor=Actor.of(request))
    except DomainError as refusal:
        return quotation_page(request, quotation, error=refusal.message, status=422)
    return redirect("orders:quotation_edit", pk)


@require_POST
@permission_required("orders.change_quotation", raise_exception=True)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """A member of staff heard "yes" on the phone."""
    quotation, form = visible(request, pk), AcceptForm(request.POST)
    if not form.is_valid():
        return quotation_page(request, quotation, status=422, accept_form=form)
    name, actor = form.cleaned_data["name"], Actor.of(request)
    return act(
        request,
        quotation,
        lambda: quote_answers.accept_quotation(quotation.current_id or 0, name=name, actor=actor),
        _("Đã ghi khách đồng ý. Bước tiếp theo: tạo đơn."),
    )


@require_POST
@permission_required("orders.change_quotation", raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    quotation, form = visible(request, pk), DeclineForm(request.POST)
    if not form.is_valid():
        return quotation_page(request, quotation, status=422, decline_form=form)
    reason, actor = form.cleaned_data["reason"], Actor.of(request)
    return act(
        request,
        quotation,
        lambda: quote_answers.close_quotation(pk, reason=reason, actor=actor),
        _("Đã đóng báo giá."),
    )


@require_POST
@permission_required("orders.convert_quotation", raise_exception=True)
def convert(request: HttpRequest, pk: int) -> HttpResponse:
    quotation = visible(request, pk)
    insists = {
        "accept_shortage": "accept_shortage" in request.POST,
        "accept_terms": accepts_terms(request),
    }
    try:
        order = quote_orders.convert_quotation(pk, actor=Actor.of(request), **insists)
    except DomainError as refusal:
        asked = asked_again(request, refusal, insists)
        return quotation_page(request, quotation, error=refusal.message, asked=asked, status=422)
    told = {"order": order.number, "quotation": quotation.number}
    messages.success(request, _("Đã tạo đơn %(order)s từ báo giá %(quotation)s.") % told)
    return redirect("orders:detail", order.pk)


def asked_again(
    request: HttpRequest, refusal: DomainError, insists: Mapping[str, bool]
) -> list[str]:
    """The fields of a second press: what was insisted on, and what was refused now."""
    more = ""
    if isinstance(refusal, quote_orders.QuotationShort):
        more = "accept_shortage"
    elif asks_terms(request, refusal)["ask_terms"]:
        more = "accept_terms"
    return [*(name for name, on in insists.items() if on), more] if more else []


def act(
    request: HttpRequest, quotation: Quotation, work: Callable[[], Any], done: str
) -> HttpResponse:
    try:
        work()
    except DomainError as refusal:
        return quotation_page(request, quotation, error=refusal.message, status=422)
    messages.success(request, done)
    return redirect("orders:quotation_detail", quotation.pk)


@require_GET
@permission_required("orders.view_quotation", raise_exception=True)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version, or the one that is asked for, as PDF."""
    quotation = visible(request, pk)
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else quotation.newest.number
    return paper_of(
        get_object_or_404(quotation.versions.select_related("quotation"), number=number)
    )


def paper_of(version: QuotationVersion) -> HttpResponse:
    """One version as PDF, shown in the browser."""
    context = {**reads.quotation_paper(version), "company": company()}
    response = HttpResponse(
        render_letter("print/quotation.html", context), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{version.quotation.number}.pdf"'
    return response
