"""Returns: the list by what waits, one document with its next step, and opening one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors, keyset_page
from orders import ports
from orders.forms.returns import (
    AnswerForm,
    ApproveForm,
    CreditForm,
    ExchangeForm,
    PolicyForm,
    StaffReturnForm,
)
from orders.models import Order, Return, ReturnPhoto
from orders.selectors import returns as reads
from orders.selectors.lists import orders_visible_to
from orders.selectors.return_pieces import expected_of, with_variants
from orders.services import returning, taking_back
from orders.services.exchanging import CREDITED, Exchange, exchange_return
from orders.services.return_credit import credit_return, most_credit, proposed_credit
from orders.states import OPEN_RETURNS

LIST, DETAIL = "orders:return_list", "orders:return_detail"
Origin, Status = Return.Origin, Return.Status


@require_GET
@permission_required("orders.view_return", raise_exception=True)
def return_list(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    page = keyset_page(
        reads.returns_shown(request.user, tab), keys=("-started_at", "-id"), **cursors(request.GET)
    )
    context = {
        "tab": tab if tab in reads.TABS else "",
        "page": page,
        "rows": reads.rows_of(page.rows),
        "counts": reads.tab_counts(request.user),
    }
    return render(request, "orders/returns/list.html", context)


def visible(request: HttpRequest, pk: int) -> Return:
    return get_object_or_404(reads.returns_visible_to(request.user), pk=pk)


@require_GET
@permission_required("orders.view_return", raise_exception=True)
def return_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return detail_page(request, visible(request, pk))


def detail_page(
    request: HttpRequest, document: Return, *, status: int = 200, **forms: Any
) -> HttpResponse:
    alarm = reads.policy().alarm_days
    pieces = [row for row in expected_of(document) if row.row_id]
    is_received = document.status == Status.RECEIVED
    proposal = proposed_credit(document) if is_received else 0
    context: dict[str, Any] = {
        "document": document,
        "order": document.order,
        "days": reads.days_since(document),
        "is_late": reads.is_late(document, alarm),
        "next_step": reads.next_step(document, alarm),
        "expected": with_variants(pieces),
        "pieces": taking_back.ReturnPiece.objects.filter(return_line__document=document)
        .select_related("variant__product", "warehouse")
        .order_by("-id"),
        "photos": document.photos.all(),
        "can_take": document.status in returning.TAKING,
        "can_end": document.status in returning.TAKING and not any(row.taken for row in pieces),
        "can_reopen": document.status in (Status.REJECTED, Status.CANCELLED),
        "proposal": proposal,
        "most": most_credit(document.order) if is_received else 0,
        "can_exchange": document.status in CREDITED and document.exchange_order_id is None,
        "approve_form": ApproveForm(initial={"tracking_number": document.tracking_number}),
        "answer_form": AnswerForm(),
        "credit_form": CreditForm(initial={"amount_vnd": proposal}),
        "panels": ports.render_return_panels(request, document),
        **forms,
    }
    return render(request, "orders/returns/detail.html", context, status=status)


def _act(
    request: HttpRequest, pk: int, form: Any, name: str, act: Callable[[dict[str, Any]], Return],
    done: str,
) -> HttpResponse:  # fmt: skip
    document = visible(request, pk)
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(DETAIL, pk)
    return detail_page(request, document, status=422, **{name: form})


@require_POST
@permission_required("orders.change_return", raise_exception=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, ApproveForm(request.POST), "approve_form",
        lambda data: returning.approve_return(pk, actor=Actor.of(request), **data),
        _("Đã đồng ý, chờ hàng về."),
    )  # fmt: skip


@require_POST
@permission_required("orders.change_return", raise_exception=True)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse the wish, or call it off: both ask why."""
    verb = returning.reject_return if "reject" in request.POST else returning.cancel_return
    return _act(
        request, pk, AnswerForm(request.POST), "answer_form",
        lambda data: verb(pk, actor=Actor.of(request), **data),
        _("Đã lưu."),
    )  # fmt: skip


@require_POST
@permission_required("orders.change_return", raise_exception=True)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    document = visible(request, pk)
    try:
        if document.status == Status.RECEIVED:
            taking_back.expect_more(pk, actor=Actor.of(request))
        else:
            returning.reopen_return(pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(DETAIL, pk)


@require_POST
@permission_required("orders.credit_return", raise_exception=True)
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, CreditForm(request.POST), "credit_form",
        lambda data: credit_return(pk, data["amount_vnd"], actor=Actor.of(request)),
        _("Đã chốt số tiền của phiếu."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_return", raise_exception=True)
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """Other goods for those that came back; what is due to the buyer pays them."""
    document = visible(request, pk)
    if document.exchange_order_id is not None:
        return redirect("orders:detail", document.exchange_order_id)
    form = ExchangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = Exchange(
            lines=form.lines(),
            shipping_fee_vnd=form.cleaned_data["shipping_fee_vnd"] or 0,
            is_cod=form.cleaned_data["is_cod"],
        )
        try:
            order = exchange_return(pk, wanted, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lập đơn đổi %s.") % order.number)
            return redirect("orders:detail", order.pk)
    status = 422 if form.errors else 200
    context = {"document": document, "order": document.order, "form": form}
    return render(request, "orders/returns/exchange.html", context, status=status)


@require_GET
@permission_required("orders.view_return", raise_exception=True)
def photo(request: HttpRequest, pk: int, photo_id: int) -> FileResponse:
    """The picture as what it was found to be."""
    kept = get_object_or_404(ReturnPhoto, pk=photo_id, document=visible(request, pk))
    answer = FileResponse(kept.file.open("rb"), content_type=kept.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_return", raise_exception=True)
def return_new(request: HttpRequest, order_pk: int) -> HttpResponse:
    """Staff open one for a buyer who called, wrote, or stands at the counter."""
    order = get_object_or_404(orders_visible_to(request.user), pk=order_pk)
    lines = [line for line in order.lines.order_by("position") if line.returned < line.quantity]
    form = StaffReturnForm(lines, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = _open(request, order, form)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lập phiếu trả %s.") % document.number)
            return redirect(DETAIL, document.pk)
    status = 422 if form.errors else 200
    context = {
        "order": order,
        "form": form,
        "may_open": reads.may_open(order),
        "open_return": order.returns.filter(status__in=OPEN_RETURNS).first(),
    }
    return render(request, "orders/returns/new.html", context, status=status)


def _open(request: HttpRequest, order: Order, form: StaffReturnForm) -> Return:
    data = form.cleaned_data
    new = returning.NewReturn(
        origin=Origin.STAFF,
        items=form.items(),
        status=Status.COMING if data["is_coming"] else Status.REQUESTED,
        wish=data["wish"],
        reason_code=data["reason"],
        note=data["note"],
        tracking_number=data["tracking_number"],
        request_key=data["key"],
    )
    return returning.open_return(order.pk, new, actor=Actor.of(request))


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_reason", raise_exception=True)
def policy(request: HttpRequest) -> HttpResponse:
    """What buyers read before they ask, and the days that we keep to."""
    form = PolicyForm(request.POST or None, instance=reads.policy())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu chính sách trả hàng."))
        return redirect("orders:return_policy")
    status = 422 if form.errors else 200
    return render(request, "orders/returns/policy.html", {"form": form}, status=status)


def order_panel(request: HttpRequest, order: Order) -> str | None:
    """The returns of an order on its page; nothing for one that has none and may have none."""
    if not request.user.has_perm("orders.view_return") or order.shipped_at is None:
        return None
    rows = reads.rows_of(reads.returns_of_order(order))
    may_open = request.user.has_perm("orders.change_return") and reads.may_open(order)
    if not rows and not may_open:
        return None
    context = {"rows": rows, "order": order, "may_open": may_open}
    return render_to_string("orders/returns/panel.html", context, request=request)
