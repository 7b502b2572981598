"""Price lists and units: one rule decides, in one statement, and manual orders follow it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.models import Shop
from inventory.models import PriceList, PriceListItem, Variant
from inventory.pricing import Candidate, Price, choose_price
from inventory.selectors.prices import price_for
from inventory.selectors.units import in_units, to_base, units_of
from inventory.services.prices import ListPrice, ListTerms, save_price_list, set_prices
from inventory.services.units import set_units
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import Customer, CustomerGroup, Order
from tests.inventory.makers import make_variant

ACTOR = Actor.system("test")
DAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def make_list(name: str, *prices: tuple[Variant, int, int], **terms: object) -> PriceList:
    row = save_price_list(None, ListTerms(name=name, **terms), actor=ACTOR)
    set_prices(row.pk, [ListPrice(v.pk, n, vnd) for v, n, vnd in prices], actor=ACTOR)
    return row


def price(variant: Variant, quantity: int = 1, **asked: object) -> Price:
    asked = {"source": "phone", "on": DAY, **asked}
    return price_for({variant.pk: quantity}, **asked)[variant.pk]


def test_a33_without_a_list_the_price_is_the_variants_own() -> None:
    assert price(make_variant()) == Price(100_000)


def test_a33_the_highest_step_that_is_reached_counts() -> None:
    shirt = make_variant()
    make_list("Sỉ", (shirt, 10, 80_000), (shirt, 50, 70_000))
    prices = [price(shirt, n).price_vnd for n in (1, 9, 10, 49, 50, 1000)]
    assert prices == [100_000, 100_000, 80_000, 80_000, 70_000, 70_000]


@pytest.mark.parametrize(
    ("terms", "asked", "holds"),
    [
        ({"source": "zalo"}, {"source": "zalo"}, True),
        ({"source": "zalo"}, {"source": "phone"}, False),
        ({"shop_ref": 7}, {"shop_ref": 7}, True),
        ({"shop_ref": 7}, {"shop_ref": None}, False),
        ({"customer_group": "VIP"}, {"group": "vip"}, True),
        ({"customer_group": "VIP"}, {}, False),
        ({"valid_from": DAY, "valid_to": DAY}, {}, True),
        ({"valid_to": date(2026, 3, 1)}, {}, False),
        ({"valid_from": date(2026, 3, 3)}, {}, False),
        ({"is_active": False}, {}, False),
    ],
)
def test_a33_a_list_holds_for_its_channel_group_and_time(terms, asked, holds) -> None:
    shirt = make_variant()
    make_list("Riêng", (shirt, 1, 5), **terms)
    assert price(shirt, **asked) == (Price(5, "Riêng") if holds else Price(100_000))


def test_a33_the_first_list_that_has_a_price_wins_then_the_narrower_one() -> None:
    shirt, hat = make_variant(), make_variant()
    make_list("Chung", (shirt, 1, 1), (hat, 1, 2), priority=50)
    make_list("Zalo", (shirt, 1, 3), priority=50, source="zalo")
    make_list("Trước", (hat, 5, 4), priority=10)
    assert price(shirt, source="zalo") == Price(3, "Zalo")
    assert price(shirt) == Price(1, "Chung")
    assert (price(hat, 4), price(hat, 5)) == (Price(2, "Chung"), Price(4, "Trước"))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(0, 99)), max_size=6),
    st.integers(1, 9),
)
def test_a33_a_price_comes_from_the_best_rank_that_is_reached(rows, quantity) -> None:
    candidates = [Candidate((rank,), f"L{rank}", n, vnd) for rank, n, vnd in rows]
    chosen = choose_price(1000, quantity, candidates)
    reached = [row for row in candidates if row.from_quantity <= quantity]
    if not reached:
        assert chosen == Price(1000)
        return
    best = min(row.rank for row in reached)
    steps = [row for row in reached if row.rank == best]
    highest = max(row.from_quantity for row in steps)
    assert chosen.price_vnd in {r.price_vnd for r in steps if r.from_quantity == highest}


def test_prices_of_many_goods_are_one_statement() -> None:
    goods = [make_variant() for _ in range(20)]
    make_list("Sỉ", *((v, 1, 7) for v in goods))
    with CaptureQueriesContext(connection) as seen:
        found = price_for({v.pk: 1 for v in goods}, source="phone", on=DAY)
    assert len(seen) == 1
    assert set(found.values()) == {Price(7, "Sỉ")}


def test_prices_are_written_changed_and_taken_off_with_their_history() -> None:
    shirt, hat = make_variant("AO"), make_variant("MU")
    row = make_list("Sỉ", (shirt, 1, 90_000), (hat, 1, 80_000))
    again = [ListPrice(shirt.pk, 1, 90_000)]
    assert set_prices(row.pk, again, actor=ACTOR) == 0
    steps = [ListPrice(shirt.pk, 1, 95_000), ListPrice(hat.pk, 1, None)]
    assert set_prices(row.pk, steps, actor=ACTOR) == 2
    assert list(row.items.values_list("variant", "price_vnd")) == [(shirt.pk, 95_000)]
    event = Event.objects.filter(name="price_list.prices_changed").latest("pk")
    assert event.data["prices"] == [[shirt.pk, 1, 90_000, 95_000], [hat.pk, 1, 80_000, None]]
    save_price_list(row.pk, ListTerms(name="Sỉ", priority=5), actor=ACTOR)
    event = Event.objects.get(name="price_list.updated")
    assert event.data == {"changes": {"priority": [100, 5]}}


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": "Sỉ"}, "name"),
        ({"name": "B", "valid_from": DAY, "valid_to": date(2026, 1, 1)}, "valid_to"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(terms, field) -> None:
    make_list("Sỉ")
    with pytest.raises(DomainError) as refusal:
        save_price_list(None, ListTerms(**terms), actor=ACTOR)
    assert refusal.value.field == field
    assert PriceList.objects.count() == 1


def entry(shirt: Variant, *quantities: int, **changed: str) -> dict[str, str]:
    rows = {"lines-TOTAL_FORMS": str(len(quantities)), "lines-INITIAL_FORMS": "0"}
    for n, quantity in enumerate(quantities):
        rows |= {f"lines-{n}-item": shirt.sku, f"lines-{n}-quantity": str(quantity)}
    buyer = {
        "request_key": "k1", "phone": "0912345678", "name": "Nguyễn Thị Ánh",
        "street": "1 Trần Phú", "ward": "Phường Ba Đình", "province": "Hà Nội",
        "source": "zalo", "then": "save",
    }  # fmt: skip
    return buyer | rows | changed


def test_a33_a_manual_order_takes_the_price_of_the_list(owner_client, redis_clean) -> None:
    shirt = make_variant("AO", search_folded="ao")
    make_list("Zalo", (shirt, 1, 95_000), (shirt, 5, 90_000), source="zalo", valid_from=today())
    owner_client.post(reverse("orders:new"), entry(shirt, 2, 3))
    order = Order.objects.get()
    prices = order.lines.values_list("quantity", "unit_price_vnd")
    assert list(prices) == [(2, 90_000), (3, 90_000)]
    typed = entry(shirt, 2, request_key="k2", **{"lines-0-price": "99.000"})
    owner_client.post(reverse("orders:new"), typed)
    assert Order.objects.latest("pk").lines.get().unit_price_vnd == 99_000
    hint = owner_client.get(reverse("orders:goods_hint"), {"q": "AO", "source": "zalo"})
    assert "95.000" in hint.content.decode()


def test_a_list_is_kept_on_its_pages(owner_client, user_factory, login) -> None:
    make_variant("AO")
    new = reverse("inventory:price_list_new")
    answer = owner_client.post(new, {"name": "Sỉ", "priority": "10", "is_active": "on"})
    row = PriceList.objects.get()
    assert answer.url == reverse("inventory:price_list", args=[row.pk])
    rows = {"p-TOTAL_FORMS": "2", "p-INITIAL_FORMS": "0", "p-0-sku": "AO"}
    rows |= {"p-0-from_quantity": "10", "p-0-price_vnd": "80.000"}
    address = reverse("inventory:list_prices", args=[row.pk])
    assert owner_client.post(address, rows).status_code == 302
    assert PriceListItem.objects.get().price_vnd == 80_000
    assert "80.000" in owner_client.get(answer.url).content.decode()
    assert owner_client.post(address, rows | {"p-0-sku": "??"}).status_code == 422
    assert owner_client.post(new, {"name": "Sỉ", "priority": "1"}).status_code == 422
    assert "Sỉ" in owner_client.get(reverse("inventory:price_list_list")).content.decode()
    viewer = login(user_factory("viewer"))
    assert viewer.get(reverse("inventory:price_list_list")).status_code == 200
    assert viewer.post(address, rows).status_code == 403


def test_a_list_holds_for_a_shop_and_a_group_that_exist(owner_client) -> None:
    shop = Shop.objects.create(
        marketplace="shopee", name="Nhà May", remote_shop_id="1", connected_at=now()
    )
    CustomerGroup.objects.create(name="Khách sỉ", name_folded="khach si")
    data = {"name": "Sỉ", "source": "", "priority": "5", "is_active": "on"}
    new = reverse("inventory:price_list_new")
    wrong = owner_client.post(new, data | {"customer_group": "Khách lạ"})
    assert (wrong.status_code, PriceList.objects.count()) == (422, 0)
    owner_client.post(new, data | {"customer_group": "Khách sỉ", "shop_ref": str(shop.pk)})
    row = PriceList.objects.get()
    assert (row.customer_group, row.shop_ref) == ("Khách sỉ", shop.pk)
    CustomerGroup.objects.all().delete()
    address = reverse("inventory:price_list", args=[row.pk])
    assert 'value="Khách sỉ" selected' in owner_client.get(address).content.decode()
    kept = data | {"customer_group": "Khách sỉ", "shop_ref": str(shop.pk), "priority": "6"}
    assert owner_client.post(address, kept).status_code == 302
    row.refresh_from_db()
    assert (row.customer_group, row.shop_ref, row.priority) == ("Khách sỉ", shop.pk, 6)
    assert "Nhà May" in owner_client.get(reverse("inventory:price_list_list")).content.decode()


# Units


def test_units_convert_both_ways() -> None:
    shirt, hat = make_variant(), make_variant()
    set_units(shirt.product_id, "cái", [("Thùng", 24), ("lốc", 6)], actor=ACTOR)
    assert units_of([shirt.pk, hat.pk]) == {
        shirt.pk: {"cái": 1, "lốc": 6, "Thùng": 24},
        hat.pk: {"cái": 1},
    }
    rows = [(shirt.pk, 2, "thùng"), (shirt.pk, 3, "CAI"), (hat.pk, 5, "")]
    assert to_base(rows) == [48, 3, 5]
    with pytest.raises(DomainError) as refusal:
        to_base([(hat.pk, 1, "thùng")])
    assert refusal.value.code == "unit.unknown"
    event = Event.objects.get(name="product.units_changed")
    assert event.data["changes"]["units"] == [["cái"], ["cái", "lốc = 6", "Thùng = 24"]]


@pytest.mark.parametrize("units", [[("cái", 5)], [("hộp", 1)], [("hộp", 2), ("HOP", 3)], [("", 3)]])
def test_units_that_make_no_sense_are_refused(units) -> None:
    shirt = make_variant()
    with pytest.raises(DomainError):
        set_units(shirt.product_id, "cái", units, actor=ACTOR)
    assert not Event.objects.filter(name="product.units_changed").exists()


@given(st.integers(-500, 500))
def test_a_quantity_in_units_is_the_same_quantity(pieces: int) -> None:
    units = {"cái": 1, "lốc": 6, "thùng": 24}
    words = in_units(pieces, units).replace("−", "").split()
    back = sum(int(n) * units[name] for n, name in zip(words[::2], words[1::2], strict=True))
    assert back == abs(pieces)


def test_d10_the_entry_form_tells_the_price_before_anything_is_saved(
    owner_client, redis_clean
) -> None:
    shirt = make_variant("AO", search_folded="ao")
    group = CustomerGroup.objects.create(name="Sỉ", name_folded="si")
    Customer.objects.create(
        name="Ánh", phone="+84912345678", group=group, created_at=now(), name_folded="anh"
    )
    make_list("Giá sỉ", (shirt, 1, 95_000), (shirt, 5, 90_000), customer_group="Sỉ")
    hint = reverse("orders:price_hint")
    page = owner_client.post(hint, entry(shirt, 2, 3, discount="10.000")).content.decode()
    assert page.count("(Giá sỉ)") == 2
    assert "× 3 = <b>270.000" in page
    assert "440.000" in page
    typed = entry(shirt, 2, **{"lines-0-price": "99.000"})
    assert "giá đã gõ" in owner_client.post(hint, typed).content.decode()
    other = owner_client.post(hint, entry(shirt, 2, phone="0987654321")).content.decode()
    assert "Giá sỉ" not in other
    assert not Order.objects.exists()
    goods = owner_client.get(
        reverse("orders:goods_hint"), {"lines-0-item": "AO", "phone": "0912345678"}
    )
    assert "95.000" in goods.content.decode()
