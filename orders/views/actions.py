"""Buttons of the order page: each calls one service and comes back to the order."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import hx_trigger
from orders.bulk.registry import Wish, find_action
from orders.forms.bulk import ActionForm
from orders.forms.customers import ReassignForm
from orders.forms.entry import LinkForm
from orders.selectors.customers import customers_visible_to, find_customer
from orders.selectors.lists import orders_visible_to
from orders.services import problems
from orders.services.reassigning import reassign_order
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
@permission_required("orders.view_order", raise_exception=True)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one of the registry's actions with this order, by that action's own permission."""
    action = find_action(code)
    if action is None or action.run is None:
        raise Http404
    if not request.user.has_perm(action.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    form, run = ActionForm(action, request.user, request.POST), action.run

    def service() -> None:
        refused = run(Wish([pk], request.user, form.cleaned_data))
        if pk in refused:
            raise DomainError(refused[pk])

    return perform(request, pk, service, str(action.done), form)


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
@permission_required("orders.change_customer", raise_exception=True)
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the order to the customer of a phone; the recipient stays."""
    form, may_exceed = ReassignForm(request.POST), request.user.has_perm("orders.exceed_terms")  # type: ignore[union-attr]

    def service() -> None:
        customer = find_customer(form.cleaned_data["phone"])
        visible = customers_visible_to(request.user)
        if customer is None or not visible.filter(pk=customer.pk).exists():
            raise DomainError(_("Không có khách nào với số này."), code="customer.unknown")
        reassign_order(pk, customer.pk, actor=Actor.of(request), accept_terms=may_exceed)

    return perform(request, pk, service, _("Đã tính đơn này cho khách khác."), form)
