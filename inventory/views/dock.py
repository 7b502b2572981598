"""At the dock: goods without an order, and what the boxes say of their lots."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.forms.lots import naming_form
from inventory.forms.purchasing import DockForm
from inventory.models import GoodsReceipt, ReceiptLine
from inventory.selectors.places import warehouses_visible_to
from inventory.services import dock, receiving
from inventory.views.purchasing import lines_of
from inventory.views.receiving import found
from inventory.views.suppliers import suggested
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal


@require_http_methods(["GET", "POST"])
@permission_required("inventory.receive_unordered", raise_exception=True)
def receive_unordered(request: HttpRequest) -> HttpResponse:
    """Supplier, warehouse and what came; next is the count, with lots and extra costs."""
    places = warehouses_visible_to(request.user).filter(is_active=True)
    proposed = suggested(request)
    initial = {"supplier": proposed["named"], "warehouse": places.first()}
    form = DockForm(request.POST or None, initial=initial)
    form.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            receipt = _receive(request, form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inventory:receipt", receipt.pk)
    context = {"form": form, "suppliers": proposed["suppliers"]}
    status = 422 if form.errors else 200
    return render(request, "inventory/purchasing/dock.html", context, status=status)


def _receive(request: HttpRequest, data: dict[str, Any]) -> GoodsReceipt:
    may_price = request.user.has_perm("inventory.view_cost")
    lines = lines_of(
        [(code, str(n), price if may_price else "") for code, n, _unit, price in data["rows"]]
    )
    units = [unit for _code, _n, unit, _price in data["rows"]]
    return dock.receive_unordered(
        data["supplier"].pk,
        data["warehouse"].pk,
        dock.in_pieces(lines, units),
        actor=Actor.of(request),
        note=data["note"],
    )


@require_http_methods(["GET", "POST"])
@permission_required("inventory.receive_goods", raise_exception=True)
def line_lots(request: HttpRequest, pk: int, line_id: int) -> HttpResponse:
    """Lot and expiry, or serials, of one line of an open receipt."""
    receipt = found(request, pk)
    rows = ReceiptLine.objects.filter(receipt=receipt).exclude(variant__product__tracking="none")
    line = get_object_or_404(rows.select_related("variant__product"), pk=line_id)
    if receipt.status != GoodsReceipt.Status.OPEN:
        return redirect("inventory:receipt", pk)
    form = naming_form(line.variant.product, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            receiving.say_lots(pk, line_id, form.parts())
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi lô."))
            return redirect("inventory:receipt_lots", pk, line_id)
    lots = list(line.lots.order_by("expires_on", "id"))
    context = {
        "receipt": receipt,
        "line": line,
        "form": form,
        "lots": lots,
        "left": max(0, line.quantity - sum(lot.quantity for lot in lots)),
        "today": today(),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/purchasing/receipt_lots.html", context, status=status)


@require_POST
@permission_required("inventory.receive_goods", raise_exception=True)
def forget_lot(request: HttpRequest, pk: int, lot_id: int) -> HttpResponse:
    receipt = found(request, pk)
    line = get_object_or_404(ReceiptLine, receipt=receipt, lots=lot_id)
    try:
        receiving.forget_lot(pk, lot_id)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("inventory:receipt_lots", pk, line.pk)
