"""Dividing an order, and putting another one of the same buyer into it."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.selectors.lists import orders_visible_to
from orders.services.merging import merge_orders
from orders.services.split_plans import part_that_waits, parts_by_warehouse
from orders.services.splitting import Part, refuse_split, split_order
from orders.views.actions import perform


class OtherOrderForm(forms.Form):
    other = forms.IntegerField(min_value=1)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_order", raise_exception=True)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which pieces go to an order of their own; two proposals fill the table or do it all."""
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    if request.method == "GET":
        return _split_page(request, order)
    try:
        made = split_order(
            pk, _wanted(request, order), version=_seen(request), actor=Actor.of(request)
        )
    except DomainError as refusal:
        return _split_page(request, order, error=refusal.message)
    numbers = ", ".join(row.number for row in made)
    messages.success(request, _("Đã tách ra đơn %(numbers)s.") % {"numbers": numbers})
    return redirect("orders:detail", pk)


def _wanted(request: HttpRequest, order: Order) -> list[Part]:
    if request.POST.get("by") == "warehouse":
        return parts_by_warehouse(order)
    if request.POST.get("by") == "stock":
        waiting = part_that_waits(order)
        return [waiting] if waiting else []
    pieces = {}
    for line_id in order.lines.values_list("pk", flat=True):
        typed = request.POST.get(f"line.{line_id}", "").strip() or "0"
        if not typed.isdecimal():
            raise DomainError(_("Số lượng tách phải là số."), code="split.number")
        pieces[line_id] = int(typed)
    return [Part(pieces)]


def _seen(request: HttpRequest) -> int | None:
    """The order's version when pieces were typed; what we propose ourselves is reckoned anew."""
    if request.POST.get("by"):
        return None
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _split_page(request: HttpRequest, order: Order, *, error: str = "") -> HttpResponse:
    refusal = _refusal(order)
    waiting = None if refusal else part_that_waits(order)
    lines = list(order.lines.order_by("position"))
    context = {
        "order": order,
        "rows": [(line, request.POST.get(f"line.{line.pk}", "0")) for line in lines],
        "lines": {line.pk: line for line in lines},
        "refusal": refusal,
        "waiting": _named(waiting, lines) if waiting else [],
        "places": [] if refusal else [_named(part, lines) for part in parts_by_warehouse(order)],
        "form_error": error,
    }
    return render(request, "orders/split.html", context, status=422 if error else 200)


def _named(part: Part, lines: list) -> list[tuple[str, int]]:
    return [
        (line.sku or line.name, part.pieces[line.pk]) for line in lines if line.pk in part.pieces
    ]


def _refusal(order: Order) -> str:
    try:
        refuse_split(order)
    except DomainError as refusal:
        return refusal.message
    return ""


@require_POST
@permission_required("orders.change_order", raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    form = OtherOrderForm(request.POST)
    other = get_object_or_404(
        orders_visible_to(request.user), pk=form.cleaned_data["other"] if form.is_valid() else 0
    )
    act = partial(merge_orders, pk, other.pk, actor=Actor.of(request))
    done = _("Đã gộp đơn %(number)s vào đơn này.") % {"number": other.number}
    return perform(request, pk, act, done, form)
