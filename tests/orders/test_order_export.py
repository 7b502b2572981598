"""PRODUCT D13, C-71: what the order list shows, as a file whose text stays text."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from inventory.models import GoodsExport, Variant, Warehouse
from inventory.services import exporting
from oms.kernel.tables import read_table
from orders.exports.lists import LINES, ORDERS
from orders.models import Order
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

EXPORT = reverse("orders:export")
COST = "73917"


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("00123", cost_vnd=int(COST))
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def table(answer: Any) -> list[dict[str, str]]:
    """The rows of a file by heading, read back by the reader of our imports."""
    file = BytesIO(b"".join(answer.streaming_content))
    labels, *rows = read_table(file).rows
    return [dict(zip(labels, row, strict=True)) for row in rows]


def take(client: Any, **typed: str) -> list[dict[str, str]]:
    answer = client.post(EXPORT, {"kind": ORDERS, "format": "xlsx"} | typed)
    assert answer.status_code == 200, answer
    return table(answer)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_c71_phones_and_codes_keep_their_zeros_and_formulas_stay_text(goods, owner_client, form):
    order = place((goods[1], 2), recipient_phone="0912345678", buyer_note="=cmd|' /C calc'!A0")
    [row] = take(owner_client, format=form)
    assert (row["Mã đơn"], row["Điện thoại"]) == (order.number, "0912345678")
    assert row["Ghi chú của khách"] == "=cmd|' /C calc'!A0"
    assert (row["Trạng thái"], row["Tổng tiền"]) == ("Chờ xác nhận", "200000")
    [line] = take(owner_client, kind=LINES, format=form)
    assert (line["Mã SKU"], line["Số lượng"], line["Thành tiền"]) == ("00123", "2", "200000")


def test_d13_a_formula_is_a_string_cell_in_the_file(goods, owner_client):
    import zipfile

    place((goods[1], 1), buyer_note="=1+1")
    answer = owner_client.post(EXPORT, {"kind": ORDERS, "format": "xlsx"})
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet


def test_d13_the_file_holds_what_the_list_shows(goods, owner_client):
    shown = [place((goods[1], 1), source="zalo") for _n in range(2)]
    place((goods[1], 1), source="phone")
    page = owner_client.get(EXPORT + "?source=zalo&after=abc").content.decode()
    assert 'value="source=zalo"' in page
    rows = take(owner_client, filter="source=zalo")
    assert {row["Mã đơn"] for row in rows} == {order.number for order in shown}
    assert len(take(owner_client, filter="source=zalo", kind=LINES)) == 2


def test_d13_ticked_orders_are_exported_alone_and_by_their_owner(
    goods, owner_client, login, user_factory
):
    ticked, _other = place((goods[1], 1)), place((goods[1], 1))
    answer = owner_client.post(reverse("orders:bulk"), {"action": "export", "ids": [ticked.pk]})
    assert answer.url.startswith(EXPORT + "?run=")
    run = answer.url.rsplit("=", 1)[1]
    assert [row["Mã đơn"] for row in take(owner_client, run=run)] == [ticked.number]
    assert take(login(user_factory("manager")), run=run) == []


def test_c61_orders_of_another_warehouse_are_not_in_the_file(goods, user_factory, login):
    hat, far = make_variant("MU"), make_warehouse("HN")
    put(hat, far, 5)
    ours, theirs = place((goods[1], 1)), place((hat, 1))
    client = login(user_factory("sales", warehouse_ids=[goods[0].pk]))
    numbers = {row["Mã đơn"] for row in take(client)}
    assert numbers == {ours.number} and theirs.number not in numbers


def test_costs_are_a_column_for_those_who_may_know_them(goods, owner_client, user_factory, login):
    place((goods[1], 1))
    [line] = take(owner_client, kind=LINES)
    assert line["Giá vốn hiện tại"] == COST
    [line] = take(login(user_factory("sales")), kind=LINES)
    assert COST not in line.values() and "Giá vốn hiện tại" not in line


def test_a_role_without_the_permission_takes_no_file(goods, user_factory, login):
    client = login(user_factory("viewer"))
    assert client.get(EXPORT).status_code == client.post(EXPORT).status_code == 403
    assert reverse("orders:export") not in client.get(reverse("orders:list")).content.decode()


def test_d13_a_long_list_is_a_job_whose_file_its_owner_fetches(
    goods, owner_client, user_factory, login, monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "PRIVATE_ROOT", tmp_path)
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    orders = [place((goods[1], 1)) for _n in range(3)]
    answer = owner_client.post(EXPORT, {"kind": ORDERS, "format": "csv"})
    row = GoodsExport.objects.get()
    assert answer.url == reverse("orders:export_detail", args=[row.pk])
    exporting.run_export(row.pk)
    page = owner_client.get(answer.url).content.decode()
    file = reverse("orders:export_file", args=[row.pk])
    assert file in page
    assert len(table(owner_client.get(file))) == len(orders)
    assert login(user_factory("manager")).get(file).status_code == 404
    owner_client.get(reverse("inventory:export_file", args=[row.pk]))
    assert Order.objects.count() == 3


def test_a_user_who_lost_the_permission_gets_no_file_from_the_job(
    goods, user_factory, login, monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "PRIVATE_ROOT", tmp_path)
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    place((goods[1], 1))
    user = user_factory("sales")
    login(user).post(EXPORT, {"kind": ORDERS})
    user.role = "viewer"
    user.save()
    row = GoodsExport.objects.get()
    exporting.run_export(row.pk)
    row.refresh_from_db()
    assert (str(row.file), row.job.error) == ("", "Bạn không còn quyền xuất danh sách.")
