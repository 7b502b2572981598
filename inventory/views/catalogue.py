"""Products: list, page, entry, pictures."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.catalogue import ImageForm, ProductForm
from inventory.models import Product, ProductImage
from inventory.selectors.catalogue import product_list as select_products
from inventory.selectors.catalogue import variants_with_stock
from inventory.services.catalogue import NewProduct, Option, create_product
from inventory.services.catalogue import add_image as keep_image
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def product_list(request: HttpRequest) -> HttpResponse:
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "active")
    page = select_products(
        q=q,
        status=status,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"page": page, "q": q, "status": status}
    template = (
        "inventory/product_list.html#results" if is_htmx(request) else "inventory/product_list.html"
    )
    return render(request, template, context)


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    return product_page(request, product)


def product_page(
    request: HttpRequest, product: Product, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "product": product,
        "options": product.options.all(),
        "images": product.images.all(),
        "variants": variants_with_stock(product, request.user),
        "form_error": error,
    }
    return render(request, "inventory/product_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_product", raise_exception=True)
def new_product(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = new_product_of(form, may_see_cost=request.user.has_perm("inventory.view_cost"))
            product = create_product(new, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã tạo sản phẩm."))
            return redirect("inventory:product_detail", product.pk)
    status = 422 if form.errors else 200
    return render(request, "inventory/product_new.html", {"form": form}, status=status)


def new_product_of(form: ProductForm, *, may_see_cost: bool) -> NewProduct:
    data = form.cleaned_data
    return NewProduct(
        name=data["name"],
        sku=data["sku"],
        barcode=data["barcode"],
        brand=data["brand"],
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


@require_POST
@permission_required("inventory.change_product", raise_exception=True)
def add_image(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    form = ImageForm(request.POST, request.FILES)
    if not form.is_valid():
        return product_page(request, product, error=str(form.errors["image"][0]), status=422)
    try:
        keep_image(product.pk, form.cleaned_data["image"], actor=Actor.of(request))
    except DomainError as refusal:
        return product_page(request, product, error=refusal.message, status=422)
    messages.success(request, _("Đã thêm ảnh."))
    return redirect("inventory:product_detail", pk)


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def image(request: HttpRequest, pk: int) -> FileResponse:
    """A picture; its row never changes its file, so the browser may keep it."""
    row = get_object_or_404(ProductImage, pk=pk)
    try:
        response = FileResponse(row.file.open("rb"))
    except FileNotFoundError as missing:
        raise Http404 from missing
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
