"""Categories and brands: found by name however typed, moved whole, dropped when empty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Brand, Category, Product
from inventory.selectors.catalogue import ProductFilter, product_list
from inventory.selectors.categories import category_tree
from inventory.services.catalogue import NewProduct, create_product
from inventory.services.categories import (
    delete_category,
    find_brands,
    find_categories,
    save_category,
)
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Event

ACTOR = Actor.system("test")
pytestmark = pytest.mark.django_db


def goods(name: str, sku: str, **fields: str) -> Product:
    return create_product(NewProduct(name=name, sku=sku, price_vnd=1000, **fields), actor=ACTOR)


def test_a30_a_path_makes_each_missing_step_once() -> None:
    first = find_categories(["Thời trang > Áo", "Thời trang > Quần", ""])
    again = find_categories(["thoi trang>ÁO", "Thời trang"])
    assert again["thoi trang>ÁO"] == first["Thời trang > Áo"]
    assert list(Category.objects.values_list("path", flat=True)) == [
        "Thời trang",
        "Thời trang > Quần",
        "Thời trang > Áo",
    ]
    top = Category.objects.get(path="Thời trang")
    shirt = Category.objects.get(pk=first["Thời trang > Áo"])
    assert (top.trail, shirt.trail) == (f"/{top.pk}/", f"/{top.pk}/{shirt.pk}/")


def test_many_paths_cost_the_statements_of_one() -> None:
    def cost(paths: list[str]) -> int:
        with CaptureQueriesContext(connection) as seen:
            find_categories(paths)
        return len(seen)

    assert cost([f"B{n} > C{n}" for n in range(20)]) == cost(["A > B"])


def test_a30_a_brand_is_one_however_it_is_typed() -> None:
    found = find_brands(["Nhà May Xanh", "NHA MAY XANH ", ""])
    assert found["Nhà May Xanh"] == found["NHA MAY XANH "]
    assert Brand.objects.count() == 1
    assert "" not in found


def test_a30_the_list_of_a_category_holds_what_is_under_it() -> None:
    shirt = goods("Áo thun", "AT", category="Thời trang > Áo", brand="Xanh")
    goods("Nồi", "NOI", category="Gia dụng")
    top = Category.objects.get(path="Thời trang")
    assert product_list(ProductFilter(category_id=top.pk)).rows == [shirt]
    assert product_list(ProductFilter(brand_id=shirt.brand_id)).rows == [shirt]
    assert product_list(ProductFilter(category_id=10**9)).rows == []


def test_a_category_moves_with_all_that_is_under_it() -> None:
    ids = find_categories(["Áo > Thun > Nữ", "Thời trang"])
    shirts = Category.objects.get(path="Áo")
    save_category(shirts.pk, "Áo nữ", ids["Thời trang"], actor=ACTOR)
    deepest = Category.objects.get(pk=ids["Áo > Thun > Nữ"])
    assert deepest.path == "Thời trang > Áo nữ > Thun > Nữ"
    assert deepest.trail.startswith(f"/{ids['Thời trang']}/{shirts.pk}/")
    event = Event.objects.get(name="category.updated")
    assert event.data == {"changes": {"path": ["Áo", "Thời trang > Áo nữ"]}}


def test_a_category_never_stands_in_itself_or_twice_or_too_deep() -> None:
    ids = find_categories(["A > B", "C", "1 > 2 > 3 > 4 > 5"])
    top = Category.objects.get(path="A")
    refusals = []
    for category, name, parent in [
        (top.pk, "A", ids["A > B"]),
        (None, "b", top.pk),
        (None, "6", ids["1 > 2 > 3 > 4 > 5"]),
        (top.pk, "A", Category.objects.get(path="1 > 2 > 3 > 4").pk),
        (None, "a>b", None),
    ]:
        with pytest.raises(DomainError) as refusal:
            save_category(category, name, parent, actor=ACTOR)
        refusals.append(refusal.value.code)
    deep, cycle = "category.too_deep", "category.cycle"
    assert refusals == [cycle, "category.taken", deep, deep, "category.name"]
    assert Category.objects.count() == 8


def test_a_category_in_use_is_not_dropped() -> None:
    shirt = goods("Áo", "AO", category="Áo")
    with pytest.raises(DomainError):
        delete_category(shirt.category_id, actor=ACTOR)
    Product.objects.update(category=None)
    delete_category(shirt.category_id, actor=ACTOR)
    assert not Category.objects.exists()


def test_the_tree_counts_goods_below() -> None:
    goods("Áo", "AO", category="Thời trang > Áo")
    goods("Túi", "TUI", category="Thời trang")
    rows = [(row.name, row.depth, row.goods, row.goods_below) for row in category_tree()]
    assert rows == [("Thời trang", 0, 1, 2), ("Áo", 1, 1, 1)]


def test_categories_are_kept_on_their_page(owner_client) -> None:
    address = reverse("inventory:category_list")
    assert owner_client.post(address, {"name": "Thời trang", "parent": ""}).status_code == 302
    top = Category.objects.get()
    assert owner_client.post(address, {"name": "Áo", "parent": top.pk}).status_code == 302
    again = owner_client.post(address, {"name": "ao", "parent": top.pk})
    assert again.status_code == 422 and "name" in again.context["form"].errors
    edit = reverse("inventory:category_edit", args=[top.pk])
    owner_client.post(edit, {"name": "Quần áo", "parent": ""})
    assert Category.objects.get(name="Áo").path == "Quần áo > Áo"
    owner_client.post(reverse("inventory:category_delete", args=[top.pk]))
    assert Category.objects.count() == 2
