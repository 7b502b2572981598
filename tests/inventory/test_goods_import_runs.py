"""An import of goods as a job: batches, workers that die, old files, one beginning."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import (
    Barcode,
    GoodsImport,
    Product,
    Variant,
)
from inventory.services import goods_import, importing
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from tests.inventory.files import bring_in, counts, reasons, send
from tests.inventory.makers import make_variant

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


def rows_of(count: int, tag: str) -> list[list]:
    return [
        [f"{tag}{n}", f"Hàng {tag}{n // 2}", n, "Cỡ", f"C{n}", f"89{tag}{n}", f"Loại {tag}"]
        for n in range(count)
    ]


def test_the_number_of_statements_does_not_grow_with_the_rows(owner) -> None:
    def statements(count: int, tag: str) -> int:
        row = send("products", owner, HEADS, *rows_of(count, tag))
        importing.begin_import(row.pk, actor=Actor.user(owner))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            importing.run_import(row.pk)
        row.refresh_from_db()
        assert counts(row) == (count, 0, 0, 0)
        return len(captured)

    statements(2, "W")
    assert statements(2, "A") == statements(60, "B")


def test_a_group_that_spans_batches_is_one_product(owner, monkeypatch) -> None:
    monkeypatch.setattr(goods_import, "BATCH", 2)
    rows = [[f"S{n}", "Áo dài", 1, "Cỡ", f"{n}", "", ""] for n in range(5)]
    assert counts(bring_in("products", owner, HEADS, *rows)) == (5, 0, 0, 0)
    product = Product.objects.get()
    assert product.options.get().values == ["0", "1", "2", "3", "4"]
    assert product.variants.count() == 5


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(owner, monkeypatch) -> None:
    monkeypatch.setattr(goods_import, "BATCH", 2)
    row = send("products", owner, HEADS, *rows_of(7, "D"))
    importing.begin_import(row.pk, actor=Actor.user(owner))
    whole, calls = goods_import.write, []

    def dies(*args, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(*args, **options)

    monkeypatch.setattr(goods_import, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        importing.run_import(row.pk)
    row.refresh_from_db()
    assert (row.status, row.position, Variant.objects.count()) == ("running", 4, 4)
    importing.run_import(row.pk)
    importing.run_import(row.pk)
    row.refresh_from_db()
    assert (row.status, counts(row), row.job.done) == ("done", (7, 0, 0, 0), 7)
    assert Variant.objects.count() == 7


def test_what_a_dead_worker_left_is_sent_again_and_given_up_in_the_end(
    owner, frozen, monkeypatch
) -> None:
    sent = []
    monkeypatch.setattr(importing, "_hurry", lambda *call: sent.append(call))
    row = send("products", owner, HEADS, CUP)
    importing.begin_import(row.pk, actor=Actor.user(owner))
    assert importing.resume_imports() == 0
    for _attempt in range(importing.MOST_ATTEMPTS + 1):
        frozen.shift(importing.QUIET.total_seconds() + 1)
        importing.resume_imports()
    assert sent == [("run_import", row.pk)] * importing.MOST_ATTEMPTS
    row.refresh_from_db()
    assert (row.status, row.job.status) == ("failed", "failed")
    assert row.error == "Đã thử nhiều lần mà không xong; hãy báo người quản trị."


def test_a_row_that_the_database_refuses_keeps_no_other_back(owner, monkeypatch) -> None:
    """Somebody takes a barcode between our look and our write."""
    row = send("products", owner, HEADS, *rows_of(6, "R"))
    importing.begin_import(row.pk, actor=Actor.user(owner))
    Barcode.objects.create(variant=make_variant("THIEF"), code="89R3")
    from inventory.services.goods_products import ProductPlan

    seen = ProductPlan._read_variants

    def blind(self, rows, lock) -> None:
        seen(self, rows, lock)
        self.owners = {}

    monkeypatch.setattr(ProductPlan, "_read_variants", blind)
    importing.run_import(row.pk)
    row.refresh_from_db()
    assert counts(row) == (5, 0, 0, 1)
    assert reasons(row) == {5: "Mã vạch này vừa được dùng."}


def test_old_files_are_removed_with_their_rows(owner, frozen) -> None:
    row = bring_in("products", owner, HEADS, CUP)
    storage, name = row.file.storage, row.file.name
    assert storage.exists(name)
    frozen.shift(importing.KEPT_DAYS * 86_400 + 1)
    assert importing.remove_old_imports() == 1
    assert not storage.exists(name)
    assert not GoodsImport.objects.exists()


def test_an_import_begins_once(owner) -> None:
    row = send("products", owner, HEADS, CUP)
    first = importing.begin_import(row.pk, actor=Actor.user(owner)).job_id
    assert importing.begin_import(row.pk, actor=Actor.user(owner)).job_id == first
    with pytest.raises(DomainError):
        importing.choose_columns(row.pk, row.mapping, {}, user=owner)
