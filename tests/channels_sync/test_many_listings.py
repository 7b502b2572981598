"""A shop with very many listings: its page and its pull ask no more for more of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_sync.models import Listing, Shop, StockPush
from channels_sync.ports import ListingPage, RemoteListing
from channels_sync.selectors import waiting
from channels_sync.services import listings
from oms.kernel.clock import now
from tests.inventory.makers import make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture
def shop() -> Shop:
    return Shop.objects.create(
        marketplace="shopee",
        name="Gian hàng",
        region="VN",
        remote_shop_id="1",
        credentials={"access_token": "x"},
        token_expires_at=now() + timedelta(days=1),
        connected_at=now(),
        last_poll_at=now(),
        status=Shop.Status.CONNECTED,
    )


def told(numbers: range) -> tuple[RemoteListing, ...]:
    """What the marketplace says of these listings; half of them are known by their SKU."""
    return tuple(
        RemoteListing(f"{n}", "0", f"Áo {n}", f"S{n}", "", "NORMAL", 100_000, 5, ("1",))
        for n in numbers
    )


def offer(shop: Shop, numbers: range) -> None:
    """Listings of each kind that the filters of the page tell apart."""
    listings.keep_listings(shop.pk, told(numbers))
    for row in Listing.objects.filter(remote_item_id__in=map(str, numbers)):
        if int(row.remote_item_id) % 2:
            Listing.objects.filter(pk=row.pk).update(variant=make_variant(), linked_by="sku")
            StockPush.objects.create(
                listing=row, state=StockPush.State.FAILED, next_attempt_at=now()
            )


def names(page: Client, shop: Shop, query: str) -> list[str]:
    """What the page of listings shows, in its order."""
    answer = page.get(reverse("channels_sync:shop_detail", args=[shop.pk]) + query)
    return [row.name for row in answer.context["page"].rows]


def test_pages_of_listings_follow_each_other_without_a_gap_or_a_repeat(
    owner_client: Client, shop: Shop
) -> None:
    listings.keep_listings(shop.pk, told(range(100, 220)))
    wanted = [f"Áo {n}" for n in range(100, 220)]
    address = reverse("channels_sync:shop_detail", args=[shop.pk])
    seen, cursor = [], ""
    for _page in range(3):
        page = owner_client.get(f"{address}?after={cursor}").context["page"]
        seen.append([row.name for row in page.rows])
        cursor = page.next_cursor
    assert seen == [wanted[:50], wanted[50:100], wanted[100:]]
    assert cursor == ""
    assert names(owner_client, shop, f"?before={page.previous_cursor}") == wanted[50:100]


@pytest.mark.parametrize("word", ["ao thun", "ÁO 7", "s7", "thun áo", " 7 "])
def test_listings_are_found_by_folded_words_of_name_and_codes(
    owner_client: Client, shop: Shop, word: str
) -> None:
    found = RemoteListing("7", "0", "Áo thun", "S7", "893", "NORMAL", 1, 5, ("1",))
    other = RemoteListing("8", "0", "Quần", "Q8", "894", "NORMAL", 1, 5, ("1",))
    listings.keep_listings(shop.pk, [found, other])
    assert names(owner_client, shop, f"?q={word}") == ["Áo thun"]


@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        ("listing_search_trgm", "USING gin (search_folded gin_trgm_ops)"),
        ("listing_by_name", "USING btree (shop_id, name, id)"),
        (
            "listing_unlinked_by_name",
            "USING btree (shop_id, name, id) WHERE (variant_id IS NULL)",
        ),
        ("push_refused", "USING btree (listing_id) WHERE ((state)::text = 'failed'::text)"),
    ],
)
def test_each_filter_of_listings_has_its_index(index: str, wanted: str) -> None:
    """By its definition: what is planned for a small table tells nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [index])
        [(definition,)] = cursor.fetchall()
    assert definition.endswith(wanted)


def test_what_waits_in_a_shop_is_counted_up_to_a_thousand(
    owner_client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_COUNTED", 3)
    listings.keep_listings(shop.pk, told(range(2)))
    assert waiting.waiting_in([shop])[shop.pk].unlinked == 2
    listings.keep_listings(shop.pk, told(range(5)))
    assert waiting.waiting_in([shop])[shop.pk].unlinked == 3


def test_a_link_brings_back_to_the_page_it_was_made_on(owner_client: Client, shop: Shop) -> None:
    make_variant(sku="OURS")
    listings.keep_listings(shop.pk, told(range(1)))
    row = Listing.objects.get()
    address = reverse("channels_sync:listing_link", args=[row.pk]) + "?show=unlinked&q=ao"
    answer = owner_client.post(address, {"code": "OURS"})
    page = reverse("channels_sync:shop_detail", args=[shop.pk])
    assert answer.headers["Location"] == f"{page}?show=unlinked&q=ao#listings"
    refused = owner_client.post(address, {"code": "NOBODY"})
    assert refused.status_code == 422
    assert f'href="{page}?show=refused"' in refused.content.decode()


@pytest.mark.parametrize("query", ["", "?show=unlinked", "?show=refused", "?q=Áo"])
def test_the_page_of_listings_asks_as_much_for_twenty_as_for_one(
    owner_client: Client, shop: Shop, query: str
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer = owner_client.get(reverse("channels_sync:shop_detail", args=[shop.pk]) + query)
        assert answer.status_code == 200
        return len(asked)

    offer(shop, range(2))
    statements()  # what is read once for a process
    few = statements()
    offer(shop, range(2, 40))
    assert statements() == few


def test_a_page_of_the_pull_takes_the_same_statements_whatever_its_length(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 60, 2):
        make_variant(sku=f"S{number}")

    def statements(*pages: tuple[RemoteListing, ...]) -> int:
        cursors = [str(number) for number in range(1, len(pages))]
        answers = iter(zip(pages, [*cursors, None], strict=True))
        monkeypatch.setattr(listings, "_page", lambda shop_id, cursor: ListingPage(*next(answers)))
        with CaptureQueriesContext(connection) as asked:
            assert listings.pull_listings(shop.pk) == sum(map(len, pages))
        return len(asked)

    few = statements(told(range(2)))
    many = statements(told(range(2, 42)))
    assert many == few
    assert statements(told(range(42, 44)), told(range(44, 46))) == few + 1
    assert Listing.objects.filter(variant__isnull=False).count() == 23
