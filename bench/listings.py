"""A shop with 100,000 listings: reading them all twice, and its page with each filter.

The marketplace answers from memory, a page of fifty at a time, so only our own time is measured.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

LISTINGS = int(os.environ.get("BENCH_LISTINGS", "100000"))
MODELS, ITEMS_A_PAGE, CALLS = 10, 5, 20
PAGE_MS, PULL_S = 300, 120
FILTERS = {
    "first": "",
    "unlinked": "?show=unlinked",
    "refused": "?show=refused",
    "common_word": "?q=hang",
    "sku": "?q=SKU-1777",
    "absent_word": "?q=khongcoaiten",
}


def figures() -> Iterable[Figure]:
    with scratch_database("listings") as url:
        stock_shop(url)
        shop_id = connected()
        for name in ("first", "again"):
            yield Figure(f"listings_pulled_{name}", pulled(shop_id), "s", PULL_S, 1)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("VACUUM ANALYZE")
        for name, query in {**FILTERS, "middle": middle(shop_id)}.items():
            yield Figure(f"listing_page_{name}", page_p95(shop_id, query), "ms", PAGE_MS, 1)


def connected() -> int:
    from channels_sync.models import Shop
    from oms.kernel.clock import now

    shop = Shop.objects.create(
        marketplace="shopee",
        name="Gian hàng",
        region="VN",
        remote_shop_id="1",
        credentials={"access_token": "x"},
        token_expires_at=now() + timedelta(days=1),
        connected_at=now(),
        status=Shop.Status.CONNECTED,
    )
    return int(shop.pk)


def pulled(shop_id: int) -> float:
    """Seconds for all pages."""
    from channels_sync.ports import marketplace
    from channels_sync.services.listings import pull_listings

    kind = type(marketplace("shopee"))
    before, kind.list_products = kind.list_products, answered
    try:
        began = time.perf_counter()
        assert pull_listings(shop_id) == LISTINGS
        return time.perf_counter() - began
    finally:
        kind.list_products = before


def answered(_adapter: Any, _access: Any, cursor: str) -> Any:
    """One page; every second listing has a SKU of ours."""
    from channels_sync.ports import ListingPage, RemoteListing

    start = int(cursor or 0)
    end = min(LISTINGS, start + ITEMS_A_PAGE * MODELS)
    rows = tuple(
        RemoteListing(
            remote_item_id=str(number // MODELS),
            remote_model_id=str(number),
            name=f"Hang {number // MODELS}",
            sku=f"SKU-{1 + number % 2000}" if number % 2 else f"LA-{number}",
            barcode="",
            remote_status="NORMAL",
            price_vnd=100_000,
            quantity=5,
            location_ids=("1",),
        )
        for number in range(start, end)
    )
    return ListingPage(rows, str(end) if end < LISTINGS else None)


def middle(shop_id: int) -> str:
    """The page that begins in the middle of the list."""
    from channels_sync.models import Listing
    from oms.kernel.pages import cursor_of

    rows = Listing.objects.filter(shop=shop_id).order_by("name", "id")
    return f"?after={cursor_of(rows[LISTINGS // 2], ('name', 'id'))}"


def page_p95(shop_id: int, query: str) -> float:
    from django.test import Client
    from django.urls import reverse

    from oms.accounts.models import User

    user, _created = User.objects.get_or_create(username="bench", role="owner")
    client = Client()
    client.force_login(user)
    address = reverse("channels_sync:shop_detail", args=[shop_id]) + query
    took = []
    for _call in range(CALLS + 2):
        began = time.perf_counter()
        assert client.get(address).status_code == 200
        took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took[2:], n=20)[-1]


if __name__ == "__main__":
    show(figures())
