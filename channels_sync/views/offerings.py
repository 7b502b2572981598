"""Offering a product of ours at a shop: find its category, answer what it asks, see what became."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from channels_sync.forms_offer import OfferForm
from channels_sync.models import MarketCategory, Offering, Shop
from channels_sync.ports import CategoryRules, CreatesProducts, creator_of_products
from channels_sync.selectors.offerings import found_categories
from channels_sync.selectors.shops import shops_visible_to
from channels_sync.services.categories import (
    categories_are_stale,
    kept_rules,
    pull_categories,
    rules_of,
)
from channels_sync.services.hours import is_open
from channels_sync.services.offering import ask_to_offer, offered_numbers
from channels_sync.views.asking import answered, asked, asks_now, waiting
from inventory.models import Product
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal

PERMISSION = "channels_sync.offer_product"


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def offer(request: HttpRequest, pk: int, product_pk: int) -> HttpResponse:
    """The way in: categories by words until one is chosen, then its questions."""
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    product = get_object_or_404(Product, pk=product_pk)
    row = Offering.objects.filter(shop=shop, product=product).first()
    chosen = _category(shop, request.GET.get("category") or (row.category_id if row else ""))
    creator = creator_of_products(shop.marketplace)
    if creator is None:
        messages.error(request, _("Sàn này không nhận sản phẩm mới từ đây."))
        return redirect("inventory:product_detail", product.pk)
    if chosen is None or "q" in request.GET:
        return _category_page(request, shop, product, row)
    rules, trouble = _rules(request, shop, creator, chosen)
    if rules is None:
        return _waiting(request, shop, product, trouble)
    return _form_page(request, row, chosen, _form(request, product, row, chosen, rules), shop)


def _category(shop: Shop, remote_id: str) -> MarketCategory | None:
    rows = MarketCategory.objects.filter(marketplace=shop.marketplace, remote_id=remote_id)
    return rows.first() if remote_id else None


def _category_page(
    request: HttpRequest, shop: Shop, product: Product, row: Offering | None
) -> HttpResponse:
    """The tree is read through this shop once a week."""
    trouble = ""
    if categories_are_stale(shop.marketplace):
        if not asks_now(request):
            return _waiting(request, shop, product)
        _count, trouble = asked(partial(pull_categories, shop))
    words = request.GET.get("q", "").strip()
    categories = found_categories(shop.marketplace, words)
    if trouble and not categories:
        return _waiting(request, shop, product, trouble)
    context: dict[str, object] = {
        "shop": shop,
        "product": product,
        "offering": row,
        "words": words,
        "categories": categories,
        "trouble": trouble,
    }
    return answered(request, "channels_sync/offer_category.html", context)


def _waiting(request: HttpRequest, shop: Shop, product: Product, trouble: str = "") -> HttpResponse:
    context: dict[str, object] = {"shop": shop, "product": product}
    return waiting(request, context, trouble, template="channels_sync/offer_wait.html")


def _form_page(
    request: HttpRequest, row: Offering | None, chosen: MarketCategory, form: OfferForm, shop: Shop
) -> HttpResponse:
    product = form.product
    faults = row.errors if row is not None and not form.is_bound else {}
    if row is not None and row.state == Offering.State.REFUSED and faults:
        form.cleaned_data = {}
        form.full_clean()
    variants = list(product.variants.filter(is_active=True).order_by("pk"))
    numbers = offered_numbers(shop, variants)
    context: dict[str, object] = {
        "shop": shop,
        "product": product,
        "offering": row,
        "category": chosen,
        "form": form,
        "refusals": form.show_refusals(faults) if faults else [],
        "pieces": [(each, *numbers[each.pk]) for each in variants],
        "is_open": is_open(shop),
        "demands": form.rules.demands,
    }
    return answered(request, "channels_sync/offer_form.html", context)


def _rules(
    request: HttpRequest, shop: Shop, creator: CreatesProducts, chosen: MarketCategory
) -> tuple[CategoryRules | None, str]:
    """What the category asks: asked anew for who opens the form, as it was for who sends it."""
    kept = kept_rules(shop, chosen.remote_id)
    if kept is not None and (kept.is_fresh or request.method == "POST"):
        return kept.rules, ""
    if not asks_now(request):
        return None, ""
    rules, trouble = asked(partial(rules_of, shop, creator, chosen.remote_id))
    return rules or (kept.rules if kept else None), trouble


def _form(
    request: HttpRequest,
    product: Product,
    row: Offering | None,
    chosen: MarketCategory,
    rules: CategoryRules,
) -> OfferForm:
    known = row if row is not None and row.category_id == chosen.remote_id else None
    data = request.POST if request.method == "POST" else None
    return OfferForm(data, rules=rules, product=product, offering=known)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def offer_send(request: HttpRequest, pk: int, product_pk: int) -> HttpResponse:
    """Ask for it; the worker sends it and tells what became of it on the same page."""
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    product = get_object_or_404(Product, pk=product_pk)
    row = Offering.objects.filter(shop=shop, product=product).first()
    chosen = get_object_or_404(
        MarketCategory, marketplace=shop.marketplace, remote_id=request.POST.get("category", "")
    )
    creator = creator_of_products(shop.marketplace)
    if creator is None:
        raise Http404
    rules, trouble = _rules(request, shop, creator, chosen)
    if rules is None:
        return _waiting(request, shop, product, trouble)
    form = _form(request, product, row, chosen, rules)
    if not rules.demands and form.is_valid() and _asked(request, shop, product, chosen, form):
        return redirect(reverse("channels_sync:offer", args=[shop.pk, product.pk]))
    return _form_page(request, row, chosen, form, shop)


def _asked(
    request: HttpRequest, shop: Shop, product: Product, chosen: MarketCategory, form: OfferForm
) -> bool:
    forced = "force" in request.POST
    answers = form.answers(chosen.remote_id, chosen.path)
    try:
        ask_to_offer(shop.pk, product.pk, answers, actor=Actor.of(request), forced=forced)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return False
    if forced or is_open(shop):
        messages.success(request, _("Đang đăng lên %(shop)s.") % {"shop": shop.name})
    else:
        text = _("Sẽ đăng lên %(shop)s khi tới giờ đồng bộ %(time)s.")
        told = {"shop": shop.name, "time": f"{shop.sync_from:%H:%M}"}
        messages.success(request, text % told)
    return True
