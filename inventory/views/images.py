"""Pictures of products: shown, added, ordered, dropped."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.forms.catalogue import ImageForm
from inventory.models import ProductImage
from inventory.services import images
from inventory.views.catalogue import product_or_404, product_page
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError

FOR_EVER = "private, max-age=86400, immutable"
FOR_A_MOMENT = "private, max-age=30"


@require_POST
@permission_required("inventory.change_product", raise_exception=True)
def add_image(request: HttpRequest, pk: int) -> HttpResponse:
    product = product_or_404(pk)
    form = ImageForm(request.POST, request.FILES)
    if not form.is_valid():
        return product_page(request, product, error=str(form.errors["image"][0]), status=422)
    try:
        images.add_image(product.pk, form.cleaned_data["image"], actor=Actor.of(request))
    except DomainError as refusal:
        return product_page(request, product, error=refusal.message, status=422)
    messages.success(request, _("Đã thêm ảnh."))
    return redirect("inventory:product_detail", pk)


@require_POST
@permission_required("inventory.change_product", raise_exception=True)
def move_image(request: HttpRequest, pk: int) -> HttpResponse:
    """`to` is first, up or down."""
    image = get_object_or_404(ProductImage, pk=pk)
    step = {"first": -image.position, "up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    images.place_image(pk, image.position + step, actor=Actor.of(request))
    return redirect("inventory:product_detail", image.product_id)


@require_POST
@permission_required("inventory.change_product", raise_exception=True)
def delete_image(request: HttpRequest, pk: int) -> HttpResponse:
    product_id = get_object_or_404(ProductImage, pk=pk).product_id
    images.delete_image(pk, actor=Actor.of(request))
    messages.success(request, _("Đã xóa ảnh."))
    return redirect("inventory:product_detail", product_id)


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def image(request: HttpRequest, pk: int) -> FileResponse:
    """A picture; its row never changes its file, so the browser may keep it."""
    row = get_object_or_404(ProductImage, pk=pk)
    return _file(row.file, FOR_EVER)


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def thumb(request: HttpRequest, pk: int) -> FileResponse:
    """The small picture, or the whole one until the job has made it."""
    row = get_object_or_404(ProductImage, pk=pk)
    return _file(row.thumb, FOR_EVER) if row.thumb else _file(row.file, FOR_A_MOMENT)


def _file(field: object, caching: str) -> FileResponse:
    try:
        response = FileResponse(field.open("rb"))  # type: ignore[attr-defined]
    except FileNotFoundError as missing:
        raise Http404 from missing
    response.headers["Cache-Control"] = caching
    return response
