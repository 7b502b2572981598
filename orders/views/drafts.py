"""Drafts: going on with one, and deleting it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.phones import show_phone
from orders.forms.entry import OrderEntryForm, lines_with
from orders.models import Order, OrderProblem
from orders.selectors.lists import orders_visible_to
from orders.services.drafts import KEPT_DAYS, discard_draft, rewrite_draft
from orders.services.lifecycle import submit_order
from orders.services.problems import resolve_problem
from orders.views.entry import after_save, entered, entry_page
from orders.views.insisting import accepts_terms, asks_terms

SAME = ("street", "ward", "district", "province", "source", "is_cod", "buyer_note", "internal_note")


@require_http_methods(["GET", "POST"])
@permission_required("orders.add_order", raise_exception=True)
def continue_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry form over a draft; saved as an order it is placed, as a draft it stays one."""
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    if order.status != Order.Status.DRAFT:
        return redirect("orders:detail", pk)
    if request.method == "GET":
        form = form_of(order)
        lines = lines_with(lines_of(order), currency=form.chosen)
        return entry_page(request, form, lines, draft=order)
    form, lines, new = entered(request)
    asked: dict[str, Any] = {}
    if new is not None:
        version = request.POST.get("version", "")
        opened = int(version) if version.isdecimal() and len(version) < 9 else 0
        actor = Actor.of(request)
        try:
            rewrite_draft(pk, new, version=opened, actor=actor)
            if not new.draft:
                submit_order(pk, actor=actor, accept_terms=accepts_terms(request))
                resolve_problem(pk, OrderProblem.Kind.RECURRING, actor=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
            asked = asks_terms(request, refusal)
            order.refresh_from_db()  # it may have been written again before it was refused
        else:
            return redirect(after_save(request, pk, order.number))
    return entry_page(request, form, lines, status=422, draft=order, **asked)


@require_POST
@permission_required("orders.add_order", raise_exception=True)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(orders_visible_to(request.user), pk=pk)
    try:
        order = discard_draft(pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:detail", pk)
    told = {"number": order.number, "days": KEPT_DAYS}
    messages.success(
        request, _("Đã xóa nháp %(number)s; còn giữ %(days)s ngày trong “Xóa gần đây”.") % told
    )
    return redirect(reverse("orders:list") + "?tab=draft")


def form_of(order: Order) -> OrderEntryForm:
    initial: dict[str, Any] = {name: getattr(order, name) for name in SAME}
    initial |= {
        "request_key": order.request_key or f"draft:{order.pk}",
        "phone": show_phone(order.recipient_phone),
        "name": order.recipient_name,
        "address_raw": order.address_raw,
        "is_pickup": bool(order.pickup_code),
        "new_ward": order.new_unit_path.rpartition("/")[2],
        "currency": order.currency,
        "shipping_fee": order.shipping_fee_buyer_vnd or None,
        "discount": order.discount_vnd or None,
    }
    if order.is_foreign:
        initial["shipping_fee"] = order.shipping_fee_minor or None
        initial["discount"] = order.discount_minor or None
    return OrderEntryForm(initial=initial)


def lines_of(order: Order) -> list[dict[str, Any]]:
    rows = order.lines.order_by("position")
    return [
        {"item": line.sku or line.name, "quantity": line.quantity, "price": price}
        for line in rows
        for price in [line.unit_price_minor if order.is_foreign else line.unit_price_vnd]
    ]
