"""Buttons of the order page: each calls one service and comes back to the order."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import hx_trigger
from orders.forms.entry import LinkForm, NoteForm, ReasonForm
from orders.selectors.lists import orders_visible_to
from orders.services import lifecycle, notes, problems, shortages
from orders.views.detail import order_page
from orders.views.panel import is_in_panel, panel_page


def perform(
    request: HttpRequest,
    pk: int,
    service: Callable[[], Any],
    done: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    """Run a service for an order the user may see; a refusal is shown on the order's page."""
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    show = panel_page if is_in_panel(request) else order_page
    if form is not None and not form.is_valid():
        error = next(iter(form.errors.values()))[0]
        return show(request, order, error=str(error), status=422)
    try:
        service()
    except DomainError as refusal:
        order.refresh_from_db()
        return show(request, order, error=refusal.message, status=422)
    messages.success(request, done)
    if is_in_panel(request):
        order.refresh_from_db()
        return hx_trigger(panel_page(request, order), "list:changed")
    return redirect("orders:detail", pk)


@require_POST
@permission_required("orders.confirm_order", raise_exception=True)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    actor = Actor.of(request)
    return perform(
        request, pk, lambda: lifecycle.confirm_order(pk, actor=actor), _("Đã xác nhận đơn.")
    )


@require_POST
@permission_required("orders.hold_order", raise_exception=True)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = ReasonForm(request.POST), Actor.of(request)
    return perform(
        request,
        pk,
        lambda: lifecycle.hold_order(pk, actor=actor, reason=form.cleaned_data["reason"]),
        _("Đã tạm giữ đơn."),
        form,
    )


@require_POST
@permission_required("orders.hold_order", raise_exception=True)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    actor = Actor.of(request)
    return perform(
        request, pk, lambda: lifecycle.release_hold(pk, actor=actor), _("Đã bỏ tạm giữ.")
    )


@require_POST
@permission_required("orders.cancel_order", raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = ReasonForm(request.POST), Actor.of(request)
    return perform(
        request,
        pk,
        lambda: lifecycle.cancel_order(pk, actor=actor, reason=form.cleaned_data["reason"]),
        _("Đã hủy đơn, hàng giữ chỗ đã trả lại kho."),
        form,
    )


@require_POST
@permission_required("orders.add_note", raise_exception=True)
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = NoteForm(request.POST), Actor.of(request)
    return perform(
        request,
        pk,
        lambda: notes.add_note(pk, form.cleaned_data["text"], actor=actor),
        _("Đã lưu ghi chú."),
        form,
    )


@require_POST
@permission_required("orders.fix_problem", raise_exception=True)
def link_line(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    form, actor = LinkForm(request.POST), Actor.of(request)
    return perform(
        request,
        pk,
        lambda: problems.link_line(pk, line_id, form.cleaned_data["variant"].pk, actor=actor),
        _("Đã liên kết dòng hàng."),
        form,
    )


@require_POST
@permission_required("orders.fix_problem", raise_exception=True)
def resolve(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    actor = Actor.of(request)
    return perform(
        request,
        pk,
        lambda: problems.resolve_problem(pk, kind, actor=actor),
        _("Đã đánh dấu xử lý xong."),
    )


@require_POST
@permission_required("inventory.propose_purchase", raise_exception=True)
def propose_purchase(request: HttpRequest, pk: int) -> HttpResponse:
    actor = Actor.of(request)
    return perform(
        request,
        pk,
        lambda: shortages.propose_for_order(pk, actor=actor),
        _("Hàng thiếu đã có trên đơn nhập nháp."),
    )
