"""Spreadsheets about goods: mapped, checked at their cells, imported once."""

import pytest

from inventory.imports.profiles import PROFILES
from inventory.models import (
    Barcode,
    GoodsImport,
    ImportMapping,
    Product,
    StockLevel,
    StockMovement,
    Variant,
)
from inventory.services import goods_import, importing
from inventory.services.stock import Posting, post
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.files import bring_in, counts, csv_of, reasons, send, upload, xlsx
from tests.inventory.makers import ACTOR, make_variant, make_warehouse

pytestmark = pytest.mark.django_db

HEADS = ["Mã SKU", "Tên sản phẩm", "Giá bán", "Thuộc tính 1", "Giá trị 1", "Mã vạch", "Danh mục"]

SHIRT = [
    ["00123", "Áo thun", 149_000, "Màu", "Đen", "8936000000012", "Thời trang > Áo"],
    ["00124", "Áo thun", 149_000, "Màu", "Trắng", "", ""],
]

CUP = ["CUP", "Cốc sứ", "45.000", "", "", "", ""]


def faults(row: GoodsImport) -> list[tuple[str, str, str]]:
    """(cell, what it holds, what is wrong)"""
    return [(cell, value, message) for _row, cell, value, message in row.report["faults"]]


def test_a30_c71_products_and_variants_come_in_with_their_leading_zeros(owner) -> None:
    row = bring_in("products", owner, HEADS, *SHIRT, CUP, write=xlsx)
    assert (row.status, counts(row)) == ("done", (3, 0, 0, 0))
    assert list(Variant.objects.order_by("sku").values_list("sku", "price_vnd", "title")) == [
        ("00123", 149_000, "Đen"),
        ("00124", 149_000, "Trắng"),
        ("CUP", 45_000, ""),
    ]
    shirt = Product.objects.get(name="Áo thun")
    assert shirt.category.path == "Thời trang > Áo"
    assert [(o.name, o.values) for o in shirt.options.all()] == [("Màu", ["Đen", "Trắng"])]
    assert Barcode.objects.get().variant.sku == "00123"
    assert "8936000000012" in Variant.objects.get(sku="00123").search_folded


def test_c72_the_same_file_twice_changes_nothing(owner) -> None:
    bring_in("products", owner, HEADS, *SHIRT, CUP)
    before = list(Variant.objects.order_by("pk").values()), Event.objects.count()
    second = send("products", owner, HEADS, *SHIRT, CUP)
    assert second.report["counts"] == {"unchanged": 3}
    row = bring_in("products", owner, HEADS, *SHIRT, CUP)
    assert counts(row) == (0, 0, 3, 0)
    assert (list(Variant.objects.order_by("pk").values()), Event.objects.count()) == before


def test_only_real_differences_are_written_and_told(owner) -> None:
    bring_in("products", owner, HEADS, *SHIRT, CUP)
    changed = [["00123", "Áo thun dày", 159_000, "", "", "8936000000029", "Áo"], CUP]
    row = bring_in("products", owner, HEADS, *changed)
    assert counts(row) == (0, 1, 1, 0)
    variant = Variant.objects.get(sku="00123")
    assert variant.price_vnd == 159_000
    assert sorted(variant.barcodes.values_list("code", flat=True)) == [
        "8936000000012",
        "8936000000029",
    ]
    sibling = Variant.objects.get(sku="00124")
    assert sibling.product.name == "Áo thun dày"
    assert "ao thun day" in sibling.search_folded
    assert "8936000000029" in variant.search_folded
    told = Event.objects.get(name="product.updated")
    assert told.data["changes"] == {
        "name": ["Áo thun", "Áo thun dày"],
        "category": ["Thời trang > Áo", "Áo"],
    }
    told = Event.objects.get(name="variant.updated")
    assert told.data == {
        "sku": "00123",
        "changes": {"price_vnd": [149_000, 159_000], "barcode": ["", "8936000000029"]},
    }
    assert (told.about_kind, told.about_id, told.actor_id) == (
        "product",
        variant.product_id,
        owner.pk,
    )
    said = row.job.rows.get(key="2")
    assert said.message == "Đã sửa: Tên sản phẩm, Danh mục, Giá bán, Mã vạch."


def test_a_later_file_adds_variants_to_the_product_that_is_there(owner) -> None:
    bring_in("products", owner, HEADS, *SHIRT)
    row = bring_in(
        "products", owner, HEADS, *SHIRT, ["00125", "Áo thun", 150_000, "Màu", "Xanh", "", ""]
    )
    assert counts(row) == (1, 0, 2, 0)
    product = Product.objects.get()
    assert product.options.get().values == ["Đen", "Trắng", "Xanh"]
    assert product.variants.count() == 3


def test_rows_of_other_programs_name_the_product_once(owner) -> None:
    row = bring_in(
        "products",
        owner,
        ["Tên sản phẩm", "Thuộc tính 1", "Giá trị thuộc tính 1", "Mã phiên bản sản phẩm", "Barcode",
         "PL_Giá bán lẻ"],
        ["Váy hoa", "Cỡ", "S", "V-S", "", "285000"],
        ["", "", "M", "V-M", "", "285000"],
    )  # fmt: skip
    assert counts(row) == (2, 0, 0, 0)
    assert Product.objects.get().options.get().values == ["S", "M"]


def test_c72_every_fault_stands_at_its_cell_and_good_rows_come_in_alone(owner) -> None:
    row = bring_in(
        "products",
        owner,
        HEADS,
        ["", "Không mã", 1000, "", "", "", ""],
        ["A1", "Hàng A", "1.200,5", "", "", "", ""],
        ["A2", "Hàng B", 1200.5, "", "", "", ""],
        ["A3", "Hàng C", "-5", "", "", "", ""],
        ["A4", "Hàng D", 1000, "", "", "8930", ""],
        ["A4", "Hàng D lặp", 1000, "", "", "", ""],
        ["A5", "Hàng E", 1000, "", "", "8930", ""],
        ["A6", "", 1000, "", "", "", ""],
        write=xlsx,
    )
    assert counts(row) == (1, 0, 0, 7)
    assert faults(row) == [
        ("A2", "", "Thiếu giá trị."),
        ("C3", "1.200,5", "“1.200,5” không phải là số tiền; ví dụ đúng: 1.250.000."),
        ("C4", "1200.5", "“1200.5” có phần lẻ; hãy nhập số đồng tròn."),
        ("C5", "-5", "Số tiền không được âm."),
        ("A7", "A4", "“A4” đã có ở dòng 6."),
        ("F8", "8930", "“8930” đã có ở dòng 6."),
        ("B9", "", "Thiếu tên sản phẩm để tạo mới."),
    ]
    assert sorted(reasons(row)) == [2, 3, 4, 5, 7, 8, 9]
    assert list(Variant.objects.values_list("sku", flat=True)) == ["A4"]


def test_a_barcode_of_another_variant_is_refused(owner) -> None:
    Barcode.objects.create(variant=make_variant("OLD"), code="8930")
    row = bring_in("products", owner, HEADS, ["NEW", "Mới", 1, "", "", "8930", ""])
    assert reasons(row) == {2: "Mã vạch này đã thuộc về một phiên bản khác."}
    assert not Product.objects.filter(name="Mới").exists()


def test_options_are_not_changed_by_a_file(owner) -> None:
    bring_in("products", owner, HEADS, *SHIRT)
    row = bring_in(
        "products",
        owner,
        HEADS,
        ["00123", "Áo thun", 149_000, "Màu", "Đỏ", "", ""],
        ["00126", "Áo thun", 149_000, "Cỡ", "M", "", ""],
    )
    assert reasons(row) == {
        2: "Phiên bản này đang là “Đen”; đổi thuộc tính ở trang sản phẩm.",
        3: "Sản phẩm này có thuộc tính: Màu.",
    }


def test_c71_a_code_that_lost_its_zeros_is_asked_about(owner) -> None:
    make_variant("00123", cost_vnd=0)
    row = send("prices", owner, ["Mã SKU", "Giá bán"], [123, 99_000], write=xlsx)
    assert row.report["mark_count"] == 1
    assert faults(row) == [("A2", "123", "“123” có thể là “00123” đã mất số 0 ở đầu.")]
    as_written = importing.choose_columns(
        row.pk, row.mapping, {"zeros": goods_import.AS_WRITTEN}, user=owner
    )
    assert faults(as_written) == [("A2", "123", "Không có mã SKU “123”.")]
    existing = importing.choose_columns(
        row.pk, row.mapping, {"zeros": goods_import.EXISTING}, user=owner
    )
    assert existing.report["counts"] == {"updated": 1}
    importing.begin_import(row.pk, actor=Actor.user(owner))
    importing.run_import(row.pk)
    assert Variant.objects.get().price_vnd == 99_000


def test_prices_and_costs_change_what_exists_only(owner) -> None:
    make_variant("A", cost_vnd=5)
    make_variant("B", cost_vnd=7)
    prices = bring_in("prices", owner, ["SKU", "Giá"], ["A", "120.000"], ["B", 100_000], ["Z", 1])
    assert counts(prices) == (0, 1, 1, 1)
    assert reasons(prices) == {4: "Không có mã SKU “Z”."}
    costs = bring_in("costs", owner, ["SKU", "Giá vốn"], ["A", 60_000], ["B", 7])
    assert counts(costs) == (0, 1, 1, 0)
    assert sorted(Variant.objects.values_list("sku", "price_vnd", "cost_vnd")) == [
        ("A", 120_000, 60_000),
        ("B", 100_000, 7),
    ]


def test_a35_opening_stock_is_a_movement_and_comes_in_once(owner) -> None:
    place, variant = make_warehouse("TD"), make_variant("00123", cost_vnd=10)
    rows = ["Mã SKU", "Kho", "Tồn kho", "Giá vốn"], ["00123", "td", 60, 1_000]
    assert counts(bring_in("opening_stock", owner, *rows)) == (1, 0, 0, 0)
    assert counts(bring_in("opening_stock", owner, *rows)) == (0, 0, 1, 0)
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.quantity, movement.actor_id) == ("opening", 60, owner.pk)
    level = StockLevel.objects.get(variant=variant, warehouse=place)
    assert (level.on_hand, level.value_vnd) == (60, 60_000)
    other = bring_in("opening_stock", owner, rows[0], ["00123", "TD", 61, ""])
    assert reasons(other) == {2: "Tồn đầu kỳ đã ghi là 60; hãy kiểm kê hoặc điều chỉnh tồn."}


def test_a35_opening_stock_is_refused_where_goods_have_moved(owner) -> None:
    place, moved = make_warehouse("TD"), make_variant("A")
    make_variant("B")
    make_variant("C")
    post([Posting(moved.pk, place.pk, 5, "receipt")], actor=ACTOR)
    row = bring_in(
        "opening_stock",
        owner,
        ["SKU", "Kho", "Số lượng"],
        ["A", "TD", 5],
        ["B", "TD", -1],
        ["B", "Kho lạ", 1],
        ["B", "", 1],
        ["C", "TD", 0],
        ["B", "TD", 3],
    )
    assert reasons(row) == {
        2: "Đã có biến động ở kho này; hãy kiểm kê hoặc điều chỉnh tồn.",
        3: "Số lượng không được âm.",
        4: "Không có kho “Kho lạ”.",
        5: "Thiếu kho.",
        7: "“B” đã có ở dòng 3.",
    }
    assert StockMovement.objects.count() == 1


def test_a_bundle_has_no_opening_stock(owner) -> None:
    make_warehouse("TD")
    bundle = make_variant("SET")
    Product.objects.filter(pk=bundle.product_id).update(kind=Product.Kind.BUNDLE)
    row = bring_in("opening_stock", owner, ["SKU", "Kho", "Số lượng"], ["SET", "TD", 3])
    assert reasons(row) == {2: "Combo không có tồn riêng; hãy nhập tồn của các thành phần."}


def test_the_default_warehouse_fills_empty_cells_within_the_users_scope(user_factory) -> None:
    mine, other = make_warehouse("A"), make_warehouse("B")
    make_variant("X")
    keeper = user_factory("warehouse", warehouse_ids=[mine.pk])
    rows = ["SKU", "Kho", "Số lượng"], ["X", "", 4]
    row = send("opening_stock", keeper, *rows)
    for place, found in ((other, {"failed": 1}), (mine, {"created": 1})):
        checked = importing.choose_columns(
            row.pk, row.mapping, {"warehouse_id": place.pk}, user=keeper
        )
        assert checked.report["counts"] == found
    assert faults(send("opening_stock", keeper, rows[0], ["X", "B", 4])) == [
        ("B2", "B", "Không có kho “B”.")
    ]


def test_columns_are_remembered_for_the_user_and_the_headings(owner, user_factory) -> None:
    make_variant("A")
    data = csv_of(["Mã lạ", "Số lạ"], ["A", 5])

    def start(user) -> GoodsImport:
        return importing.start_import(
            PROFILES["prices"], upload(data), name="x", user=user, language="vi"
        )

    first = start(owner)
    assert first.mapping == {}
    importing.choose_columns(first.pk, {"sku": 0, "price_vnd": 1}, {}, user=owner)
    assert start(owner).mapping == {"sku": 0, "price_vnd": 1}
    assert start(user_factory("manager")).mapping == {}
    assert ImportMapping.objects.count() == 1


def test_a_required_column_must_be_chosen_and_none_twice(owner) -> None:
    row = importing.start_import(
        PROFILES["prices"], upload(csv_of(["a", "b"], ["1", "2"])), name="x", user=owner,
        language="vi",
    )  # fmt: skip
    for mapping, message in (
        ({"sku": 0}, "Chọn cột cho “Giá bán”."),
        ({"sku": 0, "price_vnd": 0}, "Cột “a” được chọn hai lần."),
    ):
        with pytest.raises(DomainError) as caught:
            importing.choose_columns(row.pk, mapping, {}, user=owner)
        assert caught.value.message == message
    row.refresh_from_db()
    assert row.status == "uploaded"


def test_costs_are_out_of_reach_without_the_permission(user_factory) -> None:
    keeper = user_factory("warehouse")
    make_warehouse("TD")
    variant = make_variant("X", cost_vnd=500)
    row = bring_in(
        "opening_stock", keeper, ["SKU", "Kho", "Số lượng", "Giá vốn"], ["X", "TD", 2, 9_999]
    )
    assert "cost_vnd" not in row.mapping
    assert StockLevel.objects.get(variant=variant).value_vnd == 1_000
    assert not PROFILES["costs"].is_open_to(keeper)


def test_a_permission_lost_after_the_upload_stops_the_import(owner) -> None:
    row = send("products", owner, HEADS, CUP)
    importing.begin_import(row.pk, actor=Actor.user(owner))
    owner.role = "viewer"
    owner.save()
    importing.run_import(row.pk)
    row.refresh_from_db()
    assert (row.status, row.error) == ("failed", "Bạn không còn quyền nhập tệp này.")
    assert row.job.status == "failed"
    assert not Variant.objects.exists()


def test_the_example_of_the_template_is_never_imported(owner) -> None:
    row = bring_in("products", owner, HEADS, ["VIDU-0012-DEN-M", "Áo", 1, "", "", "", ""])
    assert reasons(row) == {2: "Đây là dòng ví dụ của tệp mẫu."}
