"""Suppliers: list, page, contacts and prices."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.purchasing import ContactForm, PriceForm, SupplierForm
from inventory.models import Supplier
from inventory.selectors import suppliers as reads
from inventory.selectors.purchasing import purchases_visible_to
from inventory.services import suppliers
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from oms.kernel.pages import cursors

RECENT_ORDERS, PRICES_SHOWN = 10, 200
SUGGESTED = 20


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def supplier_list(request: HttpRequest) -> HttpResponse:
    q, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    page = reads.supplier_list(
        q=q,
        active=show != "closed",
        **cursors(request.GET),
    )
    name = "inventory/purchasing/supplier_list.html"
    template = f"{name}#results" if is_htmx(request) else name
    return render(request, template, {"page": page, "q": q, "show": show})


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def supplier_hint(request: HttpRequest) -> HttpResponse:
    """Active suppliers whose code or name holds what is typed, to choose from."""
    found = reads.search_suppliers(request.GET.get("supplier", "")[:100], limit=SUGGESTED)
    template = "inventory/purchasing/supplier_names.html#options"
    return render(request, template, {"suppliers": found})


def suggested(request: HttpRequest) -> dict[str, Any]:
    """For a form with a supplier: who is proposed at first, and the one that the link names."""
    wanted = request.GET.get("supplier", "")
    rows = Supplier.objects.filter(is_active=True)
    named = rows.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None
    return {"named": named or "", "suppliers": reads.search_suppliers("", limit=SUGGESTED)}


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_supplier", raise_exception=True)
def new_supplier(request: HttpRequest) -> HttpResponse:
    return supplier_form(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_supplier", raise_exception=True)
def edit_supplier(request: HttpRequest, pk: int) -> HttpResponse:
    return supplier_form(request, get_object_or_404(Supplier, pk=pk))


def supplier_form(request: HttpRequest, supplier: Supplier | None) -> HttpResponse:
    form = SupplierForm(request.POST or None, instance=supplier)
    if request.method == "POST" and form.is_valid():
        saved = suppliers.save_supplier(form.save(commit=False), actor=Actor.of(request))
        messages.success(request, _("Đã lưu nhà cung cấp."))
        return redirect("inventory:supplier_detail", saved.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "supplier": supplier}
    return render(request, "inventory/purchasing/supplier_form.html", context, status=status)


@require_GET
@permission_required("inventory.view_purchase", raise_exception=True)
def supplier_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return supplier_page(request, get_object_or_404(Supplier, pk=pk))


def supplier_page(
    request: HttpRequest,
    supplier: Supplier,
    *,
    price_form: PriceForm | None = None,
    contact_form: ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:
    prices = supplier.prices.select_related("variant__product")
    context: dict[str, Any] = {
        "supplier": supplier,
        "contacts": supplier.contacts.all(),
        "prices": prices.order_by("variant__sku", "min_quantity", "-valid_from")[:PRICES_SHOWN],
        "orders": purchases_visible_to(request.user)
        .filter(supplier=supplier)
        .select_related("warehouse")
        .order_by("-id")[:RECENT_ORDERS],
        "price_form": price_form or PriceForm(initial={"valid_from": today()}),
        "contact_form": contact_form or ContactForm(),
    }
    return render(request, "inventory/purchasing/supplier_detail.html", context, status=status)


@require_POST
@permission_required("inventory.change_supplier", raise_exception=True)
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return supplier_page(request, supplier, contact_form=form, status=422)
    suppliers.add_contact(pk, form.save(commit=False), actor=Actor.of(request))
    messages.success(request, _("Đã thêm người liên hệ."))
    return redirect("inventory:supplier_detail", pk)


@require_POST
@permission_required("inventory.change_supplier", raise_exception=True)
def remove_contact(request: HttpRequest, pk: int, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(get_object_or_404(Supplier, pk=pk).contacts, pk=contact_id)
    suppliers.remove_contact(contact.pk, actor=Actor.of(request))
    return redirect("inventory:supplier_detail", pk)


@require_POST
@permission_required(["inventory.change_supplier", "inventory.view_cost"], raise_exception=True)
def add_price(request: HttpRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    form = PriceForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        variant = data.pop("variant")
        try:
            suppliers.set_price(pk, variant.pk, actor=Actor.of(request), **data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu giá nhập."))
            return redirect("inventory:supplier_detail", pk)
    return supplier_page(request, supplier, price_form=form, status=422)


@require_POST
@permission_required(["inventory.change_supplier", "inventory.view_cost"], raise_exception=True)
def remove_price(request: HttpRequest, pk: int, price_id: int) -> HttpResponse:
    price = get_object_or_404(get_object_or_404(Supplier, pk=pk).prices, pk=price_id)
    suppliers.remove_price(price.pk, actor=Actor.of(request))
    return redirect("inventory:supplier_detail", pk)
