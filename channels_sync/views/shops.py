"""Shops: their health, settings, listings and problems."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from channels_sync.forms import LinkForm, ShopForm
from channels_sync.models import Listing, Shop
from channels_sync.ports import marketplace, marketplace_codes
from channels_sync.queue import hurry
from channels_sync.selectors.capabilities import capability_table
from channels_sync.selectors.shops import (
    listings_visible_to,
    open_problems,
    shop_cards,
    shop_listings,
    shops_visible_to,
)
from channels_sync.services.connecting import change_shop, disconnect_shop
from channels_sync.services.hours import is_open
from channels_sync.services.listings import link_listing, unlink_listing
from channels_sync.services.prices import told_prices, want_prices
from channels_sync.services.reconciling import catch_up
from channels_sync.views.problems import step_of
from inventory.selectors.places import warehouses_visible_to
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.pages import cursors

MOST_PROBLEMS = 50


@require_GET
@permission_required("channels_sync.view_shop", raise_exception=True)
def shop_list(request: HttpRequest) -> HttpResponse:
    adapters = [marketplace(code) for code in marketplace_codes()]
    context = {
        "cards": shop_cards(request.user),
        "marketplaces": [(each.code, each.name) for each in adapters if each.has_keys],
        "without_keys": [each.name for each in adapters if not each.has_keys],
        "addresses": [partner_addresses(each.code, each.name) for each in adapters],
        "abilities": capability_table(),
    }
    return render(request, "channels_sync/shop_list.html", context)


class PartnerAddresses(NamedTuple):
    """What is pasted into a marketplace's own console."""

    name: str
    push_url: str
    redirect_url: str


def partner_addresses(code: str, name: str) -> PartnerAddresses:
    root = settings.OMS_PUBLIC_URL.rstrip("/")
    callback = reverse("channels_sync:callback", args=[code])
    return PartnerAddresses(name, root + reverse(f"channels_sync:hook_{code}"), root + callback)


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
    [card] = shop_cards(request.user, shop_id=shop.pk)
    show, search = request.GET.get("show", ""), request.GET.get("q", "").strip()
    page = shop_listings(shop, cursors(request.GET), show=show, search=search)
    told = told_prices(shop, page.rows)
    for row in page.rows:
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
        "problems": [(each, step_of(each)) for each in open_problems(shop)[:MOST_PROBLEMS]],
        "is_open": is_open(shop),
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
        tolerance_vnd=form.cleaned_data["tolerance_vnd"],
        sends_texts=form.cleaned_data.get("sends_texts"),
        sync_hours=form.cleaned_data["sync_hours"],
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
    if want_prices(shop.pk, forced="force" in request.POST):
        messages.success(request, _("Đang gửi giá bán lên %(shop)s.") % {"shop": shop.name})
    else:
        told = {"shop": shop.name, "time": f"{shop.sync_from:%H:%M}"}
        text = _("Giá sẽ được gửi lên %(shop)s khi tới giờ đồng bộ %(time)s.")
        messages.success(request, text % told)
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
    return _back_to_listings(request, listing)


@require_POST
@permission_required("channels_sync.link_listing", raise_exception=True)
def listing_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(listings_visible_to(request.user), pk=pk)
    unlink_listing(pk, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ liên kết “%(name)s”.") % {"name": listing.name})
    return _back_to_listings(request, listing)


def _back_to_listings(request: HttpRequest, listing: Listing) -> HttpResponse:
    """To the page of the list, its filter and its search, that the form stood in."""
    address = reverse("channels_sync:shop_detail", args=[listing.shop_id])
    return redirect(f"{address}?{request.GET.urlencode()}#listings")
