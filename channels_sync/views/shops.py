"""Shops: their health, settings, listings and problems."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from channels_sync.forms import LinkForm, ShopForm
from channels_sync.models import Shop, SyncProblem
from channels_sync.ports import marketplace, marketplace_codes
from channels_sync.queue import hurry
from channels_sync.selectors.shops import (
    listings_visible_to,
    open_problems,
    shop_cards,
    shop_listings,
    shops_visible_to,
)
from channels_sync.services.connecting import change_shop, disconnect_shop
from channels_sync.services.listings import link_listing, unlink_listing
from channels_sync.services.prices import told_prices
from channels_sync.services.reconciling import catch_up, import_missing
from channels_sync.services.stock_push import mark_listings
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable

PAGE = 50
ORDER_PROBLEMS = {
    SyncProblem.Kind.BAD_ORDER,
    SyncProblem.Kind.UNKNOWN_STATUS,
    SyncProblem.Kind.MISSING_ORDER,
}


@require_GET
@permission_required("channels_sync.view_shop", raise_exception=True)
def shop_list(request: HttpRequest) -> HttpResponse:
    adapters = [marketplace(code) for code in marketplace_codes()]
    context = {
        "cards": shop_cards(request.user),
        "marketplaces": [(each.code, each.name) for each in adapters if each.has_keys],
        "without_keys": [each.name for each in adapters if not each.has_keys],
    }
    return render(request, "channels_sync/shop_list.html", context)


@require_GET
@permission_required("channels_sync.view_shop", raise_exception=True)
def shop_detail(request: HttpRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    return _shop_page(request, shop, ShopForm(shop=shop, by=request.user))


def _shop_page(
    request: HttpRequest,
    shop: Shop,
    form: ShopForm,
    *,
    link_form: LinkForm | None = None,
    link_listing_id: int | None = None,
    status: int = 200,
) -> HttpResponse:
    [card] = [card for card in shop_cards(request.user) if card.shop.pk == shop.pk]
    show, search = request.GET.get("show", ""), request.GET.get("q", "").strip()
    rows = shop_listings(shop, show=show, search=search)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    told = told_prices(shop, page.object_list)
    for row in page.object_list:
        row.told_vnd = told.get(row.pk)
    context = {
        "shop": shop,
        "card": card,
        "form": form,
        "link_form": link_form,
        "link_listing_id": link_listing_id,
        "show": show,
        "search": search,
        "page": page,
        "problems": open_problems(shop)[:PAGE],
        "order_problems": ORDER_PROBLEMS,
    }
    return render(request, "channels_sync/shop_detail.html", context, status=status)


def out_of_sight(user: Any, shop: Shop) -> list[int]:
    """Warehouses of the shop that a limited user does not see, and therefore leaves as they are."""
    seen = warehouses_visible_to(user).values("pk")
    return list(shop.stock_warehouses.exclude(pk__in=seen).values_list("pk", flat=True))


@require_POST
@permission_required("channels_sync.connect_shop", raise_exception=True)
def shop_change(request: HttpRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    form = ShopForm(request.POST, shop=shop, by=request.user)
    if not form.is_valid():
        return _shop_page(request, shop, form, status=422)
    change_shop(
        pk,
        handover=form.cleaned_data.get("handover", shop.handover),
        warehouse_ids=[
            *(place.pk for place in form.cleaned_data["warehouses"]),
            *out_of_sight(request.user, shop),
        ],
        actor=Actor.of(request),
    )
    messages.success(request, _("Đã lưu. Số tồn mới đang được gửi lên sàn."))
    return redirect("channels_sync:shop_detail", pk)


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def shop_sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Sync now: read listings and orders, send what is owed."""
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    hurry("start_shop", shop.pk)
    hurry("push_stock", shop.pk)
    messages.success(request, _("Đang đồng bộ %(shop)s.") % {"shop": shop.name})
    return redirect("channels_sync:shop_detail", pk)


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def shop_prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the prices that differ from the price lists."""
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    hurry("push_prices", shop.pk)
    messages.success(request, _("Đang gửi giá bán lên %(shop)s.") % {"shop": shop.name})
    return redirect("channels_sync:shop_detail", pk)


@require_POST
@permission_required("channels_sync.connect_shop", raise_exception=True)
def shop_disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    disconnect_shop(pk, actor=Actor.of(request))
    messages.success(request, _("Đã ngắt kết nối %(shop)s.") % {"shop": shop.name})
    return redirect("channels_sync:shop_list")


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def shop_reconcile(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the order codes of the last 15 days now, and fetch what differs."""
    shop = get_object_or_404(shops_visible_to(request.user), pk=pk)
    try:
        found = catch_up(pk, actor=Actor.of(request))
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
    else:
        text = _(
            "Đã so %(n)s đơn của %(shop)s: thiếu %(missing)s, khác trạng thái %(stale)s,"
            " đã lấy về %(fetched)s."
        )
        counts = {"n": found.compared, "missing": len(found.missing), "stale": len(found.stale)}
        counts["fetched"] = found.fetched
        messages.success(request, text % {**counts, "shop": shop.name})
    return redirect("channels_sync:shop_detail", pk)


@require_POST
@permission_required("channels_sync.link_listing", raise_exception=True)
def listing_link(request: HttpRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(listings_visible_to(request.user), pk=pk)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            link_listing(pk, form.cleaned_data["code"], actor=Actor.of(request))
        except DomainError as refusal:
            form.add_error("code", refusal.message)
    if not form.is_valid():
        return _shop_page(
            request,
            listing.shop,
            ShopForm(shop=listing.shop, by=request.user),
            link_form=form,
            link_listing_id=pk,
            status=422,
        )
    messages.success(request, _("Đã liên kết “%(name)s”.") % {"name": listing.name})
    return redirect("channels_sync:shop_detail", listing.shop_id)


@require_POST
@permission_required("channels_sync.link_listing", raise_exception=True)
def listing_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(listings_visible_to(request.user), pk=pk)
    unlink_listing(pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ liên kết “%(name)s”.") % {"name": listing.name})
    return redirect("channels_sync:shop_detail", listing.shop_id)


@require_POST
@permission_required("channels_sync.sync_shop", raise_exception=True)
def problem_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the thing again: read the order anew, or send the stock number anew."""
    problem = get_object_or_404(
        SyncProblem.objects.filter(shop__in=shops_visible_to(request.user)), pk=pk
    )
    if problem.kind in ORDER_PROBLEMS:
        _read_again(request, problem)
    elif problem.kind == SyncProblem.Kind.PRICE_REFUSED:
        hurry("push_prices", problem.shop_id)
        messages.success(request, _("Giá đang được gửi lại."))
    else:
        item, _colon, model = problem.remote_id.partition(":")
        rows = problem.shop.listings.filter(remote_item_id=item, remote_model_id=model)
        mark_listings(list(rows.values_list("pk", flat=True)))
        messages.success(request, _("Số tồn đang được gửi lại."))
    return redirect("channels_sync:shop_detail", problem.shop_id)


def _read_again(request: HttpRequest, problem: SyncProblem) -> None:
    try:
        import_missing(problem.shop_id, [problem.remote_id])
    except (DomainError, ServiceUnreachable) as trouble:
        messages.error(request, trouble.message)
        return
    if SyncProblem.objects.filter(pk=problem.pk, resolved_at__isnull=True).exists():
        problem.refresh_from_db()
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Đã đọc lại đơn %(code)s.") % {"code": problem.remote_id})
