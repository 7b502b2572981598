"""Goods: options make variants, codes stay text, pictures are checked, reads stay few."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from inventory.models import Barcode, Product, ProductImage, StockLevel, StockMovement, Variant
from inventory.selectors.catalogue import (
    ProductFilter,
    product_list,
)
from inventory.selectors.stock import explain, stock_list
from inventory.services.catalogue import (
    NewProduct,
    Option,
    create_product,
    create_products,
)
from inventory.services.images import add_image
from inventory.services.options import add_option_value
from inventory.services.stock import Demand, Posting, post, reserve
from oms.accounts.models import User
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.makers import make_variant, make_warehouse, put

ACTOR = Actor.system("test")
pytestmark = pytest.mark.django_db
COLOUR, SIZE = Option("Màu", ("Đen", "Trắng kem")), Option("Cỡ", ("M", "L"))


def new(**fields: object) -> NewProduct:
    return NewProduct(**{"name": "Áo thun", "sku": "AT", "price_vnd": 120_000, **fields})


def png(name: str = "ao.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


# Products


def test_a32_options_make_every_combination_a_variant() -> None:
    product = create_product(new(options=[COLOUR, SIZE], weight_g=200), actor=ACTOR)
    rows = product.variants.order_by("id").values_list("sku", "title", "price_vnd", "weight_g")
    assert list(rows) == [
        ("AT-DEN-M", "Đen, M", 120_000, 200),
        ("AT-DEN-L", "Đen, L", 120_000, 200),
        ("AT-TRANGKEM-M", "Trắng kem, M", 120_000, 200),
        ("AT-TRANGKEM-L", "Trắng kem, L", 120_000, 200),
    ]
    assert list(product.options.values_list("position", "name", "values")) == [
        (1, "Màu", ["Đen", "Trắng kem"]),
        (2, "Cỡ", ["M", "L"]),
    ]


def test_a_product_without_options_has_one_variant() -> None:
    product = create_product(new(), actor=ACTOR)
    [variant] = product.variants.all()
    assert (variant.sku, variant.title, variant.full_name) == ("AT", "", "Áo thun")


def test_a_new_product_is_told() -> None:
    product = create_product(new(), actor=ACTOR)
    event = Event.objects.get(name="product.created")
    assert (event.subject_id, event.actor_label, event.data) == (
        product.pk,
        ACTOR.label,
        {"name": "Áo thun"},
    )


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ([Option(name, ("1",)) for name in "abcd"], "option.too_many", ""),
        ([Option("Màu", ("Đen", "ĐEN "))], "option.values", "option1_values"),
        ([COLOUR, Option("Cỡ", ())], "option.values", "option2_values"),
        ([Option(n, tuple(map(str, range(20)))) for n in "ab"] + [SIZE], "option.too_many", ""),
    ],
    ids=["a fourth option", "a repeated value", "no value", "800 variants"],
)
def test_a32_options_that_make_no_sense_are_refused(
    options: list[Option], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        create_product(new(options=options), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Product.objects.exists()


def test_a30_a_sku_keeps_its_leading_zeros() -> None:
    create_product(new(sku="007"), actor=ACTOR)
    create_product(new(sku="7"), actor=ACTOR)
    assert set(Variant.objects.values_list("sku", flat=True)) == {"007", "7"}


def test_a30_a_sku_in_use_is_refused_with_its_field() -> None:
    create_product(new(), actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        create_product(new(name="Áo khác"), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("sku.taken", "sku")
    assert Product.objects.count() == 1


def test_a_missing_sku_is_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        create_product(new(sku="  "), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("sku.missing", "sku")
    assert not Product.objects.exists()


def test_a36_a_barcode_in_use_is_refused_with_its_field() -> None:
    create_product(new(barcode="8930001"), actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        create_product(new(sku="AT2", barcode="8930001"), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("barcode.taken", "barcode")
    assert Product.objects.count() == 1


def test_a36_one_barcode_for_many_variants_is_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        create_product(new(options=[SIZE], barcode="8930001"), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("barcode.of_many", "barcode")


def test_many_products_are_written_with_the_statements_of_one() -> None:
    def cost(batch: list[NewProduct]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            create_products(batch, actor=ACTOR)
        return len(seen)

    one = cost([new(sku="A", barcode="1", options=[])])
    fifty = cost([new(sku=f"B{n}", barcode=f"1{n}", options=[]) for n in range(50)])
    assert fifty == one
    assert Barcode.objects.get(code="149").variant.sku == "B49"


def test_of_many_products_all_are_written_or_none() -> None:
    create_product(new(sku="A2"), actor=ACTOR)
    with pytest.raises(DomainError):
        create_products([new(sku="A1"), new(sku="A2")], actor=ACTOR)
    assert list(Variant.objects.values_list("sku", flat=True)) == ["A2"]


# Later changes


def test_a32_a_new_value_makes_only_the_variants_that_it_adds() -> None:
    product = create_product(new(options=[COLOUR, SIZE], weight_g=200), actor=ACTOR)
    before = set(product.variants.values_list("pk", flat=True))
    made = add_option_value(product.pk, "Cỡ", "XL", actor=ACTOR)
    assert [variant.sku for variant in made] == ["AT-DEN-XL", "AT-TRANGKEM-XL"]
    assert {(v.price_vnd, v.weight_g) for v in made} == {(120_000, 200)}
    after = set(product.variants.values_list("pk", flat=True))
    assert after == before | {variant.pk for variant in made}
    assert product.options.get(name="Cỡ").values == ["M", "L", "XL"]


@pytest.mark.parametrize(("option", "value"), [("Cỡ", "m"), ("Chất liệu", "Lụa")])
def test_a_value_that_is_there_or_an_unknown_option_is_refused(option: str, value: str) -> None:
    product = create_product(new(options=[SIZE]), actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        add_option_value(product.pk, option, value, actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("option.values", "value")
    assert product.variants.count() == 2


# Pictures


def test_a31_pictures_stand_in_their_order_under_names_of_ours(
    settings: pytest.FixtureRequest, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    product = make_variant().product
    add_image(product.pk, png("../../etc/passwd"), actor=ACTOR)
    add_image(product.pk, png(), actor=ACTOR)
    names = list(product.images.values_list("position", "file"))
    assert [position for position, _name in names] == [1, 2]
    assert all(name.startswith("products/") and ".." not in name for _position, name in names)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7 no picture", "file.not_image"), (b"\0" * 60 * 1024 * 1024, "file.too_large")],
    ids=["no picture", "60 MB"],
)
def test_what_is_no_picture_or_too_big_is_refused(content: bytes, code: str) -> None:
    product = make_variant().product
    with pytest.raises(DomainError) as refusal:
        add_image(product.pk, SimpleUploadedFile("a.png", content), actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == (code, "image")
    assert not ProductImage.objects.exists()


# Reads


def queries_of(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        read()
    return len(seen)


def test_the_product_list_shows_price_stock_and_count_of_its_variants() -> None:
    warehouse = make_warehouse()
    product = create_product(new(options=[SIZE]), actor=ACTOR)
    first, second = product.variants.order_by("id")
    Variant.objects.filter(pk=second.pk).update(price_vnd=150_000)
    put(first, warehouse, 5)
    put(second, warehouse, 3)
    reserve([Demand(1, first.pk, 2)])
    [row] = product_list().rows
    assert (row.variant_count, row.first_sku) == (2, "AT-L")
    assert (row.lowest_price, row.highest_price, row.available) == (120_000, 150_000, 6)


def test_the_product_list_finds_by_name_or_sku_and_hides_the_archived() -> None:
    shirt = create_product(new(name="Áo thun", sku="AT"), actor=ACTOR)
    create_product(new(name="Bình nước", sku="BN"), actor=ACTOR)
    gone = create_product(new(name="Áo cũ", sku="AC"), actor=ACTOR)
    Product.objects.filter(pk=gone.pk).update(status="archived")
    for q in ("ao", "at"):
        assert product_list(ProductFilter(q=q)).rows == [shirt]


def test_the_product_list_costs_the_same_for_one_row_and_for_twenty() -> None:
    create_product(new(), actor=ACTOR)
    one = queries_of(product_list)
    create_products([new(sku=f"S{n}", options=[SIZE]) for n in range(19)], actor=ACTOR)
    assert queries_of(product_list) == one
    assert len(product_list().rows) == 20


def test_the_product_list_turns_pages_without_gap_or_repeat() -> None:
    made = create_products([new(sku=f"S{n}") for n in range(5)], actor=ACTOR)
    first = product_list(size=2)
    second = product_list(size=2, after=first.next_cursor)
    third = product_list(size=2, after=second.next_cursor)
    seen = [row.pk for page in (first, second, third) for row in page.rows]
    assert seen == sorted((product.pk for product in made), reverse=True)
    assert not third.next_cursor


def test_the_stock_list_turns_pages_and_costs_the_same_for_twenty(owner: User) -> None:
    warehouse = make_warehouse()
    variants = [make_variant() for _ in range(20)]
    put(variants[0], warehouse, 1)

    def read() -> list[str]:
        return [str(level.variant.product) for level in stock_list(owner).rows]

    one = queries_of(read)
    for variant in variants[1:]:
        put(variant, warehouse, 1)
    assert queries_of(read) == one
    first = stock_list(owner, size=12)
    second = stock_list(owner, size=12, after=first.next_cursor)
    ids = [level.variant_id for page in (first, second) for level in page.rows]
    assert ids == [variant.pk for variant in variants]


def test_the_stock_list_keeps_to_the_warehouses_of_the_user(
    user_factory: Callable[..., User],
) -> None:
    mine, other = make_warehouse(), make_warehouse()
    variant = make_variant()
    put(variant, mine, 1)
    put(variant, other, 1)
    keeper = user_factory("warehouse", warehouse_ids=[mine.pk])
    assert [level.warehouse_id for level in stock_list(keeper).rows] == [mine.pk]


def test_low_stock_is_what_is_left_to_promise(owner: User) -> None:
    warehouse = make_warehouse()
    plenty, few = make_variant(), make_variant()
    put(plenty, warehouse, 6)
    put(few, warehouse, 20)
    reserve([Demand(1, few.pk, 15)])
    assert [level.variant_id for level in stock_list(owner, low_only=True).rows] == [few.pk]


def test_a_balance_is_explained_by_its_movements_and_promises() -> None:
    warehouse, variant = make_warehouse(), make_variant()
    put(variant, warehouse, 10)
    post([Posting(variant.pk, warehouse.pk, -3, StockMovement.Kind.ADJUSTMENT)], actor=ACTOR)
    put(variant, warehouse, 4)
    reserve([Demand(1, variant.pk, 2)])
    story = explain(variant.pk, warehouse.pk)
    assert [(line.movement.quantity, line.balance) for line in story.lines] == [
        (4, 11),
        (-3, 7),
        (10, 10),
    ]
    assert (story.ledger_total, story.reserved_total, story.truncated) == (11, 2, False)
    assert story.level == StockLevel.objects.get(variant=variant)


def test_a_balance_that_never_was_has_no_story() -> None:
    story = explain(make_variant().pk, make_warehouse().pk)
    assert (story.level, list(story.lines), story.ledger_total) == (None, [], 0)
