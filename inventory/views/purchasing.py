"""Purchase orders: list, page, lines, and what becomes of them."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory import ports
from inventory.forms.purchasing import (
    HeaderForm,
    LineForm,
    PasteForm,
    PurchaseForm,
    ReasonForm,
)
from inventory.history import purchase_history
from inventory.models import PurchaseOrder
from inventory.selectors import purchasing as reads
from inventory.selectors.catalogue import find_variants, only_variant
from inventory.selectors.places import warehouses_visible_to
from inventory.services import purchase_mail, purchasing
from inventory.services.purchasing import NewLine
from inventory.views.acting import act
from inventory.views.suppliers import suggested
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from oms.kernel.money import parse_vnd
from oms.kernel.pages import cursors
from oms.kernel.pdf import render_letter

PAGE = "inventory/purchasing/purchase_detail.html"


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def purchase_list(request: HttpRequest) -> HttpResponse:
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    page = reads.purchase_list(
        request.user,
        q=q,
        status=status,
        **cursors(request.GET),
    )
    context = {"page": page, "q": q, "status": status, "statuses": PurchaseOrder.Status.choices}
    name = "inventory/purchasing/purchase_list.html"
    return render(request, f"{name}#results" if is_htmx(request) else name, context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_purchase", raise_exception=True)
def new_purchase(request: HttpRequest) -> HttpResponse:
    places = warehouses_visible_to(request.user).filter(is_active=True)
    proposed = suggested(request)
    initial = {"supplier": proposed["named"], "warehouse": places.first()}
    form = PurchaseForm(request.POST or None, initial=initial)
    form.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        order = purchasing.draft_purchase(
            data["supplier"].pk,
            data["warehouse"].pk,
            actor=Actor.of(request),
            expected_on=data["expected_on"],
            note=data["note"],
        )
        return redirect("inventory:purchase_detail", order.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "suppliers": proposed["suppliers"]}
    return render(request, "inventory/purchasing/purchase_new.html", context, status=status)


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def purchase_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return purchase_page(request, visible(request, pk))


def visible(request: HttpRequest, pk: int) -> PurchaseOrder:
    rows = reads.purchases_visible_to(request.user).select_related("supplier", "warehouse")
    return get_object_or_404(rows, pk=pk)


def purchase_page(
    request: HttpRequest,
    order: PurchaseOrder,
    *,
    line_form: LineForm | None = None,
    paste_form: PasteForm | None = None,
    refusal: str = "",
    ask_minimum: bool = False,
    status: int = 200,
) -> HttpResponse:
    Status = PurchaseOrder.Status
    context: dict[str, Any] = {
        "order": order,
        "lines": reads.purchase_lines(order),
        "receipts": reads.receipts_of(order),
        "mails": order.mails.order_by("-id"),
        "history": purchase_history(order.pk),
        "line_form": line_form or LineForm(),
        "paste_form": paste_form or PasteForm(),
        "header_form": HeaderForm(initial={"expected_on": order.expected_on, "note": order.note}),
        "reason_form": ReasonForm(),
        "mail_key": uuid.uuid4().hex,
        "is_draft": order.status == Status.DRAFT,
        "can_receive": order.status in {Status.CONFIRMED, Status.PARTLY_RECEIVED},
        "can_cancel": order.status in {Status.DRAFT, Status.CONFIRMED},
        "is_open": order.status not in {Status.CANCELLED, Status.RECEIVED},
        "form_error": refusal,
        "ask_minimum": ask_minimum,
    }
    return render(request, PAGE, context, status=status)


@require_POST
@permission_required(["inventory.change_purchase", "inventory.view_cost"], raise_exception=True)
def set_line(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = LineForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        line = NewLine(
            data["variant"].pk,
            data["packs"],
            unit_price_vnd=data["unit_price_vnd"],
            discount_vnd=data["discount_vnd"] or 0,
        )
        try:
            purchasing.set_lines(pk, [line], actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inventory:purchase_detail", pk)
    return purchase_page(request, order, line_form=form, status=422)


@require_POST
@permission_required(["inventory.change_purchase", "inventory.view_cost"], raise_exception=True)
def paste_lines(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = PasteForm(request.POST)
    if form.is_valid():
        try:
            lines = lines_of(form.cleaned_data["rows"])
            purchasing.set_lines(pk, lines, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi %d dòng.") % len(lines))
            return redirect("inventory:purchase_detail", pk)
    return purchase_page(request, order, paste_form=form, status=422)


def lines_of(rows: list[tuple[str, str, str]]) -> list[NewLine]:
    """Lines of codes, packs and prices as text; a fault names its line."""
    found = find_variants([code for code, _packs, _price in rows])
    lines = []
    for number, (code, packs, price) in enumerate(rows, 1):
        try:
            variant = only_variant(code, found)
        except DomainError as refusal:
            told = _("Dòng %(n)d: %(fault)s") % {"n": number, "fault": refusal.message}
            raise DomainError(told, code=refusal.code, field="rows") from refusal
        value = parse_vnd(price, field="rows") if price else None
        lines.append(NewLine(variant.pk, int(packs), unit_price_vnd=value))
    return lines


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def change_header(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    form = HeaderForm(request.POST)
    if not form.is_valid():
        return purchase_page(request, order, refusal=_("Ngày không hợp lệ."), status=422)
    return _act(
        request,
        order,
        lambda: purchasing.change_header(pk, actor=Actor.of(request), **form.cleaned_data),
        _("Đã lưu."),
    )


@require_POST
@permission_required("inventory.confirm_purchase", raise_exception=True)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    accept = request.POST.get("accept_below_minimum") == "on"
    try:
        purchasing.confirm_purchase(pk, actor=Actor.of(request), accept_below_minimum=accept)
    except DomainError as refusal:
        below = refusal.code == "purchase.below_minimum"
        return purchase_page(request, order, refusal=refusal.message, ask_minimum=below, status=422)
    messages.success(request, _("Đã đặt hàng. Hàng được tính là đang về."))
    return redirect("inventory:purchase_detail", pk)


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return end(request, pk, purchasing.cancel_purchase, _("Đã hủy đơn nhập."))


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    return end(request, pk, purchasing.close_purchase, _("Đã đóng đơn nhập."))


def end(
    request: HttpRequest, pk: int, service: Callable[..., PurchaseOrder], done: str
) -> HttpResponse:
    order = visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return purchase_page(request, order, refusal=_("Hãy ghi lý do."), status=422)
    reason = form.cleaned_data["reason"]
    work = partial(service, pk, actor=Actor.of(request), reason=reason)
    return _act(request, order, work, done)


def _act(
    request: HttpRequest, order: PurchaseOrder, work: Callable[[], Any], done: str
) -> HttpResponse:
    page = partial(purchase_page, request, order)
    then = ("inventory:purchase_detail", order.pk)
    return act(request, work, done=done, refused=page, then=then)


@require_POST
@permission_required(["inventory.confirm_purchase", "inventory.view_cost"], raise_exception=True)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    return _act(
        request,
        order,
        partial(purchase_mail.queue_mail, pk, key=key, actor=Actor.of(request)),
        _("Đang gửi thư cho nhà cung cấp."),
    )


@require_GET
@permission_required(["inventory.view_purchase", "inventory.view_cost"], raise_exception=True)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The order as PDF; it shows prices."""
    order = visible(request, pk)
    context = {**reads.purchase_paper(order), "company": ports.company()}
    response = HttpResponse(
        render_letter("print/purchase_order.html", context), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    return response
