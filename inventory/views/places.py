"""Warehouses: where goods are and where carriers pick them up; how full they are."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.forms.places import WarehouseForm
from inventory.models import Warehouse
from inventory.selectors.places import stocking_places
from inventory.selectors.space import space_in_use


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


def warehouse_form(request: HttpRequest, warehouse: Warehouse | None) -> HttpResponse:
    form = WarehouseForm(request.POST or None, instance=warehouse)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu kho."))
        return redirect("inventory:warehouse_list")
    status = 422 if form.errors else 200
    context = {"form": form, "warehouse": warehouse}
    return render(request, "inventory/warehouse_form.html", context, status=status)
