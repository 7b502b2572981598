"""A product after its birth: texts, archive, copy, options, variants in one table, pictures."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from inventory.models import Barcode, Product, ProductImage, StockMovement, Variant
from inventory.selectors.catalogue import find_variants, product_list, search_variants
from inventory.services import images
from inventory.services.catalogue import NewProduct, Option, create_product
from inventory.services.options import add_option, add_option_value, remove_option_value
from inventory.services.products import ProductTexts, copy_product, update_product
from inventory.services.variants import VariantEdit, update_variants
from inventory.timeline import product_timeline
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.makers import level, make_warehouse, put

ACTOR = Actor.system("test")
COLOUR, SIZE = Option("Màu", ("Đen", "Trắng")), Option("Cỡ", ("M", "L"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(settings, tmp_path) -> Product:
    settings.MEDIA_ROOT = tmp_path
    new = NewProduct(
        name="Áo thun", sku="AT", price_vnd=120_000, cost_vnd=60_000, weight_g=200,
        options=[COLOUR, SIZE], category="Thời trang > Áo", brand="Nhà May Xanh",
    )  # fmt: skip
    return create_product(new, actor=ACTOR)


def texts(**changed: object) -> ProductTexts:
    return ProductTexts(**{"name": "Áo thun", "brand": "Nhà May Xanh", "vat_rate": 10, **changed})


def test_a34_texts_are_cleaned_and_each_change_is_told(shirt: Product) -> None:
    update_product(
        shirt.pk,
        texts(
            name="Áo thun dày",
            category_id=shirt.category_id,
            description='<p onclick="x()">Dày <b>lắm</b><script>alert(1)</script></p>',
            specifications=(("Chất liệu", "Cotton"), ("", "")),
            video_url="https://www.youtube.com/watch?v=1",
        ),
        actor=ACTOR,
    )
    shirt.refresh_from_db()
    assert shirt.description == "<p>Dày <b>lắm</b></p>"
    assert shirt.specifications == [["Chất liệu", "Cotton"]]
    event = Event.objects.get(name="product.updated")
    assert event.data["changes"]["name"] == ["Áo thun", "Áo thun dày"]
    assert set(event.data["changes"]) == {"name", "description", "specifications", "video_url"}
    assert {v.product_id for v in search_variants("ao thun day", limit=9)} == {shirt.pk}


def test_texts_that_did_not_change_are_not_told(shirt: Product) -> None:
    update_product(shirt.pk, texts(category_id=shirt.category_id), actor=ACTOR)
    assert not Event.objects.filter(name="product.updated").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"video_url": "http://youtube.com/x"}, "video_url"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"video_url": "https://user:pw@host/x"}, "video_url"),
        ({"specifications": (("Màu", "Đen"), ("MAU", "Đỏ"))}, "specifications"),
        ({"specifications": (("Màu", ""),)}, "specifications"),
    ],
)
def test_wrong_texts_are_refused_with_their_field(shirt: Product, changed, field) -> None:
    with pytest.raises(DomainError) as refusal:
        update_product(shirt.pk, texts(**changed), actor=ACTOR)
    assert refusal.value.field == field
    assert Product.objects.get().name == "Áo thun"


def test_a32_a_value_taken_away_archives_its_variants_and_keeps_their_stock(shirt: Product) -> None:
    warehouse = make_warehouse()
    black = shirt.variants.get(sku="AT-DEN-M")
    put(black, warehouse, 5)
    assert remove_option_value(shirt.pk, "Màu", "Đen", actor=ACTOR) == 2
    active = shirt.variants.filter(is_active=True)
    assert set(active.values_list("sku", flat=True)) == {"AT-TRANG-M", "AT-TRANG-L"}
    assert shirt.variants.count() == 4
    assert level(black, warehouse) == (5, 0)
    assert StockMovement.objects.count() == 1
    with pytest.raises(DomainError):
        remove_option_value(shirt.pk, "Màu", "Trắng", actor=ACTOR)


def test_a32_a_value_that_comes_back_sells_its_old_variants_again(shirt: Product) -> None:
    old = set(shirt.variants.values_list("pk", flat=True))
    remove_option_value(shirt.pk, "Màu", "Đen", actor=ACTOR)
    add_option_value(shirt.pk, "Màu", "Đen", actor=ACTOR)
    assert set(shirt.variants.filter(is_active=True).values_list("pk", flat=True)) == old


def test_a32_a_third_option_makes_only_what_it_adds_and_a_fourth_is_refused(shirt: Product) -> None:
    old = dict(shirt.variants.values_list("sku", "pk"))
    made = add_option(shirt.pk, "Tay", ["Ngắn", "Dài"], actor=ACTOR)
    assert sorted(v.sku for v in made) == [
        "AT-DEN-L-DAI",
        "AT-DEN-M-DAI",
        "AT-TRANG-L-DAI",
        "AT-TRANG-M-DAI",
    ]
    first = Variant.objects.get(pk=old["AT-DEN-M"])
    assert (first.sku, first.title) == ("AT-DEN-M", "Đen, M, Ngắn")
    with pytest.raises(DomainError) as refusal:
        add_option(shirt.pk, "Vải", ["Thô"], actor=ACTOR)
    assert (refusal.value.code, shirt.variants.count()) == ("option.too_many", 8)


def edit(variant: Variant, **changed: object) -> VariantEdit:
    codes = variant.barcodes.values_list("code", flat=True)
    names = ("sku", "price_vnd", "cost_vnd", "weight_g", "length_cm", "width_cm", "height_cm")
    now = {name: getattr(variant, name) for name in names}
    return VariantEdit(**{"variant_id": variant.pk, "barcodes": list(codes), **now, **changed})


def test_a36_variants_are_edited_together_with_all_their_barcodes(shirt: Product) -> None:
    first, second, *_rest = shirt.variants.order_by("pk")
    changed = update_variants(
        shirt.pk,
        [
            edit(first, sku="007", barcodes=["893001", "893002"], price_vnd=130_000),
            edit(second),
        ],
        actor=ACTOR,
    )
    assert [v.pk for v in changed] == [first.pk]
    for code in ("007", "893001", "893002"):
        assert find_variants([code]) == {code: [first]}
    event = Event.objects.get(name="variant.updated")
    assert (event.about_kind, event.about_id) == ("product", shirt.pk)
    assert event.data["changes"] == {
        "sku": ["AT-DEN-M", "007"],
        "price_vnd": [120_000, 130_000],
        "barcodes": [[], ["893001", "893002"]],
    }


def test_a36_two_skus_are_swapped_in_one_save_and_a_foreign_one_is_refused(
    shirt: Product,
) -> None:
    first, second, third, *_rest = shirt.variants.order_by("pk")
    skus = [first.sku, second.sku, third.sku]
    turned = [edit(first, sku=skus[1]), edit(second, sku=skus[2]), edit(third, sku=skus[0])]
    update_variants(shirt.pk, turned, actor=ACTOR)
    after = Variant.objects.in_bulk([first.pk, second.pk, third.pk])
    assert [after[v.pk].sku for v in (first, second, third)] == [skus[1], skus[2], skus[0]]
    assert find_variants([skus[1]]) == {skus[1]: [first]}
    other = create_product(NewProduct(name="Mũ", sku="MU", price_vnd=1), actor=ACTOR)
    wrong = [edit(after[first.pk], sku="MU"), edit(after[second.pk], sku=skus[1])]
    with pytest.raises(DomainError) as refusal:
        update_variants(shirt.pk, wrong, actor=ACTOR)
    assert refusal.value.code == "sku.taken"
    assert other.variants.get().sku == "MU"
    assert Variant.objects.get(pk=first.pk).sku == skus[1]


def test_a36_a_barcode_of_another_is_refused_but_may_move_in_one_go(shirt: Product) -> None:
    first, second, *_rest = shirt.variants.order_by("pk")
    update_variants(shirt.pk, [edit(first, barcodes=["893001"])], actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        update_variants(shirt.pk, [edit(second, barcodes=["893001"])], actor=ACTOR)
    assert refusal.value.code == "barcode.taken"
    moved = [edit(first, barcodes=[]), edit(second, barcodes=["893001"])]
    update_variants(shirt.pk, moved, actor=ACTOR)
    assert Barcode.objects.get().variant_id == second.pk


def test_variants_of_another_product_or_without_a_code_are_refused(shirt: Product) -> None:
    first = shirt.variants.order_by("pk")[0]
    other = create_product(NewProduct(name="Mũ", sku="MU", price_vnd=1), actor=ACTOR)
    for wrong in (edit(other.variants.get()), edit(first, sku=" ")):
        with pytest.raises(DomainError):
            update_variants(shirt.pk, [wrong], actor=ACTOR)
    assert not Event.objects.filter(name="variant.updated").exists()


def test_many_variants_are_written_with_the_statements_of_one(shirt: Product) -> None:
    def cost(edits: list[VariantEdit]) -> int:
        with CaptureQueriesContext(connection) as seen:
            update_variants(shirt.pk, edits, actor=ACTOR)
        return len(seen)

    rows = list(shirt.variants.order_by("pk"))
    one = cost([edit(rows[0], price_vnd=1, barcodes=["1"])])
    assert cost([edit(v, price_vnd=2, barcodes=[f"2{v.pk}"]) for v in rows[1:]]) == one


def test_archive_and_restore_keep_everything_and_tell_once(shirt: Product, owner_client) -> None:
    for _twice in range(2):
        owner_client.post(reverse("inventory:product_archive", args=[shirt.pk]))
    assert Product.objects.get().status == "archived"
    assert Event.objects.filter(name="product.archived").count() == 1
    owner_client.post(reverse("inventory:product_restore", args=[shirt.pk]))
    assert Product.objects.get().status == "active"
    assert shirt.variants.count() == 4


def test_a_copy_has_its_own_skus_and_shares_nothing_that_can_be_lost(shirt: Product) -> None:
    picture = images.add_image(shirt.pk, png(), actor=ACTOR)
    copy = copy_product(shirt.pk, name="Áo thun 2", sku="AT2", actor=ACTOR)
    assert set(copy.variants.values_list("sku", flat=True)) == {
        "AT2-DEN-M",
        "AT2-DEN-L",
        "AT2-TRANG-M",
        "AT2-TRANG-L",
    }
    assert (copy.category_id, copy.brand_id) == (shirt.category_id, shirt.brand_id)
    assert [o.values for o in copy.options.all()] == [["Đen", "Trắng"], ["M", "L"]]
    images._drop_files([picture.file.name])
    assert default_storage.exists(copy.images.get().file.name)
    with pytest.raises(DomainError) as refusal:
        copy_product(shirt.pk, name="x", sku="AT2", actor=ACTOR)
    assert refusal.value.code == "sku.taken"


def png(size: tuple[int, int] = (900, 600)) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue())


def test_a31_pictures_change_places_and_the_first_is_the_thumbnail(shirt: Product) -> None:
    first, second, third = (images.add_image(shirt.pk, png((9, 9)), actor=ACTOR) for _ in range(3))
    images.place_image(third.pk, 1, actor=ACTOR)
    images.place_image(third.pk, 1, actor=ACTOR)
    assert list(shirt.images.values_list("pk", flat=True)) == [third.pk, first.pk, second.pk]
    assert [row.thumbnail for row in product_list().rows] == [third.pk]
    images.delete_image(first.pk, actor=ACTOR)
    assert list(shirt.images.values_list("pk", "position")) == [(third.pk, 1), (second.pk, 2)]
    assert Event.objects.filter(name="product.image_moved").count() == 1


def test_a31_a_thumbnail_is_made_once_and_is_small(shirt: Product, owner_client) -> None:
    picture = images.add_image(shirt.pk, png(), actor=ACTOR)
    assert images.missing_thumbnails() == [picture.pk]
    assert [images.make_thumbnail(picture.pk), images.make_thumbnail(picture.pk)] == [True, False]
    answer = owner_client.get(reverse("inventory:thumb", args=[picture.pk]))
    small = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (small.size, small.format) == ((320, 213), "WEBP")
    assert images.missing_thumbnails() == []


def test_a31_a_picture_that_cannot_be_made_small_is_shown_as_it_is(shirt: Product) -> None:
    picture = images.add_image(shirt.pk, png(), actor=ACTOR)
    with default_storage.open(picture.file.name, "wb") as file:
        file.write(b"broken")
    assert images.make_thumbnail(picture.pk) is False
    assert ProductImage.objects.get().thumb.name == picture.file.name
    assert images.missing_thumbnails() == []


def test_a31_the_twenty_first_picture_is_refused(shirt: Product) -> None:
    rows = (ProductImage(product=shirt, file="x.png", position=n) for n in range(1, 21))
    ProductImage.objects.bulk_create(rows)
    with pytest.raises(DomainError) as refusal:
        images.add_image(shirt.pk, png(), actor=ACTOR)
    assert refusal.value.code == "image.too_many"


# Screens


def form(product: Product, **changed: str) -> dict[str, str]:
    rows = {"spec-TOTAL_FORMS": "2", "spec-INITIAL_FORMS": "0"}
    rows |= {"spec-0-name": "Chất liệu", "spec-0-value": "Cotton"}
    rows |= {"unit-TOTAL_FORMS": "1", "unit-INITIAL_FORMS": "0", "unit": "cái"}
    rows |= {"unit-0-name": "thùng", "unit-0-factor": "24"}
    base = {"name": product.name, "category": "", "brand": "Mới", "vat_rate": "8"}
    return base | {"description": "Một\n\nHai", "video_url": ""} | rows | changed


def test_a30_a_product_is_edited_without_javascript(shirt: Product, owner_client) -> None:
    address = reverse("inventory:product_edit", args=[shirt.pk])
    assert owner_client.get(address).status_code == 200
    assert owner_client.post(address, form(shirt)).status_code == 302
    shirt.refresh_from_db()
    assert (shirt.brand.name, shirt.category_id, shirt.vat_rate) == ("Mới", None, 8)
    assert shirt.description == "<p>Một</p>\n\n<p>Hai</p>"
    page = owner_client.get(reverse("inventory:product_detail", args=[shirt.pk])).content.decode()
    assert "<p>Hai</p>" in page and "Chất liệu" in page and "Nhà May Xanh → " in page
    assert "thùng (24)" in page
    wrong = owner_client.post(address, form(shirt, video_url="ftp://x"))
    assert wrong.status_code == 422 and "video_url" in wrong.context["form"].errors


def test_options_are_edited_on_the_page(shirt: Product, owner_client) -> None:
    def send(view: str, **data: str):
        return owner_client.post(reverse(f"inventory:{view}", args=[shirt.pk]), data)

    assert send("add_value", option="Cỡ", value="XL").status_code == 302
    assert send("add_value", option="Cỡ", value="xl").status_code == 422
    assert send("remove_value", option="Cỡ", value="M").status_code == 302
    assert send("add_option", name="Tay", values="Ngắn, Dài").status_code == 302
    fourth = send("add_option", name="Vải", values="Thô")
    assert fourth.status_code == 422
    assert "tối đa ba thuộc tính" in fourth.content.decode()
    assert list(shirt.options.values_list("name", "values")) == [
        ("Màu", ["Đen", "Trắng"]),
        ("Cỡ", ["L", "XL"]),
        ("Tay", ["Ngắn", "Dài"]),
    ]


def table(product: Product, **changed: str) -> dict[str, str]:
    rows = {"v-TOTAL_FORMS": "4", "v-INITIAL_FORMS": "4"}
    for n, variant in enumerate(product.variants.order_by("pk")):
        rows |= {
            f"v-{n}-variant_id": str(variant.pk),
            f"v-{n}-sku": variant.sku,
            f"v-{n}-barcodes": "",
            f"v-{n}-price_vnd": "125.000",
            f"v-{n}-cost_vnd": "1.000",
            f"v-{n}-weight_g": "200",
            f"v-{n}-length_cm": "0",
            f"v-{n}-width_cm": "0",
            f"v-{n}-height_cm": "0",
            f"v-{n}-is_active": "on",
        }
    return rows | changed


def test_a36_the_table_of_variants_is_saved_in_one_go(shirt: Product, owner_client) -> None:
    address = reverse("inventory:product_variants", args=[shirt.pk])
    page = owner_client.get(address).content.decode()
    assert page.count("AT-DEN-M") == 1
    saved = owner_client.post(address, table(shirt, **{"v-1-barcodes": "893001, 893002"}))
    assert saved.status_code == 302
    rows = shirt.variants.order_by("pk").values_list("price_vnd", "cost_vnd", "allow_backorder")
    assert list(rows) == [(125_000, 1_000, False)] * 4
    assert Barcode.objects.count() == 2
    wrong = owner_client.post(address, table(shirt, **{"v-1-sku": "AT-DEN-M"}))
    assert wrong.status_code == 422
    assert "Mã SKU này đã được dùng." in wrong.content.decode()


def test_who_may_not_see_costs_changes_none(shirt: Product, user_factory, login, monkeypatch):
    from oms.accounts import roles

    may = {"inventory.change_product", "inventory.change_price"}
    monkeypatch.setitem(roles.ROLES, "sales", roles.ROLES["sales"] | may)
    client = login(user_factory("sales"))
    address = reverse("inventory:product_variants", args=[shirt.pk])
    assert "60.000" not in client.get(address).content.decode()
    assert client.post(address, table(shirt)).status_code == 302
    assert set(shirt.variants.values_list("price_vnd", "cost_vnd")) == {(125_000, 60_000)}
    assert client.get(reverse("inventory:margin")).status_code == 403


def test_the_timeline_hides_costs(shirt: Product) -> None:
    first = shirt.variants.order_by("pk")[0]
    update_variants(shirt.pk, [edit(first, cost_vnd=70_000, price_vnd=1)], actor=ACTOR)
    newest = product_timeline(shirt.pk, may_see_cost=False)[0]
    assert [change.field for change in newest.changes] == ["Giá bán"]
    newest = product_timeline(shirt.pk, may_see_cost=True)[0]
    assert {change.after for change in newest.changes} == {"1\u00a0₫", "70.000\u00a0₫"}


def test_pictures_are_ordered_and_dropped_on_the_page(shirt: Product, owner_client) -> None:
    first, second = (images.add_image(shirt.pk, png((9, 9)), actor=ACTOR) for _ in range(2))
    owner_client.post(reverse("inventory:move_image", args=[second.pk]), {"to": "first"})
    assert shirt.images.first() == second
    owner_client.post(reverse("inventory:move_image", args=[second.pk]), {"to": "down"})
    assert shirt.images.first() == first
    owner_client.post(reverse("inventory:delete_image", args=[first.pk]))
    assert list(shirt.images.all()) == [second]
