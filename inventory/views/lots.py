"""Lots: what expires, where a lot is, who got it, and naming what came in."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.lots import LotForm, SerialForm, TrackingForm, naming_form
from inventory.models import Lot, Product, Variant
from inventory.selectors import lots as selectors
from inventory.selectors.places import stocking_places, warehouses_visible_to
from inventory.services import lot_naming
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def lot_list(request: HttpRequest) -> HttpResponse:
    q, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    page = selectors.lot_list(
        request.user,
        q=q,
        show=show,
        **cursors(request.GET),
    )
    context = {"page": page, "q": q, "show": show, "today": today()}
    return render(request, "inventory/lot_list.html", context)


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def lot_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a lot is and to whom it went."""
    lot = get_object_or_404(Lot.objects.select_related("variant__product"), pk=pk)
    balances = lot.balances.filter(
        on_hand__gt=0, warehouse__in=warehouses_visible_to(request.user)
    ).select_related("warehouse")
    context = {
        "lot": lot,
        "balances": balances,
        "traces": selectors.traces(lot, request.user),
        "today": today(),
        "sees_buyers": request.user.has_perm("orders.view_order"),
    }
    return render(request, "inventory/lot_detail.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.name_lot", raise_exception=True)
def name_lots(request: HttpRequest, variant_id: int, warehouse_id: int) -> HttpResponse:
    """Which lots stand here; the unnamed pieces get their numbers."""
    warehouse = get_object_or_404(stocking_places(request.user), pk=warehouse_id)
    rows = Variant.objects.select_related("product").exclude(product__tracking="none")
    variant = get_object_or_404(rows, pk=variant_id)
    form: LotForm | SerialForm = naming_form(variant.product, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lot_naming.name_lots(variant_id, warehouse_id, form.parts(), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi lô."))
            return redirect("inventory:lot_names", variant_id, warehouse_id)
    balances = list(selectors.balances_at(variant_id, warehouse_id))
    context = {
        "variant": variant,
        "warehouse": warehouse,
        "form": form,
        "balances": balances,
        "unnamed": sum(row.on_hand for row in balances if not row.lot.code),
        "today": today(),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/lot_names.html", context, status=status)


@require_POST
@permission_required("inventory.change_product", raise_exception=True)
def set_tracking(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Product, pk=pk)
    form = TrackingForm(request.POST)
    if form.is_valid():
        try:
            lot_naming.set_tracking(pk, form.cleaned_data["tracking"], actor=Actor.of(request))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Đã đổi cách theo dõi lô."))
    return redirect("inventory:product_detail", pk)
