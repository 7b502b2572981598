"""Pages of transfers, shelves, quarantine and boxes; each works without JavaScript."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import (
    Bin,
    Disposition,
    HomeBin,
    PackageType,
    SupplierReturn,
    Transfer,
    Warehouse,
)
from inventory.services import quarantine, transfers
from inventory.services.places import BinGrid, create_bins, transit_warehouse
from oms.kernel.books import check_books
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.inventory.purchases import order_goods, receive_goods

pytestmark = pytest.mark.django_db
COST_VND = 73_917


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def road():
    source, destination, shirt = make_warehouse(), make_warehouse(), make_variant("AT-01")
    put(shirt, source, 10)
    return source, destination, shirt


def make_transfer(source, destination, variant, quantity) -> Transfer:
    transfer = transfers.create_transfer(source.pk, destination.pk, key=uuid4(), actor=ACTOR)
    transfers.put_line(transfer.pk, variant.pk, quantity)
    return transfer


def test_a_transfer_is_made_filled_shipped_and_received(owner_client, road):
    source, destination, shirt = road
    data = {"key": str(uuid4()), "source": source.pk, "destination": destination.pk}
    for _ in range(2):
        answer = owner_client.post(reverse("inventory:transfer_new"), data)
    transfer = Transfer.objects.get()
    page = reverse("inventory:transfer_detail", args=[transfer.pk])
    assert answer.url == page
    add = reverse("inventory:transfer_add", args=[transfer.pk])
    owner_client.post(add, {"code": "AT-01"})
    owner_client.post(add, {"code": "AT-01", "quantity": "3"})
    assert owner_client.post(reverse("inventory:transfer_ship", args=[transfer.pk])).url == page
    assert level(shirt, source) == (6, 0)
    shown = owner_client.get(page)
    assert f'name="line-{shirt.pk}"' in shown.content.decode()
    receipt = {"key": str(shown.context["receive_form"]["key"].initial), f"line-{shirt.pk}": "3"}
    for _ in range(2):
        owner_client.post(reverse("inventory:transfer_receive", args=[transfer.pk]), receipt)
    assert level(shirt, destination) == (3, 0)
    close = reverse("inventory:transfer_close", args=[transfer.pk])
    assert owner_client.post(close, {"reason": ""}).status_code == 422
    owner_client.post(close, {"reason": "mất"})
    assert Transfer.objects.get().status == Transfer.Status.RECEIVED


def test_an_unknown_code_is_refused_beside_its_field(owner_client, road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, shirt, 1)
    add = reverse("inventory:transfer_add", args=[transfer.pk])
    answer = owner_client.post(add, {"code": "KHONG-CO"})
    assert answer.status_code == 422
    assert "Không có hàng mang mã" in answer.content.decode()


def test_too_much_is_refused_on_the_page(owner_client, road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, shirt, 11)
    answer = owner_client.post(reverse("inventory:transfer_ship", args=[transfer.pk]))
    assert answer.status_code == 422
    assert "AT-01 cần 11, còn chuyển được 10" in answer.content.decode()


def test_each_end_is_worked_by_its_own_people(login, user_factory, road):
    source, destination, shirt = road
    transfer = make_transfer(source, destination, shirt, 2)
    giver = login(user_factory("warehouse", warehouse_ids=[source.pk]))
    taker = login(user_factory("warehouse", warehouse_ids=[destination.pk]))
    stranger = login(user_factory("warehouse", warehouse_ids=[make_warehouse().pk]))
    page = reverse("inventory:transfer_detail", args=[transfer.pk])
    ship = reverse("inventory:transfer_ship", args=[transfer.pk])
    receive = reverse("inventory:transfer_receive", args=[transfer.pk])
    assert [c.get(page).status_code for c in (giver, taker, stranger)] == [200, 200, 404]
    assert taker.post(ship).status_code == 404
    assert giver.post(ship).status_code == 302
    data = {"key": str(uuid4()), f"line-{shirt.pk}": "2"}
    assert giver.post(receive, data).status_code == 404
    assert taker.post(receive, data).status_code == 302
    assert level(shirt, destination) == (2, 0)


@pytest.mark.parametrize("name", ["transfer_list", "quarantine_list"])
def test_a_list_costs_the_same_for_one_row_and_for_twenty(name, owner_client, road):
    source, destination, shirt = road
    kept = make_warehouse(kind="quarantine")

    def add(count: int) -> None:
        for _ in range(count):
            make_transfer(source, destination, shirt, 1)
            goods = make_variant()
            put(goods, source, 1)
            quarantine.hold_goods(
                goods.pk, source.pk, kept.pk, 1, reason="x", key=uuid4(), actor=ACTOR
            )

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner_client.get(reverse(f"inventory:{name}")).status_code == 200
        return len(queries)

    add(1)
    cost()
    one = cost()
    add(19)
    assert cost() == one


def test_shelves_are_made_and_filled_by_scan(owner_client, road):
    warehouse, _elsewhere, shirt = road
    made = reverse("inventory:bin_create", args=[warehouse.pk])
    grid = {"zone": "A", "first_rack": "1", "last_rack": "2", "levels": "3"}
    assert owner_client.post(made, grid).status_code == 302
    assert owner_client.post(made, grid | {"first_rack": "5"}).status_code == 422
    shelf = Bin.objects.order_by("walking_order")[1]
    put_url = reverse("inventory:bin_put", args=[shelf.pk])
    assert owner_client.post(put_url, {"code": "AT-01"}).status_code == 302
    assert HomeBin.objects.get().variant == shirt
    shown = owner_client.get(reverse("inventory:warehouse_bins", args=[warehouse.pk]))
    assert "AT-01" in shown.content.decode()
    owner_client.post(reverse("inventory:bin_take", args=[shelf.pk, shirt.pk]))
    assert not HomeBin.objects.exists()
    edit = reverse("inventory:bin_edit", args=[shelf.pk])
    answer = owner_client.post(edit, {"code": "A-01-01", "zone": "A", "walking_order": "5"})
    assert answer.status_code == 422  # another shelf's code


def test_the_list_of_shelves_costs_the_same_for_few_and_many(owner_client, road):
    warehouse, *_rest = road
    url = reverse("inventory:warehouse_bins", args=[warehouse.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            owner_client.get(url)
        return len(queries)

    create_bins(warehouse.pk, BinGrid("A", 1, 1, 1))
    cost()
    one = cost()
    create_bins(warehouse.pk, BinGrid("B", 1, 5, 4))
    assert cost() == one


def test_held_goods_are_decided_on_their_page(owner_client, road):
    shop, _destination, shirt = road
    kept = make_warehouse(kind="quarantine")
    hold = reverse("inventory:quarantine_hold", args=[shirt.pk, shop.pk])
    data = {"key": str(uuid4()), "quarantine": kept.pk, "quantity": "2", "reason": "rách"}
    assert owner_client.post(hold, data).url == reverse("inventory:quarantine_list")
    assert "AT-01" in owner_client.get(reverse("inventory:quarantine_list")).content.decode()
    decide = reverse("inventory:quarantine_decide", args=[shirt.pk, kept.pk])
    data = {"key": str(uuid4()), "quantity": "1", "reason": "tốt", "decision": "restock"}
    assert owner_client.post(decide, data).status_code == 422  # where to?
    assert owner_client.post(decide, data | {"destination": shop.pk}).status_code == 302
    data |= {"key": str(uuid4()), "decision": "scrap"}
    assert owner_client.post(decide, data | {"quantity": "5"}).status_code == 422
    assert owner_client.post(decide, data).status_code == 302
    assert (level(shirt, shop), level(shirt, kept)) == ((9, 0), (0, 0))


def test_a62_the_price_of_a_box_is_for_those_who_see_costs(owner_client, login, user_factory):
    box = {"code": "S", "name": "Nhỏ", "length_cm": 20, "width_cm": 15, "height_cm": 10}
    data = box | {"tare_g": 90, "cost_vnd": "73.917", "is_active": "on"}
    assert owner_client.post(reverse("inventory:box_new"), data).status_code == 302
    assert PackageType.objects.get().cost_vnd == COST_VND
    page = reverse("inventory:box_list")
    assert "73.917" in owner_client.get(page).content.decode()
    worker = login(user_factory("warehouse"))
    assert "73.917" not in worker.get(page).content.decode()
    assert worker.get(reverse("inventory:box_new")).status_code == 403


def test_a37_a_warehouse_keeps_who_answers_for_it_and_how_much_it_holds(owner, owner_client):
    data = {
        "code": "Q7",
        "name": "Kho Quận 7",
        "kind": "branch",
        "responsible": owner.pk,
        "street": "1 Nguyễn Thị Thập",
        "ward": "Phường Tân Hưng",
        "province": "Hồ Chí Minh",
        "capacity_l": "90000",
        "priority": "30",
        "is_active": "on",
    }
    assert owner_client.post(reverse("inventory:warehouse_new"), data).status_code == 302
    place = Warehouse.objects.get()
    assert (place.kind, place.responsible, place.capacity_l) == ("branch", owner, 90_000)
    answer = owner_client.post(reverse("inventory:warehouse_new"), data | {"kind": "transit"})
    assert answer.status_code == 422


def test_a37_the_address_is_one_that_a_carrier_finds(owner_client):
    url = reverse("inventory:warehouse_new")
    data = {
        "code": "Q10", "name": "Kho Quận 10", "kind": "branch", "phone": "0912345678",
        "street": "7 Thành Thái", "ward": "Phường Xa Lạ", "province": "Hồ Chí Minh",
        "priority": "30", "is_active": "on",
    }  # fmt: skip
    unknown = owner_client.post(url, data)
    assert (unknown.status_code, "không có phường / xã" in unknown.text) == (422, True)
    merged = owner_client.post(url, data | {"ward": "Phường 12"})
    assert "là tên cũ" in merged.text
    elsewhere = owner_client.post(url, data | {"ward": "Phường 12", "district": "Quận 99"})
    assert (elsewhere.status_code, "Quận 99" in elsewhere.text) == (422, True)
    assert not Warehouse.objects.exists()
    old = data | {"ward": "Phường 12", "district": "Quận 10"}
    assert owner_client.post(url, old).status_code == 302
    place = Warehouse.objects.get()
    assert place.has_pickup_point
    page = owner_client.get(reverse("inventory:warehouse_detail", args=[place.pk])).text
    assert "Nay là" in page


def test_a37_the_picker_of_the_order_form_fills_the_warehouses_address(owner_client):
    found = owner_client.get(reverse("inventory:place_units"), {"unit": "ben nghe q1"}).text
    assert reverse("inventory:place_address") in found
    picked = {"pick_ward": "Phường Bến Nghé", "pick_district": "Quận 1",
              "pick_province": "Hồ Chí Minh", "ward": "cũ"}  # fmt: skip
    fields = owner_client.get(reverse("inventory:place_address"), picked).text
    assert 'value="Phường Bến Nghé"' in fields
    assert "Nay là" in fields
    wards = owner_client.get(reverse("inventory:place_wards"), {"province": "Hà Nội"}).text
    assert "Phường Ba Đình" in wards


def test_a37_a_place_without_a_pick_up_point_is_marked(owner_client):
    make_warehouse("TRONG")
    page = owner_client.get(reverse("inventory:warehouse_list")).text
    assert "Thiếu địa chỉ hoặc điện thoại lấy hàng" in page


def test_goods_on_their_way_are_no_place_that_one_edits(owner_client):
    place = transit_warehouse()
    assert place.name not in owner_client.get(reverse("inventory:warehouse_list")).content.decode()
    url = reverse("inventory:warehouse_detail", args=[place.pk])
    assert owner_client.get(url).status_code == 404
    assert owner_client.get(reverse("inventory:space")).status_code == 200


def test_held_goods_go_back_to_the_supplier_who_owes_their_price(owner_client) -> None:
    shop, kept, shirt = make_warehouse(), make_warehouse(kind="quarantine"), make_variant("AT-02")
    receipt = receive_goods(order_goods(shop, (shirt, 5, 1_000)), 5)
    line = receipt.lines.get()
    quarantine.hold_goods(shirt.pk, shop.pk, kept.pk, 3, reason="rách", key=uuid4(), actor=ACTOR)
    address = reverse("inventory:quarantine_decide", args=[shirt.pk, kept.pk])
    data = {
        "key": str(uuid4()), "decision": "to_supplier", "quantity": "2", "reason": "lỗi vải",
    }  # fmt: skip
    assert owner_client.post(address, data).status_code == 422
    too_many = owner_client.post(address, data | {"line": line.pk, "quantity": "6"})
    assert "Không thể trả nhiều hơn số đã nhận." in too_many.content.decode()
    assert not SupplierReturn.objects.exists()
    for _press in range(2):
        owner_client.post(address, data | {"line": line.pk})
    back = SupplierReturn.objects.get()
    assert (back.refund_vnd, back.receipt_id, back.reason) == (2_000, receipt.pk, "lỗi vải")
    assert (level(shirt, kept), level(shirt, shop)) == ((1, 0), (2, 0))
    assert Disposition.objects.get(decision="to_supplier").quantity == 2
    line.refresh_from_db()
    assert line.returned == 2
    assert not [finding for found in check_books().values() for finding in found]
