"""Price lists: all of them in the order they are asked, and one with its prices."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.prices import PriceListForm, PriceSet
from inventory.models import PriceList
from inventory.ports import choices_of
from inventory.selectors.catalogue import find_variants, only_variant, search_variants
from inventory.selectors.prices import items_of, price_lists, price_lists_visible_to
from inventory.services.prices import ListPrice, ListTerms, save_price_list, set_prices
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors

CHANGE = "inventory.change_price"
PROPOSED = 50


@require_GET
@permission_required("inventory.view_product", raise_exception=True)
def price_list_list(request: HttpRequest) -> HttpResponse:
    sources, shops = dict(choices_of("source")), dict(choices_of("shop"))
    rows = price_lists(request.user)
    for row in rows:
        row.source_label = sources.get(row.source, row.source)  # type: ignore[attr-defined]
        row.shop_label = shops.get(str(row.shop_ref), row.shop_ref)  # type: ignore[attr-defined]
        row.holds = holds_today(row)  # type: ignore[attr-defined]
    return render(request, "inventory/price_list_list.html", {"rows": rows})


def holds_today(row: PriceList) -> bool:
    day = today()
    after_start = row.valid_from is None or row.valid_from <= day
    return row.is_active and after_start and (row.valid_to is None or row.valid_to >= day)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def new_price_list(request: HttpRequest) -> HttpResponse:
    form = PriceListForm(None, request.POST or None, by=request.user)
    row = save_terms(request, None, form) if request.method == "POST" else None
    if row is not None:
        return redirect("inventory:price_list", row.pk)
    status = 422 if form.errors else 200
    return render(request, "inventory/price_list_new.html", {"form": form}, status=status)


def save_terms(request: HttpRequest, pk: int | None, form: PriceListForm) -> PriceList | None:
    if not form.is_valid():
        return None
    try:
        row = save_price_list(pk, ListTerms(**form.cleaned_data), actor=Actor.of(request))
    except DomainError as refusal:
        add_refusal(form, refusal)
        return None
    messages.success(request, _("Đã lưu bảng giá."))
    return row


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def price_list(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(price_lists_visible_to(request.user), pk=pk)
    if request.method == "GET":
        return page(request, row, None)
    form = PriceListForm(row, request.POST, by=request.user)
    if save_terms(request, pk, form) is not None:
        return redirect("inventory:price_list", pk)
    return page(request, row, form, status=422)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def list_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the rows of the page shown; the others stay."""
    row = get_object_or_404(price_lists_visible_to(request.user), pk=pk)
    forms = PriceSet(request.POST, prefix="p")
    prices = prices_typed(forms) if forms.is_valid() else None
    if prices is None:
        return page(request, row, None, forms=forms, status=422)
    try:
        changed = set_prices(pk, prices, actor=Actor.of(request))
    except DomainError as refusal:
        return page(request, row, None, forms=forms, error=refusal.message, status=422)
    messages.success(request, _("Đã sửa %(n)d giá.") % {"n": changed})
    return redirect("inventory:price_list", pk)


def prices_typed(forms: BaseFormSet) -> list[ListPrice] | None:
    typed = [form for form in forms if form.cleaned_data.get("sku")]
    found = find_variants([form.cleaned_data["sku"] for form in typed])
    prices = []
    for form in typed:
        data = form.cleaned_data
        try:
            variant = only_variant(data["sku"], found)
        except DomainError as refusal:
            form.add_error("sku", refusal.message)
        else:
            prices.append(ListPrice(variant.pk, data["from_quantity"] or 1, data["price_vnd"]))
    return prices if len(prices) == len(typed) else None


def page(
    request: HttpRequest,
    row: PriceList,
    form: PriceListForm | None,
    *,
    forms: BaseFormSet | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    items = items_of(
        row,
        **cursors(request.GET),
    )
    known: list[dict[str, Any]] = [
        {
            "sku": item.variant.sku,
            "from_quantity": item.from_quantity,
            "price_vnd": item.price_vnd,
        }
        for item in items.rows
    ]
    context = {
        "price_list": row,
        "form": form or PriceListForm(row, by=request.user),
        "forms": forms or PriceSet(initial=known, prefix="p"),
        "names": [item.variant for item in items.rows],
        "page": items,
        "goods": search_variants("", limit=PROPOSED),
        "form_error": error,
    }
    return render(request, "inventory/price_list.html", context, status=status)
