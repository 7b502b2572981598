"""Two workers take the same file at once: every row is written once."""

import threading

import pytest
from django.db import connection

from inventory.models import GoodsImport, Product, Variant
from inventory.services import goods_import, importing
from oms.kernel.actors import Actor
from tests.inventory.files import counts, send

pytestmark = pytest.mark.django_db(transaction=True)

HEADS = ["Mã SKU", "Tên sản phẩm", "Giá bán", "Thuộc tính 1", "Giá trị 1"]


def test_c72_two_workers_at_once_write_every_row_once(owner, redis_clean, monkeypatch) -> None:
    monkeypatch.setattr(goods_import, "BATCH", 7)
    rows = [[f"S{n}", f"Áo {n // 10}", 1000 + n, "Cỡ", f"C{n % 10}"] for n in range(60)]
    row = send("products", owner, HEADS, *rows)
    importing.begin_import(row.pk, actor=Actor.user(owner))
    gate, errors = threading.Barrier(2, timeout=30), []

    def work() -> None:
        try:
            gate.wait()
            importing.run_import(row.pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    row = GoodsImport.objects.get()
    assert errors == []
    assert (row.status, counts(row), row.position) == ("done", (60, 0, 0, 0), 60)
    assert (row.job.done, row.job.rows.count()) == (60, 60)
    assert (Product.objects.count(), Variant.objects.count()) == (6, 60)
