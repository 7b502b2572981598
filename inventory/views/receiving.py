"""Goods receipts: scan or type what came, post it, add costs, send goods back."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.forms.purchasing import (
    TIMES,
    LandedForm,
    PostReceiptForm,
    ReturnForm,
    ScanForm,
)
from inventory.models import GoodsReceipt
from inventory.selectors import purchasing as reads
from inventory.services import receiving, supplier_returns
from inventory.services.landed import NewCost, add_landed_cost
from inventory.services.receiving import Counted
from inventory.views.purchasing import purchase_page, visible
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx

COUNT_PAGE = "inventory/purchasing/receipt_count.html"
# As many inputs as a form may send; longer orders are counted by scan or received whole.
MOST_INPUTS = 300


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    order = visible(request, pk)
    try:
        receipt = receiving.start_receipt(pk, actor=Actor.of(request))
    except DomainError as refusal:
        return purchase_page(request, order, refusal=refusal.message, status=422)
    return redirect("inventory:receipt", receipt.pk)


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    if row.status == GoodsReceipt.Status.OPEN:
        return count_page(request, row)
    return receipt_page(request, row)


def found(request: HttpRequest, pk: int) -> GoodsReceipt:
    return get_object_or_404(reads.receipts_visible_to(request.user), pk=pk)


def count_page(
    request: HttpRequest,
    row: GoodsReceipt,
    *,
    scanned: Counted | None = None,
    refusal: str = "",
    form: PostReceiptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = list(reads.receipt_lines(row)[: MOST_INPUTS + 1])
    context: dict[str, Any] = {
        "receipt": row,
        "order": row.order,
        "lines": lines[:MOST_INPUTS],
        "is_cut": len(lines) > MOST_INPUTS,
        "counted": sum(line.quantity for line in lines),
        "is_over": any(line.quantity > max(0, line.expected) for line in lines),
        "scanned": scanned,
        "refusal": refusal,
        "scan_form": ScanForm(),
        "form": form or PostReceiptForm(),
    }
    template = f"{COUNT_PAGE}#counting" if is_htmx(request) else COUNT_PAGE
    return render(request, template, context, status=status)


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan is one piece; `5*code` is five."""
    row = found(request, pk)
    form = ScanForm(request.POST)
    if not form.is_valid():
        return count_page(request, row, refusal=_("Chưa quét được mã."), status=422)
    code = form.cleaned_data["code"]
    many = TIMES.fullmatch(code)
    try:
        counted = receiving.count_scan(
            pk,
            many[2] if many else code,
            times=int(many[1]) if many else 1,
            key=form.cleaned_data["key"],
        )
    except DomainError as refusal:
        return count_page(request, row, refusal=refusal.message, status=422)
    if is_htmx(request):
        return count_page(request, row, scanned=counted)
    # Without script the page is loaded again: a reload must not count once more.
    say = messages.warning if counted.is_over else messages.success
    say(request, f"{counted.sku}: {counted.counted} / {counted.expected}")
    return redirect("inventory:receipt", pk)


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def save_counts(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    try:
        if "rest" in request.POST:
            receiving.count_rest(pk)
        else:
            receiving.set_counts(pk, typed(request))
    except DomainError as refusal:
        return count_page(request, row, refusal=refusal.message, status=422)
    return redirect("inventory:receipt", pk)


def typed(request: HttpRequest) -> dict[int, int]:
    """Whole numbers by line, from inputs named line-<id>; an empty one is nothing counted."""
    counts = {}
    for name, value in request.POST.items():
        line = name.removeprefix("line-")
        if line == name or not line.isdecimal():
            continue
        text = str(value).strip() or "0"
        if not text.isascii() or not text.isdigit() or len(text) > 7:
            raise DomainError(
                _("“%(text)s” không phải là số lượng.") % {"text": text[:20]}, code="receipt.count"
            )
        counts[int(line)] = int(text)
    return counts


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def post(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    form = PostReceiptForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        may = request.user.has_perm("inventory.accept_over_receipt")
        try:
            receiving.post_receipt(
                pk,
                actor=Actor.of(request),
                accept_over=data["accept_over"] and may,
                over_reason=data["over_reason"],
                costs=typed_costs(request, data),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã nhập kho. Đơn hàng đang chờ sẽ được giữ hàng."))
            return redirect("inventory:receipt", pk)
    return count_page(request, row, form=form, status=422)


def typed_costs(request: HttpRequest, data: dict[str, Any]) -> list[NewCost]:
    if not request.user.has_perm("inventory.add_landed_cost"):
        return []
    basis = data["basis"] or "value"
    pairs = [("freight", data["freight_vnd"]), ("duty", data["duty_vnd"])]
    return [NewCost(kind, basis, amount) for kind, amount in pairs if amount]


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    receiving.cancel_receipt(pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ lần đếm này."))
    return redirect("inventory:purchase_detail", row.order_id)


def receipt_page(
    request: HttpRequest,
    row: GoodsReceipt,
    *,
    landed_form: LandedForm | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    key = {"key": uuid.uuid4().hex}
    context = {
        "receipt": row,
        "order": row.order,
        "lines": reads.receipt_lines(row, only_counted=True),
        "costs": reads.landed_costs_of(row),
        "returns": reads.returns_of(row),
        "is_posted": row.status == GoodsReceipt.Status.POSTED,
        "landed_form": landed_form or LandedForm(initial=key),
        "return_form": return_form or ReturnForm(initial=key),
    }
    return render(request, "inventory/purchasing/receipt_detail.html", context, status=status)


@require_POST
@permission_required(["inventory.add_landed_cost", "inventory.view_cost"], raise_exception=True)
def add_cost(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    form = LandedForm(request.POST)
    if form.is_valid():
        try:
            add_landed_cost(pk, NewCost(**form.cleaned_data), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã phân bổ chi phí vào giá vốn."))
            return redirect("inventory:receipt", pk)
    return receipt_page(request, row, landed_form=form, status=422)


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def return_goods(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            supplier_returns.return_goods(
                pk, typed(request), actor=Actor.of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã xuất trả nhà cung cấp."))
            return redirect("inventory:receipt", pk)
    return receipt_page(request, row, return_form=form, status=422)


@require_POST
@permission_required("inventory.change_purchase", raise_exception=True)
def credited(request: HttpRequest, pk: int, return_id: int) -> HttpResponse:
    row = found(request, pk)
    back = get_object_or_404(row.returns, pk=return_id)
    supplier_returns.mark_credited(back.pk, actor=Actor.of(request))
    return redirect("inventory:receipt", pk)
