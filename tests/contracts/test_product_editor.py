"""Changing what products say, over real HTTP, at every marketplace that lets a seller do that."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from channels_sync.ports import Access, AccessExpired, Picture, ProductSheet
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import SIDES, Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
EDITORS = sorted(code for code, side in SIDES.items() if side.collection)
NAME = "Túi vải canvas quai dài hai ngăn"
DESCRIPTION = "<p>Vải cotton <b>dày</b>, mềm mát.</p><ul><li>Giặt máy</li><li>Không phai</li></ul>"


@pytest.fixture(params=EDITORS)
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    with running_sandbox(tmp_path, [request.param]) as running:
        yield SIDES[request.param](running)


def item_of(side: Side, item_id: str) -> dict:
    return side("GET", f"state?collection={side.collection}")[side.collection][item_id]


def some_item(side: Side, access: Access) -> str:
    page = side.connector.list_products(access, "")
    return next(row.remote_item_id for row in page.rows if row.sku == "TUI-VAI")


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, "JPEG")
    return out.getvalue()


def test_a34_name_description_specifications_and_pictures_arrive(side):
    access = side.access()
    item = some_item(side, access)
    names = [side.connector.upload_picture(access, Picture(f"{n}.jpg", jpeg())) for n in range(2)]
    sheet = ProductSheet(item, NAME, DESCRIPTION, (("Chất liệu", "Canvas"),), tuple(names))
    for _again in range(2):
        assert side.connector.update_product(access, sheet) == {}
    kept = item_of(side, item)
    assert kept[side.name_of_product] == NAME
    assert kept["images"] == names
    for words in ("Vải cotton", "Giặt máy", "Chất liệu: Canvas"):
        assert words in kept["description"]
    assert "<script" not in kept["description"]


def test_a34_a_refusal_names_its_field_and_changes_nothing(side):
    access = side.access()
    item = some_item(side, access)
    before = item_of(side, item)
    long = ProductSheet(item, "x" * 256, DESCRIPTION)
    assert list(side.connector.update_product(access, long)) == ["name"]
    unknown = ProductSheet(item, NAME, DESCRIPTION, (), ("no-such-picture",))
    assert list(side.connector.update_product(access, unknown)) == ["pictures"]
    gone = ProductSheet("999999", NAME, DESCRIPTION)
    assert list(side.connector.update_product(access, gone)) == [""]
    assert item_of(side, item) == before


def test_a34_a_token_that_is_over_is_no_fault_of_the_text(side):
    access = side.access()
    sheet = ProductSheet(some_item(side, access), NAME, DESCRIPTION)
    with pytest.raises(AccessExpired):
        side.connector.update_product(replace(access, token="old"), sheet)
