"""Goods that wait for a decision, and the decisions."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.forms.transfers import DecideForm, HoldForm
from inventory.models import StockLevel, Variant, Warehouse
from inventory.selectors import transfers as selectors
from inventory.selectors.places import stocking_places
from inventory.services import quarantine
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors

DECISIONS_SHOWN = 20


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def quarantine_list(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    page = selectors.quarantined_goods(
        request.user,
        q=q,
        **cursors(request.GET),
    )
    kind = Warehouse.Kind.QUARANTINE
    context = {
        "page": page,
        "q": q,
        "decisions": selectors.decisions_visible_to(request.user)[:DECISIONS_SHOWN],
        "has_place": stocking_places(request.user).filter(kind=kind, is_active=True).exists(),
    }
    return render(request, "inventory/quarantine_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.dispose_stock", raise_exception=True)
def decide(request: HttpRequest, variant_id: int, warehouse_id: int) -> HttpResponse:
    places = stocking_places(request.user).filter(kind=Warehouse.Kind.QUARANTINE)
    levels = StockLevel.objects.select_related("variant__product", "warehouse")
    level = get_object_or_404(
        levels, variant_id=variant_id, warehouse_id=warehouse_id, warehouse__in=places
    )
    form = DecideForm(
        request.user, variant_id, request.POST or None, initial={"quantity": level.on_hand}
    )
    if request.method == "POST" and form.is_valid():
        try:
            _decide(level, form, Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi quyết định."))
            return redirect("inventory:quarantine_list")
    status = 422 if form.errors else 200
    context = {"level": level, "form": form}
    return render(request, "inventory/quarantine_decide.html", context, status=status)


def _decide(level: StockLevel, form: DecideForm, actor: Actor) -> None:
    data = form.cleaned_data
    if data["decision"] == DecideForm.SCRAP:
        quarantine.scrap_goods(
            level.variant_id, level.warehouse_id, data["quantity"],
            reason=data["reason"], key=data["key"], actor=actor,
        )  # fmt: skip
        return
    if data["decision"] == DecideForm.TO_SUPPLIER:
        quarantine.return_to_supplier(
            data["line"].pk, level.warehouse_id, data["quantity"],
            reason=data["reason"], key=data["key"], actor=actor,
        )  # fmt: skip
        return
    quarantine.restock_goods(
        level.variant_id, level.warehouse_id, data["destination"].pk, data["quantity"],
        reason=data["reason"], key=data["key"], actor=actor,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("inventory.dispose_stock", raise_exception=True)
def hold(request: HttpRequest, variant_id: int, warehouse_id: int) -> HttpResponse:
    """Take damaged pieces off sale."""
    warehouse = get_object_or_404(stocking_places(request.user), pk=warehouse_id)
    variant = get_object_or_404(Variant.objects.select_related("product"), pk=variant_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            quarantine.hold_goods(
                variant_id, warehouse_id, data["quarantine"].pk, data["quantity"],
                reason=data["reason"], key=data["key"], actor=Actor.of(request),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã đưa hàng vào kho chờ kiểm."))
            return redirect("inventory:quarantine_list")
    status = 422 if form.errors else 200
    context = {"warehouse": warehouse, "variant": variant, "form": form}
    return render(request, "inventory/quarantine_hold.html", context, status=status)
