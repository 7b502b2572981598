"""One change for many goods: previewed, run once, refused with a reason, taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import BulkChange, Product, Variant
from inventory.selectors.catalogue import ProductFilter
from inventory.services import bulk_edit
from inventory.services.bulk_edit import Edit, preview, run_bulk_edit, undo_bulk_edit
from inventory.services.catalogue import NewProduct, create_products
from inventory.services.categories import find_categories
from inventory.services.stock import Demand, reserve
from inventory.timeline import product_timeline
from oms.accounts.services.roles import save_role
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Event, Job
from tests.inventory.files import bring_in
from tests.inventory.makers import make_warehouse, put

ACTOR = Actor.system("test")
pytestmark = pytest.mark.django_db


def category_of(path: str) -> int:
    return find_categories([path])[path]


ALL = ProductFilter()


def goods(count: int = 3, category: str = "Áo", **fields: object) -> list[Variant]:
    new = [
        NewProduct(name=f"Áo {n}", sku=f"{category}-{n}", price_vnd=100_000 + n, category=category)
        for n in range(count)
    ]
    made = create_products(new, actor=ACTOR)
    return list(Variant.objects.filter(product__in=made).order_by("pk"))


def prices() -> list[int]:
    return list(Variant.objects.order_by("pk").values_list("price_vnd", flat=True))


def run(wanted: ProductFilter, edit: Edit) -> Job:
    job = bulk_edit.start_bulk_edit(wanted, edit, actor=ACTOR)
    run_bulk_edit(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (Edit(field="price_vnd", set_vnd=5), [5, 5, 5]),
        (Edit(field="price_vnd", percent=10), [110_000, 110_001, 110_002]),
        (Edit(field="price_vnd", percent=-50, round_to=1000), [50_000, 50_000, 50_000]),
        (Edit(field="price_vnd", add_vnd=1500, round_to=1000), [102_000, 102_000, 102_000]),
    ],
)
def test_a33_prices_of_a_filter_are_changed_as_previewed(edit: Edit, after: list[int]) -> None:
    goods()
    shown = preview(ALL, edit)
    assert (shown.changes, shown.refused, [line.after for line in shown.lines]) == (3, 0, after)
    assert prices() == [100_000, 100_001, 100_002]
    job = run(ALL, edit)
    assert (prices(), job.status, job.done, job.failed) == (after, "done", 3, 0)


def test_only_the_filter_is_changed_and_each_change_is_told() -> None:
    shirt, pot = goods(1, "Áo > Thun")[0], goods(1, "Nồi")[0]
    run(ProductFilter(category_id=category_of("Áo")), Edit(field="price_vnd", set_vnd=7))
    assert prices() == [7, 100_000]
    newest = product_timeline(shirt.product_id, may_see_cost=False)[0]
    assert (newest.title, newest.changes[0].after) == ("Sửa hàng loạt", "7\u00a0₫")
    assert not Event.objects.filter(name="product.bulk_edited", about_id=pot.product_id).exists()


def test_a_price_below_nothing_is_refused_with_its_reason() -> None:
    goods()
    edit = Edit(field="price_vnd", add_vnd=-100_001)
    shown = preview(ALL, edit)
    assert (shown.changes, shown.refused) == (2, 1)
    assert shown.lines[0].refusal == "Giá sẽ dưới 0 hoặc quá lớn."
    job = run(ALL, edit)
    assert (prices(), job.done, job.failed) == ([100_000, 0, 1], 2, 1)
    assert job.rows.get().key == "Áo-0"


def test_a_job_that_runs_twice_changes_once() -> None:
    goods()
    job = run(ALL, Edit(field="price_vnd", percent=10))
    Job.objects.filter(pk=job.pk).update(status="running")
    run_bulk_edit(job.pk)
    assert prices() == [110_000, 110_001, 110_002]
    assert BulkChange.objects.count() == 3


def test_undo_restores_only_what_still_stands() -> None:
    first, *_rest = goods()
    job = run(ALL, Edit(field="price_vnd", set_vnd=7))
    Variant.objects.filter(pk=first.pk).update(price_vnd=8)
    undone = undo_bulk_edit(job.pk, actor=ACTOR)
    assert (undone.restored, undone.kept) == (2, 1)
    assert prices() == [8, 100_001, 100_002]
    assert undo_bulk_edit(job.pk, actor=ACTOR).restored == 0
    assert Event.objects.filter(name="product.bulk_undone").count() == 2


def test_undo_waits_for_the_end() -> None:
    job = bulk_edit.start_bulk_edit(ALL, Edit(field="price_vnd", set_vnd=7), actor=ACTOR)
    with pytest.raises(DomainError):
        undo_bulk_edit(job.pk, actor=ACTOR)


def test_goods_promised_to_orders_are_not_archived_in_bulk() -> None:
    first, *_rest = goods()
    put(first, make_warehouse(), 5)
    reserve([Demand(1, first.pk, 1)])
    job = run(ALL, Edit(field="status", is_active=False))
    assert (job.done, job.failed) == (2, 1)
    status = Product.objects.order_by("pk").values_list("status", flat=True)
    assert list(status) == ["active", "archived", "archived"]
    undo_bulk_edit(job.pk, actor=ACTOR)
    assert set(Product.objects.values_list("status", flat=True)) == {"active"}


def test_a_category_is_set_and_given_back() -> None:
    goods()
    shelf = category_of("Mới")
    job = run(ALL, Edit(field="category_id", category_id=shelf))
    assert set(Product.objects.values_list("category_id", flat=True)) == {shelf}
    undo_bulk_edit(job.pk, actor=ACTOR)
    assert set(Product.objects.values_list("category_id", flat=True)) == {category_of("Áo")}


def test_many_are_changed_with_the_statements_of_one() -> None:
    def cost(wanted: ProductFilter) -> int:
        job = bulk_edit.start_bulk_edit(wanted, Edit(field="price_vnd", set_vnd=7), actor=ACTOR)
        with CaptureQueriesContext(connection) as seen:
            run_bulk_edit(job.pk)
        return len(seen)

    goods(1, "Một")
    goods(60, "Nhiều")
    one = cost(ProductFilter(category_id=category_of("Một")))
    assert cost(ProductFilter(category_id=category_of("Nhiều"))) == one


def test_who_may_not_change_prices_changes_none_by_any_page_or_file(owner, user_factory, login):
    [shirt] = goods(1)
    done = run(ALL, Edit(field="price_vnd", add_vnd=1))
    role = save_role(
        None,
        "Viết bài",
        ["inventory.view_product", "inventory.change_product", "inventory.import_goods"],
        by=owner,
    )
    user = user_factory(role.code)
    client = login(user)
    typed = {"status": "active", "field": "price_vnd", "set_vnd": "1"}
    assert client.post(reverse("inventory:bulk_edit"), typed).status_code == 422
    undo = reverse("inventory:bulk_undo", args=[done.pk])
    assert client.post(undo).status_code == 403
    table = reverse("inventory:product_variants", args=[shirt.product_id])
    assert "100.001" in client.get(table).content.decode()
    row = {"v-0-variant_id": shirt.pk, "v-0-sku": "MOI", "v-0-price_vnd": "1", "v-0-weight_g": "9"}
    sizes = {f"v-0-{name}": "1" for name in ("length_cm", "width_cm", "height_cm")}
    counts = {"v-TOTAL_FORMS": "1", "v-INITIAL_FORMS": "1"}
    assert client.post(table, row | sizes | counts).status_code == 302
    heads = ["Mã SKU", "Tên sản phẩm", "Giá bán"]
    sent = bring_in("products", user, heads, ["MOI", "Áo 0", "1"], ["Q", "Quần", "5"])
    assert (sent.created_count, sent.failed_count) == (1, 1)
    shirt.refresh_from_db()
    assert (shirt.sku, shirt.price_vnd) == ("MOI", 100_001)


def test_the_page_previews_runs_and_takes_back(owner_client) -> None:
    goods()
    address = reverse("inventory:bulk_edit")
    typed = {"status": "active", "field": "price_vnd", "percent": "10", "round_to": "1000"}
    assert owner_client.get(address).status_code == 200
    page = owner_client.get(address, typed).content.decode()
    assert "110.000" in page and prices() == [100_000, 100_001, 100_002]
    assert owner_client.get(address, typed | {"percent": ""}).status_code == 422
    started = owner_client.post(address, typed)
    job = Job.objects.get(kind=bulk_edit.KIND)
    assert started.url == reverse("inventory:bulk_job", args=[job.pk])
    run_bulk_edit(job.pk)
    assert "Trả lại như cũ" in owner_client.get(started.url).content.decode()
    owner_client.post(reverse("inventory:bulk_undo", args=[job.pk]))
    assert prices() == [100_000, 100_001, 100_002]
    assert "Trả lại như cũ" not in owner_client.get(started.url).content.decode()
