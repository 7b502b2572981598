"""A product's life after entry: its texts, archive, copy, options and variants."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory import ports
from inventory.forms.catalogue import (
    CopyForm,
    OptionForm,
    ProductEditForm,
    SpecificationSet,
    UnitSet,
    ValueForm,
    VariantSet,
)
from inventory.margin import margin_of
from inventory.models import Product, Variant
from inventory.selectors.categories import brand_choices
from inventory.services import options, products
from inventory.services.units import set_units
from inventory.services.variants import VariantEdit, codes_of, update_variants
from inventory.views.catalogue import SEE_COST, product_or_404, product_page
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal

CHANGE, CHANGE_PRICE = "inventory.change_product", "inventory.change_price"
ROWS_AT_ONCE = 50


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def edit_product(request: HttpRequest, pk: int) -> HttpResponse:
    product = product_or_404(pk)
    if request.method == "GET":
        form = ProductEditForm(initial=initial_of(product))
        known = [{"name": name, "value": value} for name, value in product.specifications]
        sizes = [{"name": unit.name, "factor": unit.factor} for unit in product.units.all()]
        rows, units = (
            SpecificationSet(initial=known, prefix="spec"),
            UnitSet(initial=sizes, prefix="unit"),
        )
        return edit_page(request, product, form, rows, units)
    form, rows = ProductEditForm(request.POST), SpecificationSet(request.POST, prefix="spec")
    units = UnitSet(request.POST, prefix="unit")
    if form.is_valid() and rows.is_valid() and units.is_valid():
        try:
            save_product(pk, form, rows, units, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu sản phẩm."))
            return redirect("inventory:product_detail", pk)
    return edit_page(request, product, form, rows, units, status=422)


@transaction.atomic
def save_product(
    pk: int, form: ProductEditForm, rows: BaseFormSet, units: BaseFormSet, *, actor: Actor
) -> None:
    """Texts and units of one form: both or neither."""
    products.update_product(pk, texts_of(form, rows), actor=actor)
    larger = [(unit.cleaned_data["name"], unit.cleaned_data["factor"]) for unit in units
              if unit.cleaned_data.get("name")]  # fmt: skip
    set_units(pk, form.cleaned_data["unit"], larger, actor=actor)


def initial_of(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "category": product.category_id,
        "brand": product.brand.name if product.brand else "",
        "vat_rate": product.vat_rate,
        "description": product.description,
        "video_url": product.video_url,
        "unit": product.unit,
    }


def texts_of(form: ProductEditForm, rows: BaseFormSet) -> products.ProductTexts:
    data = form.cleaned_data
    return products.ProductTexts(
        name=data["name"],
        brand=data["brand"],
        category_id=data["category"],
        vat_rate=data["vat_rate"],
        description=data["description"],
        video_url=data["video_url"],
        specifications=tuple(
            (row.cleaned_data.get("name", ""), row.cleaned_data.get("value", "")) for row in rows
        ),
    )


def edit_page(
    request: HttpRequest,
    product: Product,
    form: ProductEditForm,
    rows: BaseFormSet,
    units: BaseFormSet,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "product": product,
        "form": form,
        "rows": rows,
        "units": units,
        "brands": brand_choices(),
        "notes": ports.field_notes(request.user, product.pk),
    }
    return render(request, "inventory/product_edit.html", context, status=status)


def act(request: HttpRequest, pk: int, service: Callable[[], object], done: str) -> HttpResponse:
    """Call one service and go back to the product; a refusal is shown there."""
    product = product_or_404(pk)
    try:
        service()
    except DomainError as refusal:
        return product_page(request, product, error=refusal.message, status=422)
    messages.success(request, done)
    return redirect("inventory:product_detail", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    actor = Actor.of(request)
    done = _("Đã đưa vào lưu trữ.")
    return act(request, pk, lambda: products.archive_product(pk, actor=actor), done)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    actor = Actor.of(request)
    done = _("Sản phẩm đang bán lại.")
    return act(request, pk, lambda: products.restore_product(pk, actor=actor), done)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    product = product_or_404(pk)
    initial = {"name": _("%(name)s (bản sao)") % {"name": product.name}}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = products.copy_product(pk, actor=Actor.of(request), **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã sao chép. Sửa những gì khác đi."))
            return redirect("inventory:product_edit", made.pk)
    context = {"product": product, "form": form}
    status = 422 if form.errors else 200
    return render(request, "inventory/product_copy.html", context, status=status)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def add_value(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = ValueForm(request.POST), Actor.of(request)
    if not form.is_valid():
        error = _("Nhập giá trị cần thêm.")
        return product_page(request, product_or_404(pk), error=error, status=422)
    option, value = form.cleaned_data["option"], form.cleaned_data["value"]
    return act(
        request, pk, lambda: options.add_option_value(pk, option, value, actor=actor),
        _("Đã thêm “%(value)s” và các phiên bản mới.") % {"value": value},
    )  # fmt: skip


@require_POST
@permission_required(CHANGE, raise_exception=True)
def remove_value(request: HttpRequest, pk: int) -> HttpResponse:
    option, value = request.POST.get("option", ""), request.POST.get("value", "")
    actor = Actor.of(request)
    return act(
        request, pk, lambda: options.remove_option_value(pk, option, value, actor=actor),
        _("Đã bỏ “%(value)s”; các phiên bản của nó ngừng bán.") % {"value": value},
    )  # fmt: skip


@require_POST
@permission_required(CHANGE, raise_exception=True)
def add_option(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = OptionForm(request.POST), Actor.of(request)
    if not form.is_valid() or not form.cleaned_data["values"]:
        error = _("Đặt tên thuộc tính và nhập các giá trị khác nhau, cách nhau dấu phẩy.")
        return product_page(request, product_or_404(pk), error=error, status=422)
    name, values = form.cleaned_data["name"], form.cleaned_data["values"]
    return act(
        request, pk, lambda: options.add_option(pk, name, values, actor=actor),
        _("Đã thêm thuộc tính “%(name)s”.") % {"name": name},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def edit_variants(request: HttpRequest, pk: int) -> HttpResponse:
    """Every variant in one table; a long one is turned by pages of fifty."""
    product = product_or_404(pk)
    every = Paginator(product.variants.order_by("pk"), ROWS_AT_ONCE)
    page = every.get_page(request.GET.get("page"))
    form_options = {
        "may_see_cost": request.user.has_perm(SEE_COST),
        "may_change_price": request.user.has_perm(CHANGE_PRICE),
    }
    if request.method == "GET":
        codes = codes_of(product)
        rows = [row_of(variant, codes[variant.pk]) for variant in page.object_list]
        forms = VariantSet(initial=rows, prefix="v", form_kwargs=form_options)
        return variants_page(request, product, page, forms)
    forms = VariantSet(request.POST, prefix="v", form_kwargs=form_options)
    if forms.is_valid() and "margin" not in request.POST:
        try:
            changed = update_variants(
                pk, [edit_of(form) for form in forms], actor=Actor.of(request)
            )
        except DomainError as refusal:
            return variants_page(request, product, page, forms, error=refusal.message, status=422)
        messages.success(request, _("Đã lưu %(n)d phiên bản.") % {"n": len(changed)})
        return redirect("inventory:product_detail", pk)
    status = 200 if forms.is_valid() else 422
    return variants_page(request, product, page, forms, status=status)


def row_of(variant: Variant, codes: list[str]) -> dict[str, Any]:
    names = [name for name in VariantSet.form.base_fields if hasattr(variant, name)]
    row = {name: getattr(variant, name) for name in names if name != "barcodes"}
    return {**row, "variant_id": variant.pk, "barcodes": " ".join(codes), "title": variant.title}


def edit_of(form: Any) -> VariantEdit:
    data = dict(form.cleaned_data)
    data["barcodes"] = data["barcodes"].replace(",", " ").split()
    return VariantEdit(**data)


def variants_page(
    request: HttpRequest,
    product: Product,
    page: Any,
    forms: BaseFormSet,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    titles = {row.pk: row for row in page.object_list}
    for form in forms:
        key = str(form["variant_id"].value() or "")
        variant = titles.get(int(key)) if key.isdecimal() else None
        form.title = variant.title if variant else ""
        form.price = variant.price_vnd if variant else None
        typed = getattr(form, "cleaned_data", None) or form.initial
        price, cost = typed.get("price_vnd"), typed.get("cost_vnd")
        if price is not None and cost is not None:
            form.margin = margin_of(price, cost, product.vat_rate)
    context = {"product": product, "page": page, "forms": forms, "form_error": error}
    return render(request, "inventory/product_variants.html", context, status=status)
