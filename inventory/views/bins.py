"""Shelves of a warehouse: made in one go, walked in order, with the goods that live there."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.bin_labels import bin_labels, labels_pdf
from inventory.forms.places import BinForm, BinGridForm
from inventory.forms.scan import ScanForm
from inventory.models import Bin, Warehouse
from inventory.selectors.bins import BinFilter, bin_list, bin_zones
from inventory.selectors.places import stocking_places
from inventory.services import places as places_service
from oms.kernel.errors import DomainError
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def warehouse_bins(request: HttpRequest, pk: int) -> HttpResponse:
    warehouse = get_object_or_404(stocking_places(request.user), pk=pk)
    return _page(request, warehouse, BinGridForm())


@require_POST
@permission_required("inventory.change_bin", raise_exception=True)
def create_bins(request: HttpRequest, pk: int) -> HttpResponse:
    warehouse = get_object_or_404(stocking_places(request.user), pk=pk)
    form = BinGridForm(request.POST)
    if form.is_valid():
        try:
            made = places_service.create_bins(pk, form.grid())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã tạo %(n)d vị trí.") % {"n": made})
            return redirect("inventory:warehouse_bins", pk)
    return _page(request, warehouse, form, status=422)


def _page(
    request: HttpRequest, warehouse: Warehouse, form: BinGridForm, *, status: int = 200
) -> HttpResponse:
    wanted = _wanted(request)
    page = bin_list(
        warehouse.pk,
        wanted=wanted,
        **cursors(request.GET),
    )
    context = {
        "warehouse": warehouse,
        "page": page,
        "wanted": wanted,
        "zones": bin_zones(warehouse.pk),
        "form": form,
    }
    return render(request, "inventory/bin_list.html", context, status=status)


def _wanted(request: HttpRequest) -> BinFilter:
    return BinFilter(request.GET.get("q", "").strip(), request.GET.get("zone", ""))


@require_GET
@permission_required("inventory.print_bin_label", raise_exception=True)
def print_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Stickers of the shelves that the list shows, all pages of it; `bin` asks for one."""
    warehouse = get_object_or_404(stocking_places(request.user), pk=pk)
    one = request.GET.get("bin", "")
    shelves = _wanted(request).rows(pk)
    if one:
        shelves = shelves.filter(pk=one) if one.isdecimal() else shelves.none()
    else:
        shelves = shelves.filter(is_active=True)
    try:
        labels = bin_labels(shelves.select_related("warehouse"))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("inventory:warehouse_bins", pk)
    response = HttpResponse(labels_pdf(labels), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="vi-tri-{warehouse.pk}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_bin", raise_exception=True)
def edit_bin(request: HttpRequest, pk: int) -> HttpResponse:
    shelf = _shelf(request, pk)
    form = BinForm(request.POST or None, instance=shelf)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu vị trí."))
        return redirect("inventory:bin_edit", pk)
    return _shelf_page(request, shelf, form, ScanForm(), status=422 if form.errors else 200)


@require_POST
@permission_required("inventory.change_bin", raise_exception=True)
def put_goods(request: HttpRequest, pk: int) -> HttpResponse:
    """A scan says: these goods live here."""
    shelf = _shelf(request, pk)
    scan = ScanForm(request.POST)
    if not scan.is_valid():
        return _shelf_page(request, shelf, BinForm(instance=shelf), scan, status=422)
    variant = scan.cleaned_data["code"]
    places_service.set_home(variant.pk, pk)
    messages.success(request, _("%(sku)s để ở %(bin)s.") % {"sku": variant.sku, "bin": shelf.code})
    return redirect("inventory:bin_edit", pk)


@require_POST
@permission_required("inventory.change_bin", raise_exception=True)
def take_goods(request: HttpRequest, pk: int, variant_id: int) -> HttpResponse:
    shelf = _shelf(request, pk)
    places_service.clear_home(variant_id, shelf.warehouse_id)
    messages.success(request, _("Đã bỏ hàng khỏi vị trí này."))
    return redirect("inventory:bin_edit", pk)


def _shelf(request: HttpRequest, pk: int) -> Bin:
    rows = Bin.objects.select_related("warehouse")
    return get_object_or_404(rows.filter(warehouse__in=stocking_places(request.user)), pk=pk)


def _shelf_page(
    request: HttpRequest, shelf: Bin, form: BinForm, scan: ScanForm, *, status: int
) -> HttpResponse:
    homes = shelf.homes.select_related("variant__product").order_by("variant__sku")
    context = {"shelf": shelf, "form": form, "scan": scan, "homes": homes}
    return render(request, "inventory/bin_edit.html", context, status=status)
