"""Transfers: a draft is filled by scan, shipped, received in parts, closed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.scan import ScanForm
from inventory.forms.transfers import ReasonForm, ReceiveForm, TransferForm
from inventory.models import Transfer
from inventory.selectors import transfers as selectors
from inventory.services import transfers as service
from inventory.views.acting import act
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def transfer_list(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "open")
    context = {
        "page": selectors.transfer_list(request.user, show=show, **cursors(request.GET)),
        "show": show,
        "chips": [("open", _("Đang làm")), ("received", _("Đã nhận")), ("all", _("Tất cả"))],
    }
    return render(request, "inventory/transfer_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.move_stock", raise_exception=True)
def new_transfer(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            transfer = service.create_transfer(
                data["source"].pk,
                data["destination"].pk,
                key=data["key"],
                note=data["note"],
                actor=Actor.of(request),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inventory:transfer_detail", transfer.pk)
    status = 422 if form.errors else 200
    return render(request, "inventory/transfer_new.html", {"form": form}, status=status)


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def transfer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _transfer(request, pk))


@require_POST
@permission_required("inventory.move_stock", raise_exception=True)
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    """A scan adds pieces to the draft."""
    transfer = _transfer(request, pk, side="source")
    scan = ScanForm(request.POST)
    if scan.is_valid():
        data = scan.cleaned_data
        try:
            service.add_units(pk, data["code"].pk, data["quantity"])
        except DomainError as refusal:
            add_refusal(scan, refusal)
        else:
            return redirect("inventory:transfer_detail", pk)
    return _page(request, transfer, scan=scan, status=422)


@require_POST
@permission_required("inventory.move_stock", raise_exception=True)
def drop_line(request: HttpRequest, pk: int, variant_id: int) -> HttpResponse:
    transfer = _transfer(request, pk, side="source")
    work = partial(service.put_line, pk, variant_id, 0)
    return _act(request, transfer, work, _("Đã bỏ dòng hàng."))


@require_POST
@permission_required("inventory.move_stock", raise_exception=True)
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = _transfer(request, pk, side="source")
    work = partial(service.ship_transfer, pk, actor=Actor.of(request))
    return _act(request, transfer, work, _("Đã xuất kho, hàng đang chuyển."))


@require_POST
@permission_required("inventory.move_stock", raise_exception=True)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = _transfer(request, pk, side="destination")
    lines = list(transfer.lines.select_related("variant__product").order_by("pk"))
    form = ReceiveForm(lines, request.POST)
    if not form.is_valid():
        return _page(request, transfer, receive_form=form, status=422)
    work = partial(
        service.receive_transfer,
        pk,
        form.arrived(),
        key=form.cleaned_data["key"],
        actor=Actor.of(request),
    )
    return _act(request, transfer, work, _("Đã nhập hàng vào kho nhận."))


@require_POST
@permission_required("inventory.adjust_stock", raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = _transfer(request, pk, side="destination")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, transfer, close_form=form, status=422)
    work = partial(
        service.close_transfer, pk, reason=form.cleaned_data["reason"], actor=Actor.of(request)
    )
    return _act(request, transfer, work, _("Đã đóng phiếu, phần thiếu được ghi giảm."))


@require_POST
@permission_required("inventory.move_stock", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = _transfer(request, pk, side="source")
    work = partial(service.cancel_transfer, pk, reason="", actor=Actor.of(request))
    return _act(request, transfer, work, _("Đã hủy phiếu."))


def _act(
    request: HttpRequest, transfer: Transfer, work: Callable[[], Any], done: str
) -> HttpResponse:
    page = partial(_page, request, transfer)
    then = ("inventory:transfer_detail", transfer.pk)
    return act(request, work, done=done, refused=page, then=then)


def _transfer(request: HttpRequest, pk: int, *, side: str = "") -> Transfer:
    """A transfer of the user's; with `side`, one whose that end he works at."""
    transfer = get_object_or_404(selectors.transfers_visible_to(request.user), pk=pk)
    if side and not _works_at(request.user, getattr(transfer, f"{side}_id")):
        raise Http404
    return transfer


def _works_at(user: Any, warehouse_id: int) -> bool:
    scope = user.warehouse_scope()
    return scope is None or warehouse_id in scope


def _page(
    request: HttpRequest, transfer: Transfer, *, status: int = 200, **forms: Any
) -> HttpResponse:
    lines = list(transfer.lines.select_related("variant__product").order_by("pk"))
    is_draft = transfer.status == Transfer.Status.DRAFT
    on_the_way = transfer.status in selectors.ON_THE_WAY
    context = {
        "transfer": transfer,
        "lines": lines,
        "receipts": transfer.receipts.order_by("pk"),
        "left": sum(line.in_transit for line in lines),
        "is_draft": is_draft,
        "can_ship": is_draft and _works_at(request.user, transfer.source_id),
        "can_receive": on_the_way and _works_at(request.user, transfer.destination_id),
        "can_call_back": transfer.status == Transfer.Status.SHIPPED
        and _works_at(request.user, transfer.source_id),
        "scan": ScanForm(),
        "receive_form": ReceiveForm(lines),
        "close_form": ReasonForm(),
    } | forms
    return render(request, "inventory/transfer_detail.html", context, status=status)
