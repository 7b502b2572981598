"""Descriptions, units and price lists from a file; files sent again as jobs."""

from io import BytesIO

import pytest

from inventory.imports.profiles import PROFILES
from inventory.models import Barcode, PriceList, Product
from inventory.services import exporting, file_jobs, importing
from oms.kernel import jobs
from oms.kernel.actors import Actor
from oms.kernel.models import Event
from oms.kernel.tables import read_table
from tests.inventory.files import bring_in, counts, reasons, send, upload
from tests.inventory.makers import make_variant

pytestmark = pytest.mark.django_db

HEADS = ["Mã SKU", "Tên sản phẩm", "Mô tả", "Đơn vị gốc", "Đơn vị quy đổi"]
MILK = ["SUA", "Sữa tươi", "Giữ lạnh.\n\nDùng < 7 ngày", "hộp", "Thùng = 48; Lốc=4"]


def units_of(product: Product) -> tuple[str, list[tuple[str, int]]]:
    return product.unit, list(product.units.order_by("factor").values_list("name", "factor"))


def test_a34_description_and_units_come_in_clean_and_go_out_as_they_came_in(owner) -> None:
    page = ["<p>Kem <b>dừa</b></p><script>x</script>", "", ""]
    row = bring_in("products", owner, HEADS, MILK, ["KEM", "Kem", *page])
    assert counts(row) == (2, 0, 0, 0)
    milk, cream = Product.objects.get(name="Sữa tươi"), Product.objects.get(name="Kem")
    assert units_of(milk) == ("hộp", [("Lốc", 4), ("Thùng", 48)])
    assert units_of(cream) == ("cái", [])
    assert milk.description == "<p>Giữ lạnh.</p>\n\n<p>Dùng &lt; 7 ngày</p>"
    assert cream.description == "<p>Kem <b>dừa</b></p>"
    target = BytesIO()
    assert exporting.write_list(target, "products", {}, user=owner) == 2
    back = importing.start_import(
        PROFILES["products"], upload(target.getvalue()), name="x", user=owner,
        language="vi",
    )  # fmt: skip
    back = importing.choose_columns(back.pk, back.mapping, {}, user=owner)
    assert back.report["counts"] == {"unchanged": 2}
    assert "Lốc = 4; Thùng = 48" in read_table(target).rows[2]


def test_units_of_a_product_that_exists_are_replaced_and_told(owner) -> None:
    bring_in("products", owner, HEADS, MILK)
    row = bring_in("products", owner, HEADS, ["SUA", "", "", "", "Thùng = 24"])
    assert counts(row) == (0, 1, 0, 0)
    assert units_of(Product.objects.get()) == ("hộp", [("Thùng", 24)])
    told = Event.objects.get(name="product.updated")
    assert told.data == {"changes": {"units": ["Lốc = 4; Thùng = 48", "Thùng = 24"]}}


@pytest.mark.parametrize("text", ["Thùng", "Thùng = 1", "Lốc = 6; lốc = 12", "= 6", "A = 6 = 7"])
def test_units_that_say_nothing_clear_are_refused(owner, text: str) -> None:
    row = bring_in("products", owner, HEADS, ["A", "Hàng A", "", "cái", text])
    assert counts(row) == (0, 0, 0, 1)


def test_a_larger_unit_with_the_name_of_the_piece_is_refused(owner) -> None:
    bring_in("products", owner, HEADS, MILK)
    again = ["SUA", "", "", "", "Hộp = 6"]
    row = bring_in("products", owner, HEADS, again, ["B", "Hàng B", "", "Lon", "lon = 6"])
    assert reasons(row) == {
        2: "Đơn vị quy đổi “hộp” trùng với đơn vị gốc.",
        3: "Đơn vị quy đổi “Lon” trùng với đơn vị gốc.",
    }
    assert not Product.objects.filter(name="Hàng B").exists()


def test_prices_of_price_lists_come_in_once(owner) -> None:
    variant = make_variant("SI-1")
    whole = PriceList.objects.create(name="Giá sỉ")
    heads = ["SKU", "Bảng giá", "Từ số lượng", "Giá"]
    rows = [["SI-1", "giá sỉ", "", "90.000"], ["SI-1", "Giá sỉ", "10", "80000"]]
    wrong = [["SI-1", "Giá lẻ", "1", "1"], ["MẤT", "Giá sỉ", "1", "1"], ["SI-1", "Giá sỉ", 0, "1"]]
    row = bring_in("list_prices", owner, heads, *rows, *wrong)
    assert counts(row) == (2, 0, 0, 3)
    assert reasons(row) == {
        4: "Không có bảng giá “Giá lẻ”.",
        5: "Không có mã SKU “MẤT”.",
        6: "Số lượng bắt đầu từ 1.",
    }
    again = bring_in("list_prices", owner, heads, rows[0], ["SI-1", "Giá sỉ", "10", "79000"])
    assert counts(again) == (0, 1, 1, 0)
    steps = whole.items.order_by("from_quantity").values_list(
        "variant", "from_quantity", "price_vnd"
    )
    assert list(steps) == [(variant.pk, 1, 90_000), (variant.pk, 10, 79_000)]


def test_c72_a_retried_import_writes_only_what_failed(owner, django_capture_on_commit_callbacks):
    taken = Barcode.objects.create(variant=make_variant("THIEF"), code="893")
    heads = ["Mã SKU", "Tên sản phẩm", "Mã vạch"]
    row = bring_in("products", owner, heads, ["A", "Hàng A", ""], ["B", "Hàng B", "893"])
    assert counts(row) == (1, 0, 0, 1)
    taken.delete()
    with django_capture_on_commit_callbacks(execute=True):
        jobs.retry(row.job_id, actor=Actor.user(owner))
    importing.run_import(row.pk)
    row.refresh_from_db()
    assert (counts(row), row.status) == ((2, 0, 0, 0), "done")
    assert (row.job.status, row.job.done, row.job.failed) == ("done", 2, 0)
    first = row.job.rows.get(key="2")
    assert first.message == "Đã tạo."


def test_a_lost_export_is_sent_again_and_one_that_is_gone_says_so(owner, monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(file_jobs, "_hurry", lambda task, pk: sent.append((task, pk)))
    row = exporting.begin_export("products", {}, user=owner, language="vi")
    file_jobs.export_again(row.job_id)
    assert sent == [("run_export", row.pk)]
    row.delete()
    file_jobs.export_again(row.job_id)
    row.job.refresh_from_db()
    assert (row.job.status, row.job.error) == ("failed", "Tệp đã hết hạn; hãy xuất lại.")


def test_an_import_whose_file_is_gone_says_so(owner) -> None:
    row = send("products", owner, ["SKU", "Tên sản phẩm"], ["A", "Hàng A"])
    job = importing.begin_import(row.pk, actor=Actor.user(owner)).job
    row.delete()
    file_jobs.import_again(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "Tệp đã được xóa; hãy gửi lại.")
