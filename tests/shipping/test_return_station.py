"""Goods that come back: by the carrier's word, and scanned in at the station."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Warehouse
from oms.kernel.books import check_books
from oms.kernel.events.relay import publish_event
from oms.kernel.models import Event
from orders.models import Order, Return, ReturnPiece
from shipping.models import Package, ReturnDesk, Scan
from shipping.services.handover import hand_over
from shipping.services.tracking import apply_event
from shipping.stations import returns as station
from tests.inventory.makers import make_warehouse
from tests.orders.returns import on_hand, picture
from tests.shipping.floor import ACTOR, make_shop, waiting
from tests.shipping.test_tracking import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    made = make_shop("A-1", "B-1")
    made.quarantine = make_warehouse(kind=Warehouse.Kind.QUARANTINE)
    return made


@pytest.fixture
def clerk(user_factory):
    return user_factory("warehouse")


def sent(shop, *raw: str, **goods) -> Package:
    parcel = waiting(shop, **goods)
    hand_over([parcel.pk], actor=ACTOR)
    for minutes, word in enumerate(raw):
        apply_event(parcel.pk, told(word, minutes))
    return Package.objects.get(pk=parcel.pk)


def scan(clerk, *codes: str):
    for code in codes:
        answer = station.scan(code, key=uuid4(), user=clerk)
    return answer


def test_a27_a_parcel_that_turns_back_opens_the_return_of_its_order(shop):
    parcel = sent(shop, "delivering", "delivery_fail", "return", A_1=2)
    document = Return.objects.get()
    assert (document.origin, document.status, document.reason.code) == (
        *("carrier", "coming", "refused"),
    )
    assert document.tracking_number == parcel.tracking_number
    assert document.started_at == parcel.status_at
    assert document.lines.get().quantity == 2
    apply_event(parcel.pk, told("returned", 9))
    assert Return.objects.count() == 1
    assert Order.objects.get().status == "returned"  # the goods are counted by the scan


def test_a_parcel_that_is_delivered_after_all_calls_its_return_off(shop):
    parcel = sent(shop, "delivering", "return", A_1=1)
    apply_event(parcel.pk, told("delivered", 9))
    assert Return.objects.get().status == "cancelled"


def test_a_partial_delivery_waits_for_pieces_that_nobody_named(shop, clerk):
    parcel = sent(shop, "delivering", A_1=2, B_1=1)
    apply_event(parcel.pk, told("delivered", 5, facts={"partial_return": True}))
    document = Return.objects.get()
    assert (document.status, document.lines.count()) == ("coming", 0)
    assert scan(clerk, parcel.tracking_number, "1").tone == "bad"  # which pieces?
    assert scan(clerk, "B-1", "1").tone == "good"
    document.refresh_from_db()
    order = Order.objects.get()
    assert (document.status, order.status) == ("received", "partially_returned")
    assert on_hand(shop.goods["B-1"], shop.warehouse) == 1000


def test_c40_one_scan_and_one_key_take_a_whole_parcel_back(shop, clerk):
    parcel = sent(shop, "delivering", "return", A_1=2, B_1=1)
    opening = scan(clerk, parcel.tracking_number)
    assert (opening.tone, opening.title) == ("good", parcel.fulfilment.order.number)
    answer = scan(clerk, "1")
    assert (answer.tone, answer.title) == ("good", "Nhập lại kho: 3")
    document, order = Return.objects.get(), Order.objects.get()
    assert (document.status, order.status, order.payment_status) == ("done", "returned", "voided")
    assert [on_hand(v, shop.warehouse) for v in shop.goods.values()] == [1000, 1000]
    publish_event(Event.objects.get(name="return.received").pk)
    assert Package.objects.get().status == "returned"
    assert not any(check_books().values())
    again = scan(clerk, parcel.tracking_number)
    assert (again.tone, "đã nhận đủ" in again.title) == ("bad", True)


def test_pieces_get_a_disposition_each_and_a_scan_replayed_twice_counts_once(shop, clerk):
    parcel, key = sent(shop, "delivering", "return", A_1=3, B_1=1), uuid4()
    scan(clerk, parcel.tracking_number, "A-1", "A-1")
    assert ReturnDesk.objects.get().times == 2
    for _again in range(2):
        assert station.scan("3", key=key, user=clerk).title == "Hỏng: 2"
    scan(clerk, "B-1", "4")
    scan(clerk, "2")
    assert list(ReturnPiece.objects.order_by("id").values_list("disposition", "quantity")) == [
        ("damaged", 2),
        ("swapped", 1),
        ("quarantine", 1),
    ]
    assert on_hand(shop.goods["A-1"], shop.quarantine) == 1
    assert Scan.objects.filter(station="return").count() == 7


def test_c67_a_refusal_says_what_was_read_and_what_to_do(shop, clerk):
    parcel = sent(shop, "delivering", "return", A_1=1)
    unknown = scan(clerk, "KHONG-CO")
    assert (unknown.tone, "KHONG-CO" in unknown.text or "KHONG-CO" in unknown.title) == (
        *("bad", True),
    )
    scan(clerk, parcel.tracking_number)
    assert "chỉ còn 0 món" in scan(clerk, "B-1").title
    assert "chỉ còn 1 món" in scan(clerk, "2*A-1").title
    assert scan(clerk, "CMD-XONG").tone == "bad"  # nothing was taken yet
    assert scan(clerk, "CMD-HUY").title == "Đã để lại phiếu"
    assert ReturnDesk.objects.get().document is None


def test_a_parcel_that_nobody_announced_opens_its_return_at_the_door(shop, clerk):
    parcel = sent(shop, A_1=1)
    scan(clerk, parcel.tracking_number, "1")
    document = Return.objects.get()
    assert (document.origin, document.status) == ("staff", "done")


def test_c66_the_station_works_without_script_and_takes_goods_in_where_one_stands(
    shop, clerk, login, settings, tmp_path
):
    """C-39, C-82: the place is the user's, pictures stay with the return."""
    settings.MEDIA_ROOT = tmp_path
    branch = make_warehouse()
    parcel = sent(shop, "delivering", "return", A_1=1)
    client, url = login(clerk), reverse("shipping:return_scan")
    client.post(reverse("shipping:return_place"), {"warehouse": branch.pk})
    client.post(url, {"code": parcel.tracking_number, "key": uuid4()})
    page = client.get(reverse("shipping:return_station")).content.decode()
    assert "Cả kiện" in page
    client.post(reverse("shipping:return_photos"), {"photos": [picture()]})
    client.post(url, {"code": "1", "key": uuid4()})
    document = Return.objects.get()
    assert (on_hand(shop.goods["A-1"], branch), document.warehouse) == (1, branch)
    photo = document.photos.get()
    seen = client.get(reverse("orders:return_photo", args=[document.pk, photo.pk]))
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/png")


def test_the_return_station_is_for_who_may_receive(shop, user_factory, login):
    assert login(user_factory("viewer")).get(reverse("shipping:return_station")).status_code == 403


def test_a_parcel_of_many_pieces_costs_the_statements_of_a_small_one(shop, clerk):
    counts = []
    for units in (1, 40):
        parcel = sent(shop, "delivering", "return", A_1=units, B_1=units)
        scan(clerk, parcel.tracking_number)
        with CaptureQueriesContext(connection) as asked:
            assert scan(clerk, "1").title == f"Nhập lại kho: {2 * units}"
        counts.append(len(asked))
    assert counts[0] == counts[1]
