"""Sending what a product says to the shops that sell it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels_sync.selectors.products import product_at_shops
from channels_sync.services.product_push import mark_products
from inventory.models import Product


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def send_product(request: HttpRequest, pk: int) -> HttpResponse:
    """To every shop that the user sees, also to those that do not want it by themselves.

    A shop that is outside its hours gets it when they begin, or now when a person insists.
    """
    product = get_object_or_404(Product, pk=pk)
    shops = {row.shop.pk for row in product_at_shops(request.user, pk)}
    if mark_products([product.pk], shop_ids=shops, forced="force" in request.POST):
        messages.success(request, _("Đang gửi nội dung sản phẩm lên sàn."))
    else:
        messages.warning(request, _("Sản phẩm chưa liên kết với gian hàng nào nhận nội dung."))
    return redirect("inventory:product_detail", pk)
