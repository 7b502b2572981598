"""Pages of goods, stock and places; and what a warehouse worker must not see anywhere."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from inventory.models import Product, StockMovement, Variant
from inventory.services.catalogue import NewProduct, create_product
from oms.accounts.models import User
from oms.kernel.books import check_books
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024
# A number that nothing else on a page is made of.
COST_VND = 73_917


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["product_list", "stock_list"])
def test_a_list_costs_the_same_for_one_row_and_for_twenty(name, owner_client):
    address, warehouse = reverse(f"inventory:{name}"), make_warehouse()
    put(make_variant(), warehouse, 5)
    owner_client.get(address)
    one = queries(owner_client, address)
    for _n in range(19):
        put(make_variant(), warehouse, 5)
    assert queries(owner_client, address) == one


def product(**changed: str) -> dict[str, str]:
    return {
        "name": "Áo khoác gió",
        "sku": "AKG-01",
        "vat_rate": "8",
        "price_vnd": "350.000",
        "cost_vnd": "180.000",
        "weight_g": "400",
    } | changed


def test_a39_the_total_of_a_product_is_the_sum_of_its_warehouses(owner_client) -> None:
    """On its page, in the list of products and in the stock list."""
    shirt, north, south = make_variant("AO"), make_warehouse(), make_warehouse()
    put(shirt, north, 7)
    put(shirt, south, 5)
    place((shirt, 2))
    page = owner_client.get(reverse("inventory:product_detail", args=[shirt.product_id]))
    [variant] = page.context["variants"]
    parts = {row.warehouse_id: (row.on_hand, row.available) for row in variant.stock}
    assert parts == {north.pk: (7, 5), south.pk: (5, 5)}
    assert variant.available == 10
    [product] = owner_client.get(reverse("inventory:product_list")).context["page"].rows
    rows = owner_client.get(reverse("inventory:stock_list")).context["page"].rows
    assert product.available == sum(row.available for row in rows) == 10


def test_a_field_for_goods_suggests_by_code_or_name(owner_client, login, user_factory) -> None:
    shirt = make_variant("AO-THUN", search_folded="ao-thun ao coc tay")
    make_variant("MU-LT", search_folded="mu-lt mu luoi trai")
    address = reverse("inventory:goods_hint")
    for typed in ({"code": "Áo cộc"}, {"p-0-sku": "", "p-1-sku": "AO-T"}):
        options = owner_client.get(address, typed).content.decode()
        assert f'value="{shirt.sku}"' in options
        assert "MU-LT" not in options
    assert login(user_factory("accountant")).get(address).status_code == 200
    assert login(user_factory("viewer")).get(address).status_code == 200


def test_a_product_without_stock_says_how_to_bring_some_in(owner_client) -> None:
    shirt = make_variant("AO")
    page = reverse("inventory:product_detail", args=[shirt.product_id])
    ways = [reverse(f"inventory:{name}") for name in ("purchase_new", "receive_unordered")]
    before = owner_client.get(page).content.decode()
    assert all(f'href="{way}"' in before for way in ways)
    put(shirt, make_warehouse(), 1)
    after = owner_client.get(page).content.decode()
    assert not any(f'href="{way}"' in after for way in ways)


def test_a_product_is_made_without_javascript(owner_client):
    answer = owner_client.post(reverse("inventory:product_new"), product())
    variant = Variant.objects.get()
    assert answer.url == reverse("inventory:product_detail", args=[variant.product_id])
    assert (variant.sku, variant.price_vnd, variant.cost_vnd) == ("AKG-01", 350_000, 180_000)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"sku": ""}, "sku"),
        ({"price_vnd": "1.25"}, "price_vnd"),
        ({"price_vnd": "-1"}, "price_vnd"),
        ({"weight_g": "-5"}, "weight_g"),
        ({"vat_rate": "9"}, "vat_rate"),
    ],
)
def test_a_wrong_product_is_refused_with_its_field(owner_client, changed, field):
    answer = owner_client.post(reverse("inventory:product_new"), product(**changed))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Product.objects.count() == 0


def test_a_used_sku_is_refused_with_its_field(owner_client):
    make_variant("AKG-01")
    answer = owner_client.post(reverse("inventory:product_new"), product())
    assert answer.status_code == 422
    assert "sku" in answer.context["form"].errors
    assert Product.objects.count() == 1


def test_a_picture_of_sixty_megabytes_is_refused_with_its_field(owner_client):
    variant = make_variant()
    picture = SimpleUploadedFile("to.png", b"\x89PNG" + bytes(60 * MEGABYTE), "image/png")
    address = reverse("inventory:add_image", args=[variant.product_id])
    answer = owner_client.post(address, {"image": picture})
    assert answer.status_code in (413, 422)
    assert "to.png" in (page := answer.content.decode())
    assert "MB" in page
    assert variant.product.images.count() == 0


def test_a_text_that_calls_itself_a_picture_is_refused(owner_client):
    variant = make_variant()
    picture = SimpleUploadedFile("a.png", b"<script>alert(1)</script>", "image/png")
    address = reverse("inventory:add_image", args=[variant.product_id])
    assert owner_client.post(address, {"image": picture}).status_code == 422
    assert variant.product.images.count() == 0


def test_stock_is_adjusted_with_a_reason_and_a_row_in_the_ledger(owner_client, owner):
    variant, warehouse = make_variant(), make_warehouse()
    put(variant, warehouse, 5)
    before = StockMovement.objects.count()
    adjust = reverse("inventory:stock_adjust", args=[variant.pk, warehouse.pk])
    for wrong in ({"quantity": "0", "note": "x"}, {"quantity": "abc", "note": "x"}):
        assert owner_client.post(adjust, wrong).status_code == 422
    assert StockMovement.objects.count() == before
    page = owner_client.get(reverse("inventory:stock_explain", args=[variant.pk, warehouse.pk]))
    assert adjust in page.content.decode()
    assert level(variant, warehouse) == (5, 0)


def test_an_adjustment_sent_twice_is_one(owner_client):
    variant, warehouse = make_variant(), make_warehouse()
    put(variant, warehouse, 5)
    page = reverse("inventory:stock_explain", args=[variant.pk, warehouse.pk])
    key = str(owner_client.get(page).context["form"]["key"].value())
    adjust = reverse("inventory:stock_adjust", args=[variant.pk, warehouse.pk])
    for _press in range(2):
        answer = owner_client.post(adjust, {"quantity": "3", "note": "đếm lại", "key": key})
        assert answer.status_code == 302
    assert level(variant, warehouse) == (8, 0)
    typed = {"quantity": "-2", "note": "vỡ", "key": str(uuid4())}
    assert owner_client.post(adjust, typed).status_code == 302
    assert level(variant, warehouse) == (6, 0)
    assert not any(check_books().values())


def test_a_worker_of_one_warehouse_reads_its_stock_only(
    user_factory: Callable[..., User], login: Callable[[User], Client]
):
    near, far, variant = make_warehouse("TD"), make_warehouse("HN"), make_variant()
    put(variant, near, 5)
    put(variant, far, 7)
    client = login(user_factory("warehouse", warehouse_ids=[near.pk]))
    page = client.get(reverse("inventory:stock_list")).content.decode()
    assert ("Kho TD" in page, "Kho HN" in page) == (True, False)
    seen = reverse("inventory:stock_explain", args=[variant.pk, near.pk])
    hidden = reverse("inventory:stock_explain", args=[variant.pk, far.pk])
    assert client.get(seen).status_code == 200
    assert client.get(hidden).status_code == 404


def pages(patterns: list, prefix: str = "") -> Iterator[str]:
    """Every address of the URLconf, numbers and codes filled in with the rows below."""
    for pattern in patterns:
        text = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern) and "static" not in text:
            yield "/" + text


def test_a_warehouse_worker_sees_a_cost_on_no_page(
    user_factory: Callable[..., User], login: Callable[[User], Client]
):
    new = NewProduct(name="Áo", sku="AO", price_vnd=149_000, cost_vnd=COST_VND, weight_g=200)
    made = create_product(new, actor=ACTOR)
    variant, warehouse = made.variants.get(), make_warehouse("TD")
    put(variant, warehouse, 10)
    order = place((variant, 1), confirm=True)
    numbers = {
        "<int:pk>": str(order.pk),
        "<int:order_pk>": str(order.pk),
        "<int:order_id>": str(order.pk),
        "<int:variant_id>": str(variant.pk),
        "<int:warehouse_id>": str(warehouse.pk),
    }
    worker, owner = login(user_factory("warehouse")), login(user_factory("owner"))
    shown = {True: set(), False: set()}  # type: ignore[var-annotated]
    for text in pages(get_resolver().url_patterns):
        address = text
        for name, number in numbers.items():
            own = str(made.pk) if text.startswith("/products/") else number
            address = address.replace(name, own)
        if "<" in address or address.endswith("/fonts.zpl"):  # shapes of letters, in hex
            continue
        for may_see, client in ((True, owner), (False, worker)):
            page = client.get(address).getvalue().decode(errors="ignore")
            if any(cost in page for cost in ("73.917", "73917", "73,917")):
                shown[may_see].add(address)
    assert shown[True] != set()  # the owner sees it, so the search finds costs
    assert shown[False] == set()
