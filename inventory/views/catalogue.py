"""Products: list, page, entry, and the profit of a price that is being typed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory import ports
from inventory.forms.catalogue import OptionForm, ProductForm
from inventory.margin import Margin, margin_of
from inventory.models import Product
from inventory.selectors.catalogue import ProductFilter, search_variants, variants_with_stock
from inventory.selectors.catalogue import product_list as select_products
from inventory.selectors.categories import brand_choices, category_choices, names_of_categories
from inventory.services.catalogue import NewProduct, Option, create_product
from inventory.timeline import product_timeline
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from oms.kernel.money import parse_vnd
from oms.kernel.pages import cursors

SEE_COST = "inventory.view_cost"
SUGGESTED = 20


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def product_list(request: HttpRequest) -> HttpResponse:
    wanted = filter_of(request.GET)
    page = select_products(
        wanted,
        **cursors(request.GET),
    )
    context = {
        "page": page,
        "filter": wanted,
        "categories": category_choices(),
        "brands": brand_choices(),
        "filter_query": request.GET.urlencode(),
    }
    template = (
        "inventory/product_list.html#results" if is_htmx(request) else "inventory/product_list.html"
    )
    return render(request, template, context)


def filter_of(params: QueryDict) -> ProductFilter:
    """The list's filter from the address; what cannot be read is no filter."""
    category, brand = params.get("category", ""), params.get("brand", "")
    return ProductFilter(
        q=params.get("q", "").strip()[:200],
        status=params.get("status", "active"),
        category_id=int(category) if category.isdecimal() else None,
        brand_id=int(brand) if brand.isdecimal() else None,
    )


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return product_page(request, product_or_404(pk))


def product_or_404(pk: int) -> Product:
    return get_object_or_404(Product.objects.select_related("brand", "category"), pk=pk)


def product_page(
    request: HttpRequest, product: Product, *, error: str = "", status: int = 200
) -> HttpResponse:
    may_see_cost = request.user.has_perm(SEE_COST)
    variants = variants_with_stock(product, request.user)
    holds = any(level.on_hand for variant in variants for level in variant.stock)  # type: ignore[attr-defined]
    context = {
        "product": product,
        "needs_stock": product.kind == Product.Kind.SIMPLE and not holds,
        "options": product.options.all(),
        "option_form": OptionForm(),
        "units": product.units.all(),
        "images": product.images.all(),
        "variants": variants,
        "timeline": product_timeline(product.pk, may_see_cost=may_see_cost),
        "form_error": error,
        "panels": ports.product_panels(request, product),
    }
    return render(request, "inventory/product_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_product", raise_exception=True)
def new_product(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "margin" in request.POST:
        form = ProductForm(initial=request.POST.dict())
        return new_page(request, form, margin=margin_typed(request.POST))
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = new_product_of(form, may_see_cost=request.user.has_perm(SEE_COST))
            product = create_product(new, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã tạo sản phẩm."))
            return redirect("inventory:product_detail", product.pk)
    return new_page(request, form, status=422 if form.errors else 200)


def new_page(
    request: HttpRequest, form: ProductForm, *, margin: Margin | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "brands": brand_choices(), "margin": margin}
    return render(request, "inventory/product_new.html", context, status=status)


def new_product_of(form: ProductForm, *, may_see_cost: bool) -> NewProduct:
    data = form.cleaned_data
    return NewProduct(
        name=data["name"],
        sku=data["sku"],
        barcode=data["barcode"],
        brand=data["brand"],
        category=names_of_categories([data["category"]])[data["category"]],
        description=data["description"],
        vat_rate=data["vat_rate"],
        price_vnd=data["price_vnd"],
        cost_vnd=(data["cost_vnd"] or 0) if may_see_cost else 0,
        weight_g=data["weight_g"],
        length_cm=data["length_cm"] or 0,
        width_cm=data["width_cm"] or 0,
        height_cm=data["height_cm"] or 0,
        options=[Option(name, values) for name, values in form.options()],
    )


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def goods_hint(request: HttpRequest) -> HttpResponse:
    """Goods whose code or name holds what is typed; the field sends itself under its own name."""
    typed = next((value for value in request.GET.values() if value), "")
    goods = search_variants(str(typed)[:100], limit=SUGGESTED)
    return render(request, "inventory/goods.html#options", {"goods": goods})


@require_GET
@permission_required(SEE_COST, raise_exception=True)
def margin(request: HttpRequest) -> HttpResponse:
    """Profit and margin of what is typed, as a fragment; nothing is saved."""
    prefix = request.GET.get("prefix", "")
    context = {"margin": margin_typed(request.GET, prefix=prefix), "short": bool(prefix)}
    return render(request, "inventory/margin.html", context)


def margin_typed(typed: Any, *, prefix: str = "") -> Margin | None:
    """None while one of the three values cannot be read yet."""
    before = f"{prefix}-" if prefix else ""
    try:
        price = parse_vnd(typed.get(f"{before}price_vnd", ""))
        cost = parse_vnd(typed.get(f"{before}cost_vnd", "") or "0")
        rate = int(typed.get("vat_rate", ""))
    except (DomainError, ValueError):
        return None
    return margin_of(price, cost, rate) if rate in Product.VatRate.values else None
