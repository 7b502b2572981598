"""PRODUCT D13, C-71, C-72: orders of other tools come in by a file, once."""

import unicodedata
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inventory.models import GoodsImport
from inventory.services import importing
from oms.kernel.tables import Column, read_table, write_xlsx
from orders.models import Order
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

OWN = [
    "Mã đơn hàng", "Ngày đặt hàng", "Tên người nhận", "Số điện thoại", "Địa chỉ", "Phường/Xã",
    "Tỉnh/Thành phố", "Mã SKU", "Số lượng", "Đơn giá", "Phí ship khách trả",
]  # fmt: skip
BUYER = ["22/11/2026 08:30", "Nguyễn Thị Ánh", "912345678", "1 Trần Phú", "Ba Đình", "Hà Nội"]


@pytest.fixture(autouse=True)
def files(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "PRIVATE_ROOT", tmp_path)


@pytest.fixture
def shirt() -> Any:
    variant = make_variant("00123")
    put(variant, make_warehouse("TD"), 100)
    return variant


def sheet(labels: list[str], rows: list[list[Any]]) -> SimpleUploadedFile:
    target = BytesIO()
    columns = [Column(str(n), label, "text", 12) for n, label in enumerate(labels)]
    write_xlsx(target, columns, rows, sheet="x")
    return SimpleUploadedFile("don.xlsx", target.getvalue())


def send(client: Any, file: SimpleUploadedFile, **changed: Any) -> GoodsImport:
    """Upload, take the columns as they were guessed, and import the good rows."""
    answer = client.post(reverse("inventory:import_new", args=["orders"]), {"file": file})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = GoodsImport.objects.latest("pk")
    page = client.get(answer.url)
    form = page.context["form"]
    typed = {f"col_{key}": place for key, place in row.mapping.items()}
    typed["source"] = form.fields["source"].initial
    client.post(reverse("inventory:import_columns", args=[row.pk]), typed | changed)
    row.refresh_from_db()
    assert row.status == "checked", (row.status, row.error, row.mapping)
    client.post(reverse("inventory:import_run", args=[row.pk]))
    importing.run_import(row.pk)
    row.refresh_from_db()
    return row


def counts(row: GoodsImport) -> tuple[int, int, int]:
    return row.created_count, row.unchanged_count, row.failed_count


def test_d13_rows_of_one_code_become_one_order_through_intake(shirt, owner_client):
    rows = [
        ["A-1", *BUYER, "00123", 2, 100_000, 30_000],
        ["A-2", *BUYER, "00123", 1, 90_000, ""],
        ["A-1", "", "", "", "", "", "", "LẠ", 1, 50_000, ""],
    ]
    row = send(owner_client, sheet(OWN, rows))
    assert counts(row) == (3, 0, 0)
    order = Order.objects.get(remote_id="A-1")
    assert (order.source, order.total_vnd, order.is_cod) == ("import", 280_000, True)
    assert order.recipient_phone == "+84912345678"
    assert f"{order.placed_at:%Y-%m-%d %H:%M}" == "2026-11-22 01:30"
    assert [(line.sku, line.quantity) for line in order.lines.all()] == [("00123", 2), ("LẠ", 1)]
    assert order.needs_attention
    other = Order.objects.get(remote_id="A-2")
    assert (other.fulfillment_status, other.needs_attention) == ("allocated", False)
    assert level(shirt, other.warehouse) == (100, 1)


def test_d13_the_same_file_twice_adds_nothing(shirt, owner_client):
    rows = [["A-1", *BUYER, "00123", 2, 100_000, ""]]
    send(owner_client, sheet(OWN, rows))
    assert counts(send(owner_client, sheet(OWN, rows))) == (0, 1, 0)
    assert Order.objects.count() == 1


def test_an_order_that_its_channel_brought_is_not_made_again(shirt, owner_client):
    known = place((shirt, 1), source="shopee", remote_id="2410A", shop_ref=7)
    labels = ["Mã đơn hàng", "SKU phân loại hàng", "Số lượng", "Giá ưu đãi"]
    row = send(owner_client, sheet(labels, [["2410A", "00123", 1, 1000]]))
    assert counts(row) == (0, 1, 0)
    assert list(Order.objects.all()) == [known]


def test_c72_a_faulty_row_is_told_at_its_cell_and_comes_back_with_its_order(shirt, owner_client):
    rows = [
        ["A-1", *BUYER, "00123", "hai", 100_000, ""],
        ["A-1", "", "", "", "", "", "", "00123", 1, 100_000, ""],
        ["A-2", *BUYER, "00123", 1, 100_000, ""],
        ["A-3", "hôm qua", *BUYER[1:], "00123", 1, 100_000, ""],
    ]
    row = send(owner_client, sheet(OWN, rows))
    assert counts(row) == (1, 0, 3)
    assert [(fault[0], fault[1]) for fault in row.report["faults"]] == [
        (2, "I2"),
        (3, ""),
        (5, "B5"),
    ]
    assert [order.remote_id for order in Order.objects.all()] == ["A-2"]
    answer = owner_client.get(reverse("inventory:import_failed", args=[row.pk]))
    labels, *failed = read_table(BytesIO(b"".join(answer.streaming_content))).rows
    assert [line[0] for line in failed] == ["A-1", "A-1", "A-3"]
    assert labels[-1] == "Lý do chưa nhập"
    assert failed[1][-1] == "Đơn này có lỗi ở dòng 2."


@pytest.mark.parametrize(
    ("source", "labels", "cells"),
    [
        (
            "shopee",
            ["Mã đơn hàng", "Ngày đặt hàng", "Trạng Thái Đơn Hàng", "SKU sản phẩm",
             "Tên sản phẩm", "SKU phân loại hàng", "Giá gốc", "Giá ưu đãi", "Số lượng",
             "Phí vận chuyển mà người mua trả", "Phương thức thanh toán"],
            ["2410A", "2024-10-01 10:00", "Chờ giao hàng", "AO", "Áo", "00123", "120000",
             "100000", "2", "15000", "Thanh toán khi nhận hàng"],
        ),
        (
            "tiktok_shop",
            ["Order ID", "Order Status", "Seller SKU", "Product Name", "Quantity",
             "SKU Unit Original Price", "SKU Platform Discount", "SKU Seller Discount",
             "Shipping Fee After Discount", "Created Time", "Recipient", "Phone #", "Province",
             "District", "Commune", "Detail Address", "Payment Method"],
            ["2410A", "To ship", "00123", "Áo", "2", "110000", "5000", "20000", "15000",
             "01/10/2024 10:00:00", "N*** A", "(+84)9*****78", "Hồ Chí Minh", "Quận 1",
             "Phường Bến Nghé", "12 Lê Lợi", "Cash on delivery"],
        ),
        (
            "lazada",
            ["orderNumber", "createTime", "status", "sellerSku", "lazadaSku", "itemName",
             "unitPrice", "shippingFee", "shippingName", "payMethod"],
            ["2410A", "01 Oct 2024 10:00", "pending", "00123", "9_VN", "Áo", "100000", "15000",
             "N*** A", "COD"],
        ),
    ],
)  # fmt: skip
def test_d13_files_of_seller_centres_are_known_by_their_headings(
    shirt, owner_client, source, labels, cells
):
    explained = ["Platform unique order ID.", *[""] * (len(labels) - 1)]
    row = send(owner_client, sheet(labels, [explained, cells]))
    assert counts(row) == (1, 0, 0)
    order = Order.objects.get()
    pieces = 1 if source == "lazada" else 2
    assert (order.source, order.remote_id, order.is_cod) == (source, "2410A", True)
    assert (order.goods_vnd, order.shipping_fee_buyer_vnd) == (pieces * 100_000, 15_000)
    assert f"{order.placed_at:%Y-%m-%d %H:%M}" == "2024-10-01 03:00"
    assert order.lines.get().variant == shirt
    assert order.ward == ("Phường Bến Nghé" if source == "tiktok_shop" else "")


def test_orders_cancelled_there_are_passed_over(shirt, owner_client):
    labels = ["Mã đơn hàng", "Trạng Thái Đơn Hàng", "SKU phân loại hàng", "Giá ưu đãi"]
    rows = [["1", "Đã hủy", "00123", 1000], ["2", "Chờ giao hàng", "00123", 1000]]
    assert counts(send(owner_client, sheet(labels, rows))) == (1, 1, 0)
    assert [order.remote_id for order in Order.objects.all()] == ["2"]


def test_an_order_stays_whole_where_batches_meet(shirt, owner_client, monkeypatch):
    from orders.imports import order_file

    monkeypatch.setattr(order_file, "BATCH", 2)
    rows = [["A", *BUYER, "00123", 1, 1000, ""]] + [["B", *BUYER, "00123", 1, 1000, ""]] * 3
    assert counts(send(owner_client, sheet(OWN, rows))) == (4, 0, 0)
    assert Order.objects.get(remote_id="B").lines.count() == 3


def test_sales_staff_send_orders_and_no_goods(user_factory, login):
    client = login(user_factory("sales"))
    page = client.get(reverse("inventory:import_list")).content.decode()
    assert reverse("inventory:import_new", args=["orders"]) in page
    assert client.get(reverse("inventory:import_new", args=["products"])).status_code == 403
    viewer = login(user_factory("viewer"))
    assert viewer.get(reverse("inventory:import_new", args=["orders"])).status_code == 403


def test_c71_a_phone_that_lost_its_zero_is_put_right_and_marked_before_it_goes_in(
    shirt, owner_client
):
    whole = [BUYER[0], BUYER[1], "0987654321", *BUYER[3:]]
    rows = [
        ["A-1", *BUYER, "00123", 1, 1000, ""],
        ["A-2", *whole, "00123", 1, 1000, ""],
        ["A-3", *BUYER[:2], 356_789_012, *BUYER[3:], "00123", 1, 1000, ""],
    ]
    row = send(owner_client, sheet(OWN, rows))
    assert row.report["mended"] == [
        [2, "D2", "912345678", "0912345678"],
        [4, "D4", "356789012", "0356789012"],
    ]
    page = checked_page(owner_client, sheet(OWN, rows))
    assert "2 số điện thoại được thêm lại số 0 ở đầu" in page
    assert '<span class="mono">D2</span>: 912345678 → <b>0912345678</b>' in page
    phones = Order.objects.order_by("remote_id").values_list("recipient_phone", flat=True)
    assert list(phones) == ["+84912345678", "+84987654321", "+84356789012"]


def checked_page(client: Any, file: SimpleUploadedFile) -> str:
    """The page that shows what a file would do, before anything is written."""
    address = client.post(reverse("inventory:import_new", args=["orders"]), {"file": file}).url
    row = GoodsImport.objects.latest("pk")
    typed = {f"col_{key}": place for key, place in row.mapping.items()}
    client.post(reverse("inventory:import_columns", args=[row.pk]), typed | {"source": "import"})
    return client.get(address).content.decode()


def test_c72_a_preview_is_shown_first_and_the_good_rows_go_in_alone(shirt, owner_client):
    rows = [
        ["A-1", *BUYER, "00123", 2, 100_000, ""],
        ["A-2", *BUYER, "00123", "hai", 100_000, ""],
    ]
    page = checked_page(owner_client, sheet(OWN, rows))
    assert "Nhập 1 dòng tốt" in page and "“hai” không phải là số lượng" in page
    assert not Order.objects.exists()
    assert counts(send(owner_client, sheet(OWN, rows))) == (1, 0, 1)
    assert [order.remote_id for order in Order.objects.all()] == ["A-1"]


def test_c72_columns_that_were_chosen_are_kept_for_the_next_file(shirt, owner_client):
    labels = ["Mã của tôi", "Mã SKU", "Số lượng", "Đơn giá"]
    send(owner_client, sheet(labels, [["A-1", "00123", 1, 1000]]), col_code="0")
    answer = owner_client.post(
        reverse("inventory:import_new", args=["orders"]),
        {"file": sheet(labels, [["A-2", "00123", 1, 1000]])},
    )
    assert answer.status_code == 302
    assert GoodsImport.objects.latest("pk").mapping["code"] == 0


TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """Letters with their shape, tones behind them: the way in which Windows writes Vietnamese."""
    pairs = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        shape = "".join(part for part in parts if part not in TONES)
        pairs += [unicodedata.normalize("NFC", shape), *(part for part in parts if part in TONES)]
    return "".join(pairs).encode("cp1258")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1258"])
def test_c72_a_csv_of_any_usual_encoding_becomes_orders(shirt, owner_client, encoding):
    text = (
        "Mã đơn hàng,Tên người nhận,Số điện thoại,Mã SKU,Số lượng\r\n"
        "A-1,Đặng Ánh,0912345678,00123,1\r\n"
    )
    data = windows_1258(text) if encoding == "windows-1258" else text.encode(encoding)
    row = send(owner_client, SimpleUploadedFile("don.csv", data))
    assert counts(row) == (1, 0, 0)
    assert Order.objects.get().recipient_name == "Đặng Ánh"
