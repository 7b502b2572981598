"""Packing tables and hand-over: what is scanned, what it does, and what it refuses."""

from uuid import uuid4

import pytest
from django.urls import reverse

from inventory.models import PackageType
from orders.models import Order
from orders.services.lifecycle import cancel_order, hold_order
from shipping.models import Manifest, Package, PackCheck, PackLine, Scan
from shipping.services import scans
from shipping.services.scans import Answer
from shipping.stations import hand_over, pack, pick, wall
from shipping.stations.codes import Command, read
from tests.inventory.makers import level, make_variant, put
from tests.inventory.makers_bundles import make_bundle
from tests.orders.makers import place
from tests.shipping.floor import (
    ACTOR,
    booked_parcel,
    make_shop,
    make_wave,
    outcomes,
    pick_all,
    state_of,
    take,
    waiting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1", "C-1")


@pytest.fixture
def packer(user_factory):
    return user_factory("warehouse")


def at_table(user, *texts: str) -> list[Answer]:
    return [pack.scan(text, key=uuid4(), user=user) for text in texts]


def tones(answers: list[Answer]) -> str:
    return " ".join(answer.tone for answer in answers)


def test_a60_a_label_comes_out_when_every_piece_was_scanned_and_not_before(shop, packer, login):
    parcel = waiting(shop, A_1=2, B_1=1)
    labels = reverse("shipping:labels_pdf") + f"?ids={parcel.pk}"
    page = reverse("shipping:print") + f"?ids={parcel.pk}"
    said = at_table(packer, parcel.tracking_number, "A-1", "B-1")
    assert (tones(said), said[-1].print_url) == ("good good good", "")
    assert login(packer).get(labels).status_code == 302
    assert login(packer).get(page).context["packages"] == []
    [last] = at_table(packer, "A-1")
    assert (last.tone, last.print_url) == ("good", labels.replace("?", "?counted=1&"))
    assert state_of(parcel) == ("packed",) * 3
    assert (parcel.verified_at is not None, parcel.label_printed_count) == (True, 1)
    order = Order.objects.get(pk=parcel.fulfilment.order_id)
    assert (order.tab, order.label_printed_count) == ("to_hand_over", 1)
    assert login(packer).get(page).context["packages"] == [parcel]


def test_a60_a_manager_prints_a_label_that_was_not_checked(shop, packer, user_factory, login):
    parcel = waiting(shop, A_1=1)
    page = reverse("shipping:print") + f"?ids={parcel.pk}"
    assert login(user_factory("manager")).get(page).context["packages"] == [parcel]
    mine = login(packer).get(page)
    assert mine.context["packages"] == []
    assert "Chưa quét đủ hàng vào thùng" in mine.content.decode()
    login(packer).post(reverse("shipping:printed"), {"ids": parcel.pk})
    assert Package.objects.get().label_printed_count == 0


def test_a59_a_wrong_piece_is_named_with_the_order_that_wants_it(shop, packer):
    mine, other = waiting(shop, A_1=1), waiting(shop, C_1=1)
    answers = at_table(packer, mine.tracking_number, "C-1", "KHONG-CO")
    assert tones(answers) == "good bad bad"
    number = other.fulfilment.order.number
    assert answers[1].title == (
        f"SAI HÀNG: C-1 – Áo C-1 không có trong đơn này. Đơn {number} đang cần."
    )
    assert "KHONG-CO" in answers[2].title
    assert PackLine.objects.get().packed == 0


def test_d7_a_number_before_a_scan_is_so_many_pieces(shop, packer):
    parcel = waiting(shop, A_1=5, B_1=1)
    answers = at_table(packer, parcel.tracking_number, "6*A-1", "5*A-1", "A-1")
    assert tones(answers) == "good bad good bad"
    assert (answers[1].title, answers[2].text) == (
        "A-1 chỉ còn thiếu 5 cái.",
        "Đủ mặt hàng này, cả kiện còn 1 món.",
    )


def test_a_table_has_one_parcel_open_and_a_parcel_one_table(shop, packer, user_factory):
    first, second = waiting(shop, A_1=1), waiting(shop, A_1=1)
    answers = at_table(packer, first.tracking_number, second.tracking_number, first.reference)
    assert tones(answers) == "good bad warn"
    other = user_factory("warehouse")
    [taken] = at_table(other, first.fulfilment.order.number)
    assert "đang đóng kiện này" in taken.title
    [left] = at_table(packer, Command.OTHER.code)
    assert tones([left, *at_table(other, first.tracking_number, "A-1")]) == "good good good"
    assert state_of(first)[0] == "packed"


def test_a_dropped_parcel_is_as_before_and_its_pieces_are_scanned_again(shop, packer):
    parcel = waiting(shop, A_1=2)
    assert tones(at_table(packer, parcel.tracking_number, "A-1", Command.CANCEL.code)) == (
        "good good good"
    )
    assert not PackCheck.objects.exists()
    assert tones(at_table(packer, parcel.tracking_number, "2*A-1")) == "good good"


def test_a_label_is_printed_again_by_command(shop, packer):
    parcel = waiting(shop, A_1=1)
    assert at_table(packer, Command.REPRINT.code)[0].tone == "bad"
    *_before, again = at_table(packer, parcel.tracking_number, "A-1", Command.REPRINT.code)
    assert again.print_url.endswith(f"ids={parcel.pk}")
    assert Package.objects.get().label_printed_count == 2


@pytest.mark.parametrize(
    ("stop", "why"), [(cancel_order, "ĐƠN ĐÃ HỦY"), (hold_order, "Đơn đang tạm giữ: đổi ý")]
)
def test_d7_a_stopped_order_is_not_packed_nor_handed_over(shop, packer, stop, why):
    parcel = waiting(shop, A_1=1)
    stop(parcel.fulfilment.order_id, actor=ACTOR, reason="đổi ý")
    assert why in at_table(packer, parcel.tracking_number)[0].title
    out = hand_over.scan(parcel.tracking_number, key=uuid4(), user=packer)
    assert out.tone == "bad"
    assert not Manifest.objects.exists()


def test_an_order_that_is_cancelled_while_it_is_packed_is_not_closed(shop, packer):
    parcel = waiting(shop, A_1=1)
    at_table(packer, parcel.tracking_number)
    cancel_order(parcel.fulfilment.order_id, actor=ACTOR, reason="đổi ý")
    [answer] = at_table(packer, "A-1")
    assert (answer.tone, PackLine.objects.get().packed) == ("bad", 0)
    parcel.refresh_from_db()
    assert parcel.verified_at is None


def test_what_is_still_picked_is_not_packed_and_a_slot_opens_its_parcel(shop, packer):
    parcel = waiting(shop, A_1=1, B_1=1)
    wave = make_wave(shop, [parcel], "batch")
    slot = f"{wave.number}-A"
    assert "còn đang nhặt" in at_table(packer, slot)[0].title
    pick_all(take(wave.tasks.get(), packer.pk), packer.pk)
    for sku in ("A-1", "B-1"):
        said = wall.scan(wave, sku, key=uuid4(), user=packer)
    assert (said.big, said.tone) == ("A", "good")
    assert tones(at_table(packer, slot, "A-1", "B-1")) == "good good good"
    assert state_of(parcel)[0] == "packed"


def test_d7_a_missing_piece_holds_the_order_from_the_table(shop, packer):
    parcel = waiting(shop, A_1=1, B_1=1)
    *_opened, short = at_table(packer, parcel.tracking_number, "A-1", Command.SHORT.code)
    order = Order.objects.get(pk=parcel.fulfilment.order_id)
    assert (short.tone, order.status) == ("warn", "on_hold")
    assert order.hold_reason == "Nhặt thiếu: B-1 × 1."
    assert not PackCheck.objects.exists()


def test_the_label_of_a_bundle_waits_for_each_of_its_parts(shop, packer):
    bundle = make_bundle((shop.goods["A-1"], 2), (shop.goods["B-1"], 1), sku="COMBO")
    parcel = booked_parcel(shop, place((bundle, 2), confirm=True))
    answers = at_table(packer, parcel.tracking_number, "COMBO", "4*A-1", "B-1", "B-1")
    assert tones(answers) == "good bad good good good"
    assert state_of(parcel)[0] == "packed"


def test_d7_one_piece_gets_its_label_at_the_first_scan_the_most_urgent_first(shop, packer):
    late, soon, many = waiting(shop, A_1=1), waiting(shop, A_1=1), waiting(shop, A_1=2)
    Order.objects.filter(pk=soon.fulfilment.order_id).update(ship_by_at="2026-03-04T00:00Z")
    answers = [pack.scan_one_piece("A-1", key=uuid4(), user=packer) for _scan in range(3)]
    assert tones(answers) == "good good bad"
    assert [answer.title for answer in answers[:2]] == [
        soon.fulfilment.order.number,
        late.fulfilment.order.number,
    ]
    assert answers[0].print_url.endswith(f"ids={soon.pk}")
    assert (state_of(late)[0], state_of(many)[0]) == ("packed", "released")


def test_a76_parcels_leave_by_scan_and_a_word_ends_their_record(shop, packer, login):
    parcels = [waiting(shop, A_1=1) for _ in range(2)]
    say = [hand_over.scan(p.tracking_number, key=uuid4(), user=packer) for p in parcels]
    twice = hand_over.scan(parcels[0].tracking_number, key=uuid4(), user=packer)
    end = hand_over.scan(Command.DONE.code, key=uuid4(), user=packer)
    assert tones([*say, twice, end]) == "good good warn good"
    assert [answer.big for answer in say] == ["1", "2"]
    record = Manifest.objects.get()
    assert record.closed_at is not None
    assert level(shop.goods["A-1"], shop.warehouse) == (998, 0)
    pdf = login(packer).get(reverse("shipping:manifest", args=[record.pk]))
    assert pdf.content.startswith(b"%PDF")
    again = hand_over.scan(Command.DONE.code, key=uuid4(), user=packer)
    assert again.title == "Chưa bàn giao kiện nào."


def test_orders_under_one_number_are_packed_one_by_one_and_leave_together(shop, packer):
    parcels = [waiting(shop, A_1=1), waiting(shop, B_1=1)]
    Package.objects.update(is_external=True, tracking_number="SPX1")
    answers = at_table(packer, "SPX1", "A-1", "SPX1", "B-1")
    assert tones(answers) == "good good good good"
    assert {state_of(parcel)[0] for parcel in parcels} == {"packed"}
    cancel_order(parcels[1].fulfilment.order_id, actor=ACTOR, reason="đổi ý")
    assert hand_over.scan("SPX1", key=uuid4(), user=packer).tone == "bad"
    assert state_of(parcels[0])[0] == "packed"


def test_a_parcel_of_another_carrier_stays(shop, packer):
    parcel = waiting(shop, A_1=1)
    out = hand_over.scan(parcel.tracking_number, carrier_code="spx", key=uuid4(), user=packer)
    assert out.title == "KIỆN CỦA HÃNG KHÁC: GHN."
    assert state_of(parcel)[0] == "released"


def test_scans_that_are_sent_twice_count_once_and_show_the_same(shop, packer, user_factory):
    parcel = waiting(shop, A_1=3, B_1=1)
    keys = [uuid4() for _ in range(3)]
    texts = [parcel.tracking_number, "A-1", "A-1"]
    first = [pack.scan(t, key=k, user=packer) for t, k in zip(texts, keys, strict=True)]
    again = [pack.scan(t, key=k, user=packer) for t, k in zip(texts, keys, strict=True)]
    assert [(a.tone, a.title, a.text) for a in again] == [(a.tone, a.title, a.text) for a in first]
    assert PackLine.objects.get(variant=shop.goods["A-1"]).packed == 2
    stranger = pack.scan("A-1", key=keys[1], user=user_factory("warehouse"))
    assert (stranger.tone, Scan.objects.count()) == ("bad", 3)


def test_a_refusal_that_is_sent_again_stays_a_refusal_although_it_would_pass_now(shop, packer):
    parcel, key = waiting(shop, A_1=1), uuid4()
    assert pack.scan("A-1", key=key, user=packer).tone == "bad"
    at_table(packer, parcel.tracking_number)
    assert pack.scan("A-1", key=key, user=packer).tone == "bad"
    assert PackLine.objects.get().packed == 0


def test_the_last_scan_of_a_walk_is_taken_back_once(shop, packer):
    wave = make_wave(shop, [waiting(shop, A_1=2, B_1=1)], "zone")
    task = take(wave.tasks.get(), packer.pk)

    def scan(text: str) -> Answer:
        return pick.scan(task, text, key=uuid4(), user=packer)

    said = [scan("A-1"), scan(Command.CANCEL.code), scan(Command.CANCEL.code)]
    assert tones(said) == "good good bad"
    assert tones([scan("2*A-1"), scan("B-1"), scan("B-1")]) == "good good bad"
    assert outcomes(wave) == {"A": "picked"}


def test_a_walk_reports_what_is_missing_by_command_and_is_let_go(shop, packer):
    wave = make_wave(shop, [waiting(shop, A_1=1), waiting(shop, B_1=1)], "zone")
    task = take(wave.tasks.get(), packer.pk)

    def scan(text: str) -> Answer:
        return pick.scan(task, text, key=uuid4(), user=packer)

    assert scan(Command.DONE.code).tone == "bad"
    assert scan(Command.SHORT.code).tone == "warn"
    assert outcomes(wave) == {"A": "short", "B": "open"}
    assert tones([scan(Command.OTHER.code), scan("B-1")]) == "good bad"
    assert scan("A-1").title == "Bạn không còn giữ phiếu nhặt này."
    assert scan(Command.REPRINT.code).title == "Lệnh IN LẠI không dùng ở đây."


def test_d7_commands_numbers_and_codes_are_told_apart():
    assert read(" 5*8936000 ") == read("5 * 8936000")
    assert (read("5*8936000").times, read("5x7-KHUNG").code) == (5, "5x7-KHUNG")
    assert read("cmd-inlai").command is Command.REPRINT


def test_scans_are_forgotten_after_two_months(packer, frozen):
    Scan.objects.create(key=uuid4(), user=packer, code="A", scanned_at="2025-12-30T00:00Z")
    kept = Scan.objects.create(key=uuid4(), user=packer, code="B", scanned_at="2026-02-01T00:00Z")
    assert scans.remove_old_scans() == 1
    assert Scan.objects.get() == kept


def test_a61_the_table_proposes_the_smallest_box(shop, packer, login):
    PackageType.objects.create(code="T1", name="Thùng 1", length_cm=30, width_cm=20, height_cm=10)
    PackageType.objects.create(code="T2", name="Thùng 2", length_cm=60, width_cm=50, height_cm=40)
    mug = make_variant("LY-1", length_cm=12, width_cm=12, height_cm=10)
    put(mug, shop.warehouse, 5)
    parcel = booked_parcel(shop, place((mug, 1), confirm=True))
    at_table(packer, parcel.tracking_number)
    page = login(packer).get(reverse("shipping:pack")).content.decode()
    assert "Thùng 1" in page
    assert "Thùng 2" not in page
