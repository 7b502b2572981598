"""Warehouses: where goods are and where carriers pick them up; how full they are."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.forms.places import WarehouseForm
from inventory.models import Warehouse
from inventory.selectors.places import stocking_places
from inventory.selectors.space import space_in_use
from inventory.services.places import save_warehouse
from oms.kernel.actors import Actor
from oms.kernel.addresses import find_province
from oms.kernel.unit_paths import names_of, unit_paths
from oms.kernel.unit_search import search_units
from oms.kernel.wards import wards_of

LONGEST = 80
ADDRESS = ("ward", "district", "province")


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def warehouse_list(request: HttpRequest) -> HttpResponse:
    warehouses = stocking_places(request.user).select_related("responsible")
    context = {"warehouses": warehouses.order_by("priority", "id")}
    return render(request, "inventory/warehouse_list.html", context)


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def space(request: HttpRequest) -> HttpResponse:
    return render(request, "inventory/space.html", {"rows": space_in_use(request.user)})


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_warehouse", raise_exception=True)
def new_warehouse(request: HttpRequest) -> HttpResponse:
    return warehouse_form(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_warehouse", raise_exception=True)
def edit_warehouse(request: HttpRequest, pk: int) -> HttpResponse:
    return warehouse_form(request, get_object_or_404(stocking_places(request.user), pk=pk))


@require_GET
@permission_required("inventory.change_warehouse", raise_exception=True)
def place_units(request: HttpRequest) -> HttpResponse:
    """Wards for a few letters; choosing one fills the warehouse's address."""
    picking = {"pick_url": reverse("inventory:place_address"), "pick_target": "#place-address"}
    context = {"found": search_units(request.GET.get("unit", "")[:LONGEST]), **picking}
    return render(request, "components/units.html", context)


@require_GET
@permission_required("inventory.change_warehouse", raise_exception=True)
def place_address(request: HttpRequest) -> HttpResponse:
    """The address fields again, with the ward that was chosen."""
    typed = {name: request.GET.get(name, "") for name in ADDRESS}
    picked = {
        name: request.GET[f"pick_{name}"] for name in ADDRESS if f"pick_{name}" in request.GET
    }
    return _address_part(request, WarehouseForm(initial=typed | picked), "address")


@require_GET
@permission_required("inventory.change_warehouse", raise_exception=True)
def place_wards(request: HttpRequest) -> HttpResponse:
    """The wards of the province that was chosen."""
    form = WarehouseForm(initial={"province": request.GET.get("province", "")})
    return _address_part(request, form, "wards")


def _address_part(request: HttpRequest, form: WarehouseForm, part: str) -> HttpResponse:
    context = {"form": form, **address_hint(form)}
    return render(request, f"inventory/warehouse_form.html#{part}", context)


def address_hint(form: WarehouseForm) -> dict[str, Any]:
    """The wards to propose, and what an old address is today."""
    province, district, ward = (str(form[name].value() or "") for name in ADDRESS[::-1])
    found = find_province(province)
    paths = unit_paths(province, district, ward)
    return {
        "wards": wards_of(found.code) if found else [],
        "today": names_of(paths.new) if paths.old else [],
    }


def warehouse_form(request: HttpRequest, warehouse: Warehouse | None) -> HttpResponse:
    form = WarehouseForm(request.POST or None, instance=warehouse)
    if request.method == "POST" and form.is_valid():
        save_warehouse(form.save(commit=False), actor=Actor.of(request))
        messages.success(request, _("Đã lưu kho."))
        return redirect("inventory:warehouse_list")
    status = 422 if form.errors else 200
    context = {"form": form, "warehouse": warehouse, **address_hint(form)}
    return render(request, "inventory/warehouse_form.html", context, status=status)
