"""Offering a product for the first time, over real HTTP: every test holds for every marketplace."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from channels_sync.ports import (
    Access,
    AccessExpired,
    AttributeValue,
    CategoryRules,
    FieldsRefused,
    NewListing,
    NewSku,
    Picture,
    creator_of_products,
    marketplace_codes,
)
from oms.kernel.errors import ServiceUnreachable
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import SIDES, Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
CREATE = {"shopee": "*/add_item", "lazada": "*/product/create", "tiktok_shop": "*/202309/products"}
NAME, TEXT = "Áo thun cổ tròn vải cotton dày", "<p>Vải cotton dày, mềm, không phai màu.</p>"


class Seller:
    """Somebody who offers a shirt in two colours and two sizes."""

    def __init__(self, side: Side) -> None:
        self.side, self.connector = side, side.connector
        self.access: Access = side.access()
        self.category = next(
            each.remote_id
            for each in self.connector.list_categories(self.access)
            if each.path == "Thời trang › Áo thun"
        )

    @property
    def rules(self) -> CategoryRules:
        return self.connector.category_rules(self.access, self.category)

    def shirt(self) -> NewListing:
        [material] = [each for each in self.rules.fields if each.is_required]
        made = AttributeValue(material.key, material.options[0][0], "")
        return replace(self.shirt_like(), attributes=(made,))

    def shirt_like(self) -> NewListing:
        """What no question of the category was answered for."""
        return NewListing(
            key="dn-1-1",
            name=NAME,
            description=TEXT,
            specifications=(("Cổ áo", "Tròn"),),
            pictures=(self.connector.upload_picture(self.access, Picture("1.jpg", jpeg())),),
            category_id=self.category,
            brand=self.rules.brands[0],
            attributes=(),
            weight_g=250,
            length_cm=25,
            width_cm=20,
            height_cm=3,
            option_names=("Màu", "Cỡ"),
            skus=tuple(
                NewSku(f"MOI-{colour}-{size}", (colour, size), 150_000, 7)
                for colour in ("Đỏ", "Xanh")
                for size in ("M", "L")
            ),
        )

    def offered(self) -> list[str]:
        """SKUs of ours that are there, each as often as it is."""
        kept = self.side("GET", f"state?collection={self.side.collection}")[self.side.collection]
        rows = [row for item in kept.values() for row in item.get("skus") or item["models"]]
        codes = [row.get("sku") or row.get("seller_sku") or row.get("model_sku") for row in rows]
        return sorted(code for code in codes if code and code.startswith("MOI"))

    def products(self) -> int:
        kept = self.side("GET", f"state?collection={self.side.collection}")
        return len(kept[self.side.collection])


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(params=sorted(SIDES))
def seller(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seller]:
    with running_sandbox(tmp_path, [request.param]) as running:
        yield Seller(SIDES[request.param](running))


def codes(listing: NewListing) -> list[str]:
    return [sku.sku for sku in listing.skus]


def test_a10_every_marketplace_takes_new_products():
    assert [code for code in marketplace_codes() if creator_of_products(code)] == sorted(SIDES)


def test_a10_categories_and_what_they_ask_are_told(seller):
    material, origin = seller.rules.fields
    assert (material.name, material.is_required, origin.is_required) == ("Chất liệu", True, False)
    assert [word for _code, word in material.options] == ["Cotton", "Polyester", "Canvas"]
    assert [brand.name for brand in seller.rules.brands][:2] == ["Đơn Nhanh", "Cotton House"]
    paths = [each.path for each in seller.connector.list_categories(seller.access)]
    assert "Thời trang" not in paths


@pytest.mark.parametrize("seller", ["tiktok_shop"], indirect=True)
def test_a10_what_a_category_demands_and_we_do_not_send_is_told_before(seller):
    """A certificate of every product of the category: without it the platform takes none."""
    assert seller.rules.demands == ()
    rows = seller.connector.list_categories(seller.access)
    seller.category = next(each.remote_id for each in rows if each.path.endswith("Nồi chiên"))
    assert seller.rules.demands == ("Giấy chứng nhận hợp quy",)
    fryer = replace(seller.shirt_like(), attributes=())
    with pytest.raises(FieldsRefused, match="Giấy chứng nhận hợp quy"):
        seller.connector.create_product(seller.access, fryer)
    assert seller.offered() == []


def test_a10_a_product_arrives_with_options_price_stock_and_is_found_by_its_codes(seller):
    shirt = seller.shirt()
    assert seller.connector.find_product(seller.access, codes(shirt)) == ""
    number = seller.connector.create_product(seller.access, shirt)
    assert seller.offered() == sorted(sku.sku for sku in shirt.skus)
    assert seller.connector.find_product(seller.access, codes(shirt)) == number
    rows = seller.connector.fetch_listings(seller.access, number)
    assert {row.sku for row in rows} == {sku.sku for sku in shirt.skus}
    assert {(row.price_vnd, row.quantity, row.remote_item_id) for row in rows} == {
        (150_000, 7, number)
    }
    assert any("Đỏ" in row.name and "M" in row.name for row in rows)


def test_a10_a_product_without_options_is_one_row(seller):
    one = seller.shirt().skus[0]
    bag = replace(seller.shirt(), option_names=(), skus=(replace(one, options=()),))
    number = seller.connector.create_product(seller.access, bag)
    [row] = seller.connector.fetch_listings(seller.access, number)
    assert (row.sku, row.price_vnd, row.quantity) == (one.sku, 150_000, 7)


def test_a10_what_is_refused_is_told_at_its_field_and_nothing_is_made(seller):
    shirt, before = seller.shirt(), seller.products()
    key = shirt.attributes[0].key
    for changes, field in (
        ({"attributes": ()}, f"attr:{key}"),
        ({"attributes": (AttributeValue(key, "999", ""),)}, f"attr:{key}"),
        ({"name": "x" * 300}, "name"),
        ({"pictures": ("no-such-picture",)}, "pictures"),
        ({"weight_g": 0}, "weight"),
        ({"category_id": "1"}, "category"),
    ):
        with pytest.raises(FieldsRefused) as refusal:
            seller.connector.create_product(seller.access, replace(shirt, **changes))
        assert list(refusal.value.faults) == [field]
    assert seller.products() == before


def test_a10_a_lost_answer_after_the_product_was_made_never_makes_a_second(seller):
    shirt, code = seller.shirt(), seller.side.code
    seller.side.fault("garbled_json", CREATE[code])
    with pytest.raises(ServiceUnreachable) as trouble:
        seller.connector.create_product(seller.access, shirt)
    assert trouble.value.maybe_done
    known = seller.connector.find_product(seller.access, codes(shirt))
    assert known
    assert seller.connector.create_product(seller.access, shirt, known) == known
    assert seller.offered() == sorted(sku.sku for sku in shirt.skus)
    assert seller.side.calls(CREATE[code]) == 1


def test_a10_a_token_that_is_over_is_no_fault_of_a_field(seller):
    with pytest.raises(AccessExpired):
        seller.connector.create_product(replace(seller.access, token="old"), seller.shirt())
