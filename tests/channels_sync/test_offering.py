"""New products at every marketplace through our services and pages, and the hours they wait for."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from channels_sync.models import Listing, MarketCategory, Offering, ProductPush, Shop, SyncProblem
from channels_sync.services.categories import pull_categories
from channels_sync.services.hours import is_open, opens_at
from channels_sync.services.listings import pull_listings
from channels_sync.services.offering import Answers, ask_to_offer, due_offering_ids, send_offering
from channels_sync.services.prices import due_price_shop_ids, push_prices, want_prices
from channels_sync.services.product_push import due_shop_ids, mark_products, push_products
from channels_sync.views import asking
from inventory.models import Product, ProductImage, ProductOption, Variant, Warehouse
from oms.kernel.errors import DomainError, ServiceUnreachable

from .conftest import ACTOR, fill_shelf
from .markets import MARKETS, Market, connect, running_market

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
each_of_them = pytest.mark.parametrize("market", sorted(MARKETS), indirect=True)
CREATE = {"shopee": "*/add_item", "lazada": "*/product/create", "tiktok_shop": "*/202309/products"}
COLLECTION = {"shopee": "items", "lazada": "products", "tiktok_shop": "products"}


@pytest.fixture(params=["shopee"])
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def shop(market: Market) -> Shop:
    return connect(market)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def shirt() -> Product:
    """Two colours of a shirt, ten of each on the shelf, with a picture."""
    product = Product.objects.create(
        name="Áo thun cổ tròn vải cotton dày",
        name_folded="ao thun",
        description="<p>Vải cotton dày, mềm, không phai màu.</p>",
        specifications=[["Chất liệu", "cotton"]],
    )
    ProductOption.objects.create(product=product, position=1, name="Màu", values=["Đỏ", "Xanh"])
    made = [
        Variant.objects.create(
            product=product, sku=f"MOI-{at}", title=colour, option_values=[colour],
            price_vnd=150_000, weight_g=250, length_cm=25, width_cm=20, height_cm=3,
        )
        for at, colour in enumerate(("Đỏ", "Xanh"))
    ]  # fmt: skip
    fill_shelf(Warehouse.objects.create(code="K1", name="Kho"), made, 10)
    out = BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "PNG")
    file = SimpleUploadedFile("a.png", out.getvalue(), "image/png")
    ProductImage.objects.create(product=product, file=file, position=0)
    return product


def shirts_of(shop: Shop) -> MarketCategory:
    pull_categories(shop)
    return MarketCategory.objects.get(path="Thời trang › Áo thun")


def answers(shop: Shop, **changes: Any) -> Answers:
    """Cotton, as the category wants to know."""
    material = {"lazada": ("material", "Cotton")}.get(shop.marketplace, ("101", "1011"))
    chosen = shirts_of(shop)
    values: dict[str, Any] = {
        "category_id": chosen.remote_id,
        "category_path": chosen.path,
        "brand_id": "",
        "brand_name": "",
        "attributes": {material[0]: (material[1], "Cotton")},
        "weight_g": 250,
        "length_cm": 25,
        "width_cm": 20,
        "height_cm": 3,
    }
    return Answers(**(values | changes))


def there(market: Market) -> int:
    name = COLLECTION[market.code_name]
    return len(market("GET", f"state?collection={name}")[name])


@each_of_them
def test_a10_a_product_is_offered_once_and_linked(market, shop, shirt):
    before = there(market)
    row = ask_to_offer(shop.pk, shirt.pk, answers(shop), actor=ACTOR)
    assert send_offering(row.pk)
    assert send_offering(row.pk)
    row.refresh_from_db()
    assert (row.state, bool(row.remote_item_id), there(market)) == ("created", True, before + 1)
    linked = Listing.objects.filter(shop=shop, variant__product=shirt)
    told = {(one.sku, one.linked_by, one.price_vnd, one.remote_quantity) for one in linked}
    assert told == {(f"MOI-{at}", "sku", 150_000, 10) for at in range(2)}
    with pytest.raises(DomainError):
        ask_to_offer(shop.pk, shirt.pk, answers(shop), actor=ACTOR)


@each_of_them
def test_a10_a_time_out_after_it_was_made_never_makes_a_second(market, shop, shirt):
    before = there(market)
    row = ask_to_offer(shop.pk, shirt.pk, answers(shop), actor=ACTOR)
    market.fault("garbled_json", CREATE[market.code_name])
    with pytest.raises(ServiceUnreachable):
        send_offering(row.pk)
    assert Offering.objects.get().state == "waiting"
    assert send_offering(row.pk)
    assert there(market) == before + 1
    assert market.sent(CREATE[market.code_name]) == 1
    assert Listing.objects.filter(shop=shop, variant__product=shirt).count() == 2


@each_of_them
def test_a10_a_piece_renamed_while_the_answer_was_lost_is_found_by_what_was_sent(
    market, shop, shirt
):
    before = there(market)
    row = ask_to_offer(shop.pk, shirt.pk, answers(shop), actor=ACTOR)
    market.fault("garbled_json", CREATE[market.code_name])
    with pytest.raises(ServiceUnreachable):
        send_offering(row.pk)
    pieces = list(shirt.variants.order_by("pk"))
    for at, piece in enumerate(pieces):
        Variant.objects.filter(pk=piece.pk).update(sku=f"DOI-{at}")
    assert send_offering(row.pk)
    assert there(market) == before + 1
    assert market.sent(CREATE[market.code_name]) == 1
    row.refresh_from_db()
    assert row.sent_skus[0] == [[f"MOI-{at}", piece.pk] for at, piece in enumerate(pieces)]
    linked = Listing.objects.filter(shop=shop, remote_item_id=row.remote_item_id)
    assert set(linked.values_list("variant", flat=True)) == {piece.pk for piece in pieces}


@each_of_them
def test_a10_a_refused_field_is_told_until_it_is_mended(market, shop, shirt):
    before = there(market)
    row = ask_to_offer(shop.pk, shirt.pk, answers(shop, attributes={}), actor=ACTOR)
    assert not send_offering(row.pk)
    row.refresh_from_db()
    [field] = row.errors
    assert (row.state, field[:5], there(market)) == ("refused", "attr:", before)
    assert SyncProblem.objects.get(resolved_at=None).kind == "offer_refused"
    again = ask_to_offer(shop.pk, shirt.pk, answers(shop), actor=ACTOR)
    assert (again.pk, send_offering(row.pk), there(market)) == (row.pk, True, before + 1)
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


@each_of_them
def test_a09_a_pull_links_by_sku_and_a_second_one_adds_nothing(market, shop):
    product = Product.objects.create(name="Túi", name_folded="tui")
    bag = Variant.objects.create(product=product, sku="TUI-VAI")
    read = pull_listings(shop.pk)
    assert (pull_listings(shop.pk), Listing.objects.count()) == (read, read)
    [linked] = Listing.objects.filter(variant__isnull=False)
    assert (linked.variant, linked.sku, linked.linked_by) == (bag, "TUI-VAI", "sku")


# Pages


def test_a10_the_form_asks_what_the_category_demands_and_shows_refusals_at_the_field(
    market, shop, shirt, owner_client
):
    address = f"/channels/{shop.pk}/offer/{shirt.pk}/"
    assert address in owner_client.get(f"/products/{shirt.pk}/").content.decode()
    found = owner_client.get(f"{address}?q=ao thun&ask=1").content.decode()
    assert "Thời trang › Áo thun" in found
    chosen = MarketCategory.objects.get(path="Thời trang › Áo thun").remote_id
    page = owner_client.get(f"{address}?category={chosen}&ask=1").content.decode()
    # The product's own specification answers the question.
    assert '<option value="1011" selected>Cotton</option>' in page
    given = {"category": chosen, "attr_101": "", "brand": "", "weight_g": "250"}
    given |= {"length_cm": "25", "width_cm": "20", "height_cm": "3"}
    assert owner_client.post(f"{address}send/", given).status_code == 422
    assert not Offering.objects.exists()
    given |= {"attr_101": "1012", "brand": "2001"}
    assert owner_client.post(f"{address}send/", given).status_code == 302
    row = Offering.objects.get()
    assert (row.brand_name, row.attributes) == ("Đơn Nhanh", {"101": ["1012", "Polyester"]})
    Offering.objects.update(state="refused", errors={"attr:101": "Sai", "name": "Tên quá dài"})
    page = owner_client.get(address).content.decode()
    assert "Sai" in page
    assert "Tên: Tên quá dài" in page
    Offering.objects.update(state="waiting")
    assert send_offering(row.pk)
    assert "Đã đăng và liên kết" in owner_client.get(address).content.decode()


def test_a10_pages_are_drawn_at_once_and_ask_the_marketplace_from_within(
    market, shop, shirt, owner_client, redis_clean
):
    """What was looked for and what was chosen stays in the question that the page asks."""
    address = f"/channels/{shop.pk}/offer/{shirt.pk}/"
    first = owner_client.get(f"{address}?q=ao+thun").content.decode()
    assert 'hx-get="?q=ao+thun&amp;ask=1"' in first
    part = owner_client.get(f"{address}?q=ao+thun&ask=1", headers=HTMX).content.decode()
    assert "Thời trang › Áo thun" in part
    assert "<html" not in part
    chosen = MarketCategory.objects.get(path="Thời trang › Áo thun").remote_id
    form = f"{address}?category={chosen}"
    assert "Đang hỏi sàn" in owner_client.get(form).content.decode()
    assert 'name="attr_101"' in owner_client.get(f"{form}&ask=1", headers=HTMX).content.decode()
    assert 'name="attr_101"' in owner_client.get(form).content.decode()  # known for a while


def test_a10_what_was_typed_stays_when_the_marketplace_is_silent(
    market, shop, shirt, owner_client, redis_clean, monkeypatch
):
    monkeypatch.setattr(asking, "PATIENCE_S", 0.5)
    chosen = shirts_of(shop).remote_id
    address = f"/channels/{shop.pk}/offer/{shirt.pk}/"
    market.fault("timeout_before_work", "*", times=None, seconds=20)
    page = owner_client.get(f"{address}?category={chosen}&ask=1").content.decode()
    assert "Hỏi lại sàn" in page
    market("DELETE", "faults")
    owner_client.get(f"{address}?category={chosen}&ask=1")
    market.fault("timeout_before_work", "*", times=None, seconds=20)
    given = {"category": chosen, "attr_101": "", "brand": "", "weight_g": "777"}
    answer = owner_client.post(f"{address}send/", given)
    assert answer.status_code == 422
    assert 'value="777"' in answer.content.decode()
    market("DELETE", "faults")


@pytest.mark.parametrize("market", ["tiktok_shop"], indirect=True)
def test_a10_papers_that_are_not_sent_from_here_are_told_before_anything_is_typed(
    market, shop, shirt, owner_client, redis_clean
):
    shirts_of(shop)
    chosen = MarketCategory.objects.get(path__endswith="Nồi chiên").remote_id
    address = f"/channels/{shop.pk}/offer/{shirt.pk}/"
    page = owner_client.get(f"{address}?category={chosen}&ask=1").content.decode()
    assert "Ngành hàng này đòi thêm: Giấy chứng nhận hợp quy." in page
    assert "Đăng lên sàn" not in page
    given = {"category": chosen, "brand": "", "weight_g": "250"}
    given |= {"length_cm": "25", "width_cm": "20", "height_cm": "3"}
    answer = owner_client.post(f"{address}send/", given)
    assert "Ngành hàng này đòi thêm" in answer.content.decode()
    assert not Offering.objects.exists()


def test_who_may_not_offer_is_refused_and_not_shown_the_way(shop, shirt, login, user_factory):
    viewer = login(user_factory("viewer"))
    assert viewer.get(f"/channels/{shop.pk}/offer/{shirt.pk}/").status_code == 403
    assert "offer/" not in viewer.get(f"/products/{shirt.pk}/").content.decode()


# Hours


def here(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 15, hour - 7 if hour >= 7 else hour + 17, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "hour", "opens"),
    [(22, 6, 23, None), (22, 6, 5, None), (22, 6, 6, 22), (22, 6, 12, 22), (1, 5, 1, None),
     (1, 5, 5, 1), (1, 5, 0, 1)],
)  # fmt: skip
def test_a12_hours_may_go_over_midnight_and_say_when_they_begin(begin, end, hour, opens):
    shop = Shop(sync_from=time(begin), sync_until=time(end))
    found = opens_at(shop, here(hour))
    assert (found and found.hour) == opens
    assert found is None or found > here(hour)
    assert is_open(Shop(), here(hour))


@pytest.fixture
def closed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Its hours are at night and it is noon."""
    Shop.objects.filter(pk=shop.pk).update(sync_from=time(22), sync_until=time(6))
    monkeypatch.setattr("channels_sync.services.hours.now", lambda: here(12))
    return Shop.objects.get(pk=shop.pk)


@each_of_them
def test_a12_what_is_sent_together_waits_for_the_hours_unless_forced(
    market, closed, shirt, monkeypatch
):
    Variant.objects.filter(sku="MOI-0").update(sku="TUI-VAI")
    pull_listings(closed.pk)
    Shop.objects.update(sends_texts=True)
    assert mark_products([shirt.pk]) == 1
    assert (due_shop_ids(), push_products(closed.pk)) == ([], 0)
    assert not want_prices(closed.pk, forced=False)
    assert due_price_shop_ids() == []
    mark_products([shirt.pk], forced=True)
    assert (due_shop_ids(), push_products(closed.pk)) == ([closed.pk], 1)
    assert ProductPush.objects.get().is_forced is False
    assert want_prices(closed.pk, forced=True)
    mark_products([shirt.pk])
    monkeypatch.setattr("channels_sync.services.hours.now", lambda: here(23))
    assert due_shop_ids() == due_price_shop_ids() == [closed.pk]
    push_prices(closed.pk, actor=ACTOR)
    assert due_price_shop_ids() == []


@each_of_them
def test_a12_a_new_product_waits_for_the_hours_unless_forced(market, closed, shirt):
    before = there(market)
    row = ask_to_offer(closed.pk, shirt.pk, answers(closed), actor=ACTOR)
    assert (due_offering_ids(), send_offering(row.pk), there(market)) == ([], False, before)
    ask_to_offer(closed.pk, shirt.pk, answers(closed), actor=ACTOR, forced=True)
    assert due_offering_ids() == [row.pk]
    assert (send_offering(row.pk), there(market)) == (True, before + 1)


def test_a12_hours_are_set_whole_and_prices_wait_for_them(shop, owner_client):
    address = f"/channels/{shop.pk}/"
    given = {"handover": "pickup", "tolerance_vnd": "1000", "sync_from": "22:00"}
    assert owner_client.post(f"{address}settings/", given).status_code == 422
    given["sync_until"] = "22:01"
    assert owner_client.post(f"{address}settings/", given).status_code == 302
    shop.refresh_from_db()
    assert (shop.sync_from, shop.sync_until) == (time(22), time(22, 1))
