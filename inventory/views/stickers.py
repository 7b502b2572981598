"""Stickers of goods: so many of each variant, or one a piece that came."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from inventory.models import Product
from inventory.stickers import Sticker, of_receipt, of_variants, stickers_pdf
from inventory.views.receiving import found
from oms.kernel.errors import DomainError
from oms.kernel.printers import printer_setting

NEEDS = "inventory.print_sticker"


@require_GET
@permission_required(NEEDS, raise_exception=True)
def product_stickers(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks how many of each variant; `n_<variant>` in the address are the answer."""
    product = get_object_or_404(Product, pk=pk)
    rows = [
        (variant, _count(request.GET.get(f"n_{variant.pk}", "")))
        for variant in product.variants.filter(is_active=True).order_by("pk")
    ]
    if any(count for _variant, count in rows):
        return drawn(request, of_variants(rows), back=("inventory:product_detail", pk))
    context = {"product": product, "variants": [variant for variant, _count_ in rows]}
    return render(request, "inventory/stickers.html", context)


@require_GET
@permission_required(NEEDS, raise_exception=True)
def receipt_stickers(request: HttpRequest, pk: int) -> HttpResponse:
    return drawn(request, of_receipt(found(request, pk)), back=("inventory:receipt", pk))


def drawn(
    request: HttpRequest, stickers: Sequence[Sticker], *, back: tuple[str, int]
) -> HttpResponse:
    """On the roll of the computer that asks."""
    printer = printer_setting(request, "sticker")
    try:
        content = printer.finish(stickers_pdf(stickers, paper=printer.paper))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(*back)
    headers = {"Content-Disposition": 'inline; filename="tem.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0
