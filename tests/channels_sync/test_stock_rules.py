"""The page of a shop's stock rules, and the arithmetic beside a balance."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels_sync.models import Listing, Shop, StockPush
from channels_sync.services.stock_push import quantities
from inventory.models import ChannelStockRule, Warehouse
from inventory.selectors.catalogue import ProductFilter
from inventory.services.bulk_edit import Edit, run_bulk_edit, start_bulk_edit
from inventory.services.categories import find_categories, save_category
from inventory.services.channel_stock import RuleTerms, set_rule
from inventory.services.places import save_warehouse
from inventory.services.products import ProductTexts, update_product
from oms.kernel.clock import local, now
from oms.kernel.events.registry import handlers_of
from oms.kernel.models import Event
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop.objects.create(
        marketplace="shopee", name="Gian A", remote_shop_id="1", connected_at=now()
    )


@pytest.fixture
def shirt():
    variant = make_variant("AO")
    put(variant, make_warehouse("KHO"), 20)
    return variant


def test_a_rule_is_set_replaced_and_removed(owner_client, shop, shirt) -> None:
    url = f"/channels/{shop.pk}/stock/"
    form = {"sku": "AO", "buffer_kind": "percent", "buffer_value": "25", "max_units": "9"}
    assert owner_client.post(url + "set/", form).status_code == 302
    assert owner_client.post(url + "set/", form | {"buffer_value": "10"}).status_code == 302
    rule = ChannelStockRule.objects.get()
    assert (rule.variant, rule.buffer_value, rule.max_units) == (shirt, 10, 9)
    page = owner_client.get(url + f"?sku=AO&edit={rule.pk}").content.decode()
    assert "giữ lại 10%" in page
    assert "có thể bán 20" in " ".join(page.split())
    assert 'value="10"' in page
    assert owner_client.post(url + f"{rule.pk}/remove/").status_code == 302
    assert not ChannelStockRule.objects.exists()


def test_hours_of_a_sale_are_the_companys(owner_client, shop) -> None:
    form = {"buffer_kind": "fixed", "buffer_value": "0"}
    form |= {"sale_from": "2026-11-25T00:00", "sale_until": "2026-11-25T02:00"}
    owner_client.post(f"/channels/{shop.pk}/stock/set/", form)
    rule = ChannelStockRule.objects.get()
    assert local(rule.sale_from).strftime("%d %H:%M") == "25 00:00"
    assert rule.sale_until - rule.sale_from == timedelta(hours=2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sku": "KHONG-CO"},
        {"buffer_kind": "percent", "buffer_value": "101"},
        {"sale_from": "2026-11-25T00:00"},
        {"sale_from": "2026-11-25T02:00", "sale_until": "2026-11-25T01:00"},
        {"share_percent": "0"},
    ],
)
def test_what_contradicts_itself_is_refused_beside_its_field(owner_client, shop, wrong) -> None:
    form = {"buffer_kind": "fixed", "buffer_value": "0"} | wrong
    answer = owner_client.post(f"/channels/{shop.pk}/stock/set/", form)
    assert answer.status_code == 422
    assert "invalid" in answer.content.decode()
    assert not ChannelStockRule.objects.exists()


def test_a_shop_out_of_scope_has_no_rules_to_see(user_factory, login, shop) -> None:
    other = login(user_factory("manager", shop_ids=[shop.pk + 1]))
    assert other.get(f"/channels/{shop.pk}/stock/").status_code == 404
    sales = login(user_factory("sales"))
    assert sales.get(f"/channels/{shop.pk}/stock/").status_code == 200
    assert sales.post(f"/channels/{shop.pk}/stock/set/").status_code == 403


def test_why_is_it_seven_shows_the_sum_of_each_channel(owner_client, shop, shirt) -> None:
    Listing.objects.create(shop=shop, remote_item_id="5", name="Áo", variant=shirt)
    set_rule(("shop", shop.pk), RuleTerms(buffer_value=13), actor=ACTOR)
    level = shirt.levels.get()
    page = owner_client.get(f"/stock/{shirt.pk}/{level.warehouse_id}/").content.decode()
    words = " ".join(page.split())
    assert "Gian A" in words
    assert "có thể bán 20 − giữ lại 13 = 7" in words


def test_the_page_costs_the_same_for_one_rule_and_for_many(owner_client, shop) -> None:
    url = f"/channels/{shop.pk}/stock/"

    def cost(count: int) -> int:
        for _ in range(count):
            set_rule(("shop", shop.pk), RuleTerms(), sku=make_variant().sku, actor=ACTOR)
        owner_client.get(url)
        with CaptureQueriesContext(connection) as seen:
            owner_client.get(url)
        return len(seen)

    assert cost(1) == cost(20)


# What wakes the numbers of a shop beside movements of stock


@pytest.fixture
def sold_there(shop, shirt) -> Callable[[], list[int]]:
    """Says for which goods the shop is owed a number since it was asked last."""
    Listing.objects.create(shop=shop, remote_item_id="5", name="Áo", variant=shirt)

    def owed() -> list[int]:
        for event in Event.objects.filter(published_at=None).order_by("pk"):
            for handler in handlers_of(event.name):
                handler(event)
        Event.objects.update(published_at=now())
        rows = StockPush.objects.filter(state="pending")
        found = list(rows.values_list("listing__variant_id", flat=True))
        rows.update(state="sent", sent_version=F("version"))
        return found

    owed()
    return owed


def test_goods_that_come_under_a_rule_of_a_category_are_told_anew(shop, shirt, sold_there) -> None:
    paths = find_categories(["Áo", "Sale > Áo thun"])
    set_rule(("shop", shop.pk), RuleTerms(max_units=3), category_id=paths["Áo"], actor=ACTOR)
    sold_there()
    texts = ProductTexts(name="Áo", category_id=paths["Sale > Áo thun"])
    update_product(shirt.product_id, texts, actor=ACTOR)
    assert sold_there() == [shirt.pk]
    assert quantities(shop.pk, Listing.objects.all()) == {Listing.objects.get().pk: 20}
    save_category(paths["Sale > Áo thun"], "Áo thun", paths["Áo"], actor=ACTOR)
    assert sold_there() == [shirt.pk]
    assert quantities(shop.pk, Listing.objects.all()) == {Listing.objects.get().pk: 3}
    run_bulk_edit(start_bulk_edit(ProductFilter(), Edit(field="category_id"), actor=ACTOR).pk)
    assert sold_there() == [shirt.pk]


def test_a_warehouse_that_closes_or_opens_is_told(shop, shirt, sold_there) -> None:
    place = Warehouse.objects.get(code="KHO")
    for is_active, there in ((False, 0), (True, 20)):
        place.is_active = is_active
        save_warehouse(place, actor=ACTOR)
        assert sold_there() == [shirt.pk]
        assert list(quantities(shop.pk, Listing.objects.all()).values()) == [there]
    place.name = "Kho mới"
    save_warehouse(place, actor=ACTOR)
    assert sold_there() == []
