"""Pages of the floor: what they show, to whom, without script, and at what cost."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Order
from shipping.floor_papers import pick_list_pdf
from shipping.models import Package, PickTask, PickWave
from shipping.services.packing import start_check
from tests.inventory.makers import make_warehouse
from tests.shipping.floor import ACTOR, make_shop, make_wave, pick_all, take, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1", "C-1", zones="ABB")


@pytest.fixture
def picker(user_factory):
    return user_factory("warehouse")


def new_wave(shop, **changes) -> dict[str, object]:
    fields = {
        "key": uuid4(),
        "warehouse": shop.warehouse.pk,
        "kind": "",
        "method": "wave",
        "most": 9,
    }
    return fields | changes


def test_a_wave_is_made_and_its_first_walk_taken_without_script(shop, picker, login):
    for _parcel in range(3):
        waiting(shop, A_1=1, B_1=1)
    client = login(picker)
    made = client.post(reverse("shipping:wave_new"), new_wave(shop, most=2, release=1), follow=True)
    wave = PickWave.objects.get()
    assert (wave.status, wave.members.count()) == ("released", 2)
    assert wave.number in made.content.decode()
    client.get(reverse("shipping:picking"), {"zone": "B"})  # his own zone
    page = client.post(reverse("shipping:wave_take", args=[wave.pk]), follow=True)
    task = PickTask.objects.get(status="picking")
    assert (task.zone, task.picker) == ("B", picker)
    said = page.content.decode()
    assert "B-02" in said
    assert "A-01" not in said
    done = client.post(
        reverse("shipping:pick_scan", args=[task.pk]),
        {"code": "2*B-1", "key": uuid4()},
        follow=True,
    )
    assert "B-1 +2 Đã nhặt đủ phiếu này." in [str(message) for message in done.context["messages"]]


def test_what_is_not_filled_in_or_not_there_is_said_on_the_form(shop, picker, login):
    client = login(picker)
    empty = client.post(reverse("shipping:wave_new"), new_wave(shop))
    assert (empty.status_code, "Không còn đơn nào" in empty.content.decode()) == (422, True)
    wrong = client.post(reverse("shipping:wave_new"), new_wave(shop, most=0, method="bay"))
    assert set(wrong.context["form"].errors) == {"most", "method"}
    assert not PickWave.objects.exists()


def test_kinds_of_orders_are_picked_apart(shop, picker, login):
    one, _many = waiting(shop, A_1=1), waiting(shop, A_1=1, B_1=2)
    login(picker).post(reverse("shipping:wave_new"), new_wave(shop, kind="one_piece"))
    assert PickWave.objects.get().members.get().fulfilment_id == one.fulfilment_id


def test_the_wave_page_always_names_the_next_step(shop, picker, login):
    parcel, client = waiting(shop, A_1=1, B_1=1), login(picker)
    client.post(reverse("shipping:wave_new"), new_wave(shop, method="batch"))
    wave = PickWave.objects.get()
    url = reverse("shipping:wave", args=[wave.pk])
    assert reverse("shipping:wave_release", args=[wave.pk]) in client.get(url).content.decode()
    client.post(reverse("shipping:wave_release", args=[wave.pk]))
    assert "Nhận phiếu và nhặt" in client.get(url).content.decode()
    task = take(wave.tasks.get(), picker.pk)
    pick_all(task, picker.pk)
    assert reverse("shipping:wall", args=[wave.pk]) in client.get(url).content.decode()
    walk = client.get(reverse("shipping:pick", args=[task.pk])).content.decode()
    assert reverse("shipping:wall", args=[wave.pk]) in walk
    for sku in ("A-1", "B-1"):
        scan = {"code": sku, "key": uuid4()}
        client.post(reverse("shipping:wall_scan", args=[wave.pk]), scan)
    assert reverse("shipping:pack") in client.get(url).content.decode()
    assert Order.objects.get(pk=parcel.fulfilment.order_id).fulfillment_status == "picked"


def test_the_floor_shows_how_much_waits_and_what_comes_next(shop, picker, login):
    waiting(shop, A_1=1)
    waiting(shop, A_1=1, B_1=1)
    doors = login(picker).get(reverse("shipping:floor")).context["doors"]
    assert [(door.text, door.is_next) for door in doors] == [
        ("2 đơn chờ nhặt, 0 phiếu đang mở", True),
        ("2 kiện chờ đóng gói", False),
        ("1 đơn chờ", False),
        ("0 kiện chờ hãng", False),
        ("0 phiếu chờ hàng về", False),
    ]
    Package.objects.update(status="packed")
    doors = login(picker).get(reverse("shipping:floor")).context["doors"]
    assert [door.is_next for door in doors] == [False, False, False, True, False]


def test_other_warehouses_and_other_shops_are_not_there(shop, user_factory, login):
    parcel = waiting(shop, A_1=1)
    wave = make_wave(shop, [parcel], "single")
    elsewhere = user_factory("warehouse", warehouse_ids=[make_warehouse().pk])
    here = user_factory("warehouse", warehouse_ids=[shop.warehouse.pk], shop_ids=[7])
    pages = [
        reverse("shipping:wave", args=[wave.pk]),
        reverse("shipping:pick", args=[wave.tasks.get().pk]),
        reverse("shipping:pick_list", args=[wave.pk]),
        reverse("shipping:wall", args=[wave.pk]),
    ]
    assert [login(elsewhere).get(page).status_code for page in pages] == [404] * 4
    assert login(here).get(pages[0]).status_code == 200
    Order.objects.update(shop_ref=8, remote_id="2603A")
    assert login(here).get(pages[0]).status_code == 404
    assert login(here).get(reverse("shipping:picking")).context["page"].rows == []
    start = {"code": parcel.tracking_number, "key": uuid4()}
    assert (
        login(elsewhere).post(reverse("shipping:pack_scan"), start, follow=True).context["box"]
        is None
    )


@pytest.mark.parametrize("role", ["sales", "accountant", "viewer"])
def test_who_does_not_work_on_the_floor_has_no_door(role, user_factory, login):
    client = login(user_factory(role))
    for name in ("floor", "picking", "pack", "one_piece", "hand_over", "scan_commands"):
        assert client.get(reverse(f"shipping:{name}")).status_code == 403


def test_a_pick_list_on_paper_has_the_walk_and_the_slots(shop, picker, login, monkeypatch):
    parcels = [waiting(shop, A_1=2), waiting(shop, A_1=1, C_1=1)]
    wave = make_wave(shop, parcels, "batch")
    drawn = {}

    def draw(template: str, context: dict) -> bytes:
        drawn.update(context)
        return b"%PDF"

    monkeypatch.setattr("shipping.floor_papers.render_pdf", draw)
    monkeypatch.setattr("shipping.floor_papers.font_face", str)
    assert pick_list_pdf(wave, list(wave.tasks.all())) == b"%PDF"
    [sheet] = drawn["sheets"]
    rows = [(stop.line.bin.code, stop.quantity, stop.slots) for stop in sheet.stops]
    assert rows == [("A-01", 3, [("A", 2), ("B", 1)]), ("B-03", 1, [("B", 1)])]
    assert [slot.bars.text for slot in drawn["slots"]] == [f"{wave.number}-A", f"{wave.number}-B"]
    single = make_wave(shop, [waiting(shop, B_1=1)], "single")
    pick_list_pdf(single, list(single.tasks.all()))
    assert (drawn["sheets"][0].order_number, drawn["slots"]) == (
        single.members.get().fulfilment.order.number,
        [],
    )


PAGES = ("picking", "pack", "one_piece", "hand_over", "floor")
WAVE_PAGES = ("wave", "wall", "pick")


def test_pages_take_as_many_statements_for_twenty_parcels_as_for_one(shop, picker, login):
    client = login(picker)
    waiting(shop, A_1=1)
    first = make_wave(shop, [waiting(shop, A_1=1, C_1=1)], "batch")
    take(first.tasks.get(), picker.pk)
    before = [statements(client, page, first) for page in PAGES + WAVE_PAGES]
    for _parcel in range(19):
        waiting(shop, A_1=1)
    many = make_wave(shop, [waiting(shop, A_1=1, B_1=1, C_1=1) for _ in range(20)], "batch")
    take(many.tasks.get(), picker.pk)
    after = [statements(client, page, many) for page in PAGES + WAVE_PAGES]
    assert after == before


def statements(client, page: str, wave: PickWave) -> int:
    target = wave.tasks.get().pk if page == "pick" else wave.pk
    url = reverse(f"shipping:{page}", args=[target] if page in WAVE_PAGES else [])
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a58_the_code_of_a_shelf_says_whether_one_stands_right_and_counts_nothing(
    shop, picker, login
) -> None:
    """D7: green at the shelf of a row that is left, red with the right one elsewhere."""
    parcel = waiting(shop, A_1=2, B_1=1)
    task = take(make_wave(shop, [parcel], "batch").tasks.get(), picker.pk)
    url, phone = reverse("shipping:pick_scan", args=[task.pk]), login(picker)

    def scan(code: str) -> str:
        answer = phone.post(url, {"code": code, "key": uuid4()}, headers={"HX-Request": "true"})
        return answer.content.decode()

    assert "Đúng ngăn: lấy 2 × A-1." in scan("A-01")
    assert "Đúng ngăn: lấy 1 × B-1." in scan("b-02")
    assert "SAI NGĂN B-03: ngăn tiếp theo là A-01." in scan("B-03")
    assert "K-99" in scan("K-99")  # neither goods nor a shelf
    scan("2*A-1")
    assert "SAI NGĂN A-01: ngăn tiếp theo là B-02." in scan("A-01")
    assert [line.picked for line in task.lines.order_by("walk")] == [2, 0]
    assert "Đã bỏ lượt quét vừa rồi" in scan("CMD-HUY")  # takes back the goods, not the look
    assert [line.picked for line in task.lines.order_by("walk")] == [0, 0]


def test_a_scan_takes_few_statements_however_long_the_walk(shop, picker, login):
    client, numbers = login(picker), []
    for count in (2, 12):
        wave = make_wave(shop, [waiting(shop, A_1=2, B_1=2) for _ in range(count)], "batch")
        task = take(wave.tasks.get(), picker.pk)
        url = reverse("shipping:pick_scan", args=[task.pk])
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(
                url, {"code": "A-1", "key": uuid4()}, headers={"HX-Request": "true"}
            )
        assert answer.status_code == 200
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 45


def test_the_table_of_somebody_else_is_not_shown(shop, picker, user_factory, login):
    parcel = waiting(shop, A_1=1)
    start_check(parcel.pk, packer_id=picker.pk, actor=ACTOR)
    page = login(user_factory("warehouse")).get(reverse("shipping:pack"))
    assert page.context["box"] is None
