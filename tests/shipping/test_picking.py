"""Four ways to pick: each piece stands on one line, is brought once, and its parcel goes on."""

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.models import Allocation
from inventory.selectors.bins import Shelf, walk_key
from oms.accounts.models import User
from oms.kernel import books
from oms.kernel.errors import DomainError
from orders.models import Order, OrderProblem
from orders.services.lifecycle import cancel_order, hold_order, release_hold
from shipping.handlers import stop_picking
from shipping.models import Package, PickLine, PickOrder, PickTask, PickWave
from shipping.picking.plan import Promised, letter_of, plan_walks
from shipping.selectors.picking import ready_to_pick, stops_of, to_put_back
from shipping.services.pick_pieces import WrongPiece, pick, unpick
from shipping.services.pick_tasks import TaskTaken, claim_next, claim_task, let_go
from shipping.services.put_wall import place as place_piece
from shipping.services.put_wall import take_out
from shipping.services.short_picks import report_short
from shipping.services.voiding import void_package
from shipping.services.waves import cancel_wave, create_wave
from tests.shipping.floor import (
    ACTOR,
    make_shop,
    make_wave,
    outcomes,
    pick_all,
    state_of,
    take,
    waiting,
)

pytestmark = pytest.mark.django_db
RELEASED, PICKING, PICKED = (("released",) * 3, ("picking",) * 3, ("picked",) * 3)


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1", "C-1", zones="ABB")


@pytest.fixture
def picker(user_factory):
    return user_factory("warehouse")


def codes(task: PickTask) -> list[tuple[str, int]]:
    return [(stop.line.variant.sku, stop.quantity) for stop in stops_of(task)]


def test_a55_each_order_has_a_list_of_its_own_in_walking_order(shop, picker):
    first, second = waiting(shop, C_1=1, A_1=2), waiting(shop, B_1=1)
    wave = make_wave(shop, [second, first], "single")
    tasks = list(wave.tasks.order_by("position"))
    assert [codes(task) for task in tasks] == [[("B-1", 1)], [("A-1", 2), ("C-1", 1)]]
    take(tasks[1], picker.pk)
    assert (state_of(first), state_of(second)) == (PICKING, RELEASED)
    pick_all(tasks[1], picker.pk)
    assert (state_of(first), state_of(second)) == (PICKED, RELEASED)
    assert PickWave.objects.get(pk=wave.pk).status == "released"
    take(tasks[0], picker.pk)
    pick_all(tasks[0], picker.pk)
    assert PickWave.objects.get(pk=wave.pk).status == "done"


def test_a56_one_list_sums_the_orders_and_sorting_assigns_the_pieces(shop, picker):
    parcels = [waiting(shop, A_1=2, B_1=1), waiting(shop, A_1=1, C_1=1), waiting(shop, A_1=3)]
    wave = make_wave(shop, parcels, "batch")
    task = wave.tasks.get()
    assert codes(task) == [("A-1", 6), ("B-1", 1), ("C-1", 1)]
    assert stops_of(task)[0].slots == [("A", 2), ("B", 1), ("C", 3)]
    take(task, picker.pk)
    pick_all(task, picker.pk)
    assert {state_of(parcel) for parcel in parcels} == {PICKING}
    apple = shop.goods["A-1"].pk
    letters = [place_piece(wave.pk, apple, 1, actor=ACTOR).member.letter for _piece in range(6)]
    assert "".join(letters) == "AABCCC"
    assert outcomes(wave) == {"A": "open", "B": "open", "C": "picked"}
    with pytest.raises(DomainError, match="đã chia đủ"):
        place_piece(wave.pk, apple, 1, actor=ACTOR)
    assert place_piece(wave.pk, shop.goods["B-1"].pk, 1, actor=ACTOR).is_complete
    place_piece(wave.pk, shop.goods["C-1"].pk, 1, actor=ACTOR)
    assert {state_of(parcel) for parcel in parcels} == {PICKED}
    assert PickWave.objects.get(pk=wave.pk).status == "done"


def test_orders_of_one_piece_need_no_sorting_after_a_batch(shop, picker):
    parcels = [waiting(shop, A_1=1), waiting(shop, A_1=1)]
    wave = make_wave(shop, parcels, "batch")
    task = take(wave.tasks.get(), picker.pk)
    picked = pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    assert (picked.left, [member.letter for member in picked.complete]) == (1, ["A"])
    pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    assert {state_of(parcel) for parcel in parcels} == {PICKED}


def test_a57_each_zone_has_its_own_list_and_the_cart_is_passed_on(shop, picker):
    both, only_b = waiting(shop, A_1=1, C_1=2), waiting(shop, B_1=1)
    wave = make_wave(shop, [both, only_b], "zone")
    zone_a, zone_b = wave.tasks.order_by("position")
    assert (zone_a.zone, codes(zone_a)) == ("A", [("A-1", 1)])
    assert (zone_b.zone, codes(zone_b)) == ("B", [("B-1", 1), ("C-1", 2)])
    with pytest.raises(TaskTaken, match="chờ khu trước"):
        take(zone_b, picker.pk)
    pick_all(take(zone_a, picker.pk), picker.pk)
    assert state_of(both) == PICKING
    zone_b.refresh_from_db()
    assert zone_b.status == "ready"
    pick_all(take(zone_b, picker.pk), picker.pk)
    assert (state_of(both), state_of(only_b)) == (PICKED, PICKED)
    assert PickWave.objects.get(pk=wave.pk).status == "done"


def test_a58_a_wave_releases_all_zones_at_once_and_joins_at_the_wall(shop, picker, user_factory):
    parcel = waiting(shop, A_1=1, C_1=1)
    wave = make_wave(shop, [parcel], "wave")
    assert list(wave.tasks.order_by("zone").values_list("zone", "status")) == [
        ("A", "ready"),
        ("B", "ready"),
    ]
    other = user_factory("warehouse")
    for task, who in zip(wave.tasks.order_by("-zone"), (picker, other), strict=True):
        pick_all(take(task, who.pk), who.pk)
    assert state_of(parcel) == PICKING
    for sku in ("A-1", "C-1"):
        placed = place_piece(wave.pk, shop.goods[sku].pk, 1, actor=ACTOR)
    assert (placed.member.letter, placed.is_complete) == ("A", True)
    assert state_of(parcel) == PICKED


def test_a_planned_wave_waits_for_its_release(shop, picker):
    parcel = waiting(shop, A_1=1)
    wave = create_wave(
        shop.warehouse.pk, [parcel.fulfilment_id], method="wave", key=uuid4(), actor=ACTOR
    )
    with pytest.raises(TaskTaken):
        claim_next(wave.pk, picker_id=picker.pk, actor=ACTOR)
    assert state_of(parcel) == RELEASED


def test_a_second_press_makes_no_second_wave_and_no_parcel_is_in_two(shop):
    parcel, key = waiting(shop, A_1=1), uuid4()
    make = {"method": "batch", "actor": ACTOR}
    wave = create_wave(shop.warehouse.pk, [parcel.fulfilment_id], key=key, **make)
    assert create_wave(shop.warehouse.pk, [parcel.fulfilment_id], key=key, **make) == wave
    with pytest.raises(DomainError, match="Không còn đơn nào"):
        create_wave(shop.warehouse.pk, [parcel.fulfilment_id], key=uuid4(), **make)
    assert PickWave.objects.count() == 1


def test_a54_what_waits_is_served_by_priority_and_deadline(shop, owner):
    late, early, urgent = (waiting(shop, A_1=1) for _ in range(3))
    orders = Order.objects
    orders.filter(pk=late.fulfilment.order_id).update(ship_by_at="2026-03-05T00:00Z")
    orders.filter(pk=early.fulfilment.order_id).update(ship_by_at="2026-03-04T00:00Z")
    orders.filter(pk=urgent.fulfilment.order_id).update(priority=5)
    found = ready_to_pick(owner, shop.warehouse.pk).values_list("pk", flat=True)
    assert list(found) == [urgent.fulfilment_id, early.fulfilment_id, late.fulfilment_id]
    assert not ready_to_pick(owner, shop.warehouse.pk, "many").exists()


def test_a59_a_wrong_piece_is_refused_and_the_message_says_what_is_needed(shop, picker):
    wave = make_wave(shop, [waiting(shop, A_1=1, B_1=1)], "single")
    task = take(wave.tasks.get(), picker.pk)
    with pytest.raises(WrongPiece, match=r"Sai hàng: đây là C-1 .* Cần A-1 ở A-01"):
        pick(task.pk, shop.goods["C-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    with pytest.raises(WrongPiece, match="A-1 đã nhặt đủ"):
        pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    with pytest.raises(WrongPiece, match="chỉ còn cần 1"):
        pick(task.pk, shop.goods["B-1"].pk, 2, picker_id=picker.pk, actor=ACTOR)
    assert sum(PickLine.objects.values_list("picked", flat=True)) == 1


def test_a_walk_belongs_to_one_picker_until_he_lets_go(shop, picker, user_factory):
    wave = make_wave(shop, [waiting(shop, A_1=2)], "single")
    task, other = take(wave.tasks.get(), picker.pk), user_factory("warehouse")
    assert claim_task(task.pk, picker_id=picker.pk, actor=ACTOR).pk == task.pk
    with pytest.raises(TaskTaken, match="đang nhặt phiếu này"):
        take(task, other.pk)
    with pytest.raises(DomainError, match="không còn giữ"):
        pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=other.pk, actor=ACTOR)
    pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    let_go(task.pk, actor=ACTOR)
    take(task, other.pk)
    pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=other.pk, actor=ACTOR)
    assert PickTask.objects.get().status == "done"


def test_pieces_are_taken_back_until_their_parcel_is_complete(shop, picker):
    wave = make_wave(shop, [waiting(shop, A_1=2)], "single")
    task, apple = take(wave.tasks.get(), picker.pk), shop.goods["A-1"].pk
    first = pick(task.pk, apple, 1, picker_id=picker.pk, actor=ACTOR)
    assert unpick(task.pk, first.taken, picker_id=picker.pk, actor=ACTOR) == 1
    assert PickLine.objects.get().picked == 0
    last = pick(task.pk, apple, 2, picker_id=picker.pk, actor=ACTOR)
    with pytest.raises(DomainError):
        unpick(task.pk, last.taken, picker_id=picker.pk, actor=ACTOR)


def test_a_piece_is_taken_out_of_its_slot(shop, picker):
    wave = make_wave(shop, [waiting(shop, A_1=2)], "batch")
    pick_all(take(wave.tasks.get(), picker.pk), picker.pk)
    placed = place_piece(wave.pk, shop.goods["A-1"].pk, 1, actor=ACTOR)
    take_out(wave.pk, placed.line_id, 1, actor=ACTOR)
    assert PickLine.objects.get().placed == 0
    place_piece(wave.pk, shop.goods["A-1"].pk, 2, actor=ACTOR)
    with pytest.raises(DomainError):
        take_out(wave.pk, placed.line_id, 1, actor=ACTOR)


def test_what_is_missing_holds_its_order_and_the_others_go_on(shop, picker):
    full, short = waiting(shop, A_1=2), waiting(shop, A_1=2, B_1=1)
    wave = make_wave(shop, [full, short], "zone")
    task = take(wave.tasks.order_by("position").first(), picker.pk)
    apple = shop.goods["A-1"].pk
    pick(task.pk, apple, 3, picker_id=picker.pk, actor=ACTOR)
    report_short(task.pk, apple, remedy="hold", picker_id=picker.pk, actor=ACTOR)
    assert outcomes(wave) == {"A": "picked", "B": "short"}
    order = Order.objects.get(pk=short.fulfilment.order_id)
    assert (order.status, order.hold_reason) == ("on_hold", "Nhặt thiếu: A-1 × 1.")
    assert OrderProblem.objects.get(order=order, resolved_at=None).kind == "short_pick"
    assert state_of(short) == RELEASED
    assert [(line.variant.sku, line.picked) for line in to_put_back(wave)] == [("A-1", 1)]
    assert PickWave.objects.get(pk=wave.pk).status == "done"
    release_hold(order.pk, actor=ACTOR)
    again = make_wave(shop, [short], "single")
    pick_all(take(again.tasks.get(), picker.pk), picker.pk)
    assert state_of(short) == PICKED
    assert not any(books.check_books().values())


def test_an_order_with_nothing_left_to_send_is_held_instead_of_divided(shop, picker):
    parcel = waiting(shop, A_1=1)
    task = take(make_wave(shop, [parcel], "single").tasks.get(), picker.pk)
    [short] = report_short(
        task.pk, shop.goods["A-1"].pk, remedy="split", picker_id=picker.pk, actor=ACTOR
    )
    assert (short.remedy, Package.objects.get().cancel_requested_at) == ("hold", None)
    assert "Không còn gì để gửi trước" in short.reason


@pytest.mark.parametrize("stop", [cancel_order, hold_order])
def test_nobody_goes_on_picking_for_an_order_that_was_stopped(shop, picker, stop):
    gone, stays = waiting(shop, A_1=1, B_1=1), waiting(shop, A_1=1)
    wave = make_wave(shop, [gone, stays], "zone")
    task = take(wave.tasks.order_by("position").first(), picker.pk)
    stop(gone.fulfilment.order_id, actor=ACTOR, reason="khách đổi ý")
    picked = pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    assert (picked.slots, outcomes(wave)) == ({"B": 1}, {"A": "withdrawn", "B": "picked"})


def test_a_stopped_order_leaves_its_wave_when_the_news_arrives(shop, picker):
    parcel = waiting(shop, A_1=1)
    wave = make_wave(shop, [parcel], "single")
    take(wave.tasks.get(), picker.pk)
    order_id = parcel.fulfilment.order_id
    hold_order(order_id, actor=ACTOR, reason="chờ khách")
    for _repeat in range(2):
        stop_picking(type("Event", (), {"subject_id": order_id})())
    assert (outcomes(wave), state_of(parcel)) == ({"A": "withdrawn"}, RELEASED)
    assert PickTask.objects.get().status == "cancelled"
    release_hold(order_id, actor=ACTOR)
    assert make_wave(shop, [parcel], "single").members.count() == 1


def test_a_void_parcel_takes_its_pieces_out_of_the_wave(shop, picker):
    parcel = waiting(shop, A_1=1)
    wave = make_wave(shop, [parcel], "single")
    pick_all(take(wave.tasks.get(), picker.pk), picker.pk)
    void_package(parcel, actor=ACTOR)
    assert outcomes(wave) == {"A": "withdrawn"}
    assert PickLine.objects.filter(withdrawn_at=None).count() == 0
    assert state_of(parcel)[0] == "allocated"


def test_a_cancelled_wave_gives_back_what_is_not_picked(shop, picker):
    done, left = waiting(shop, A_1=1), waiting(shop, B_1=1)
    wave = make_wave(shop, [done, left], "single")
    pick_all(take(wave.tasks.order_by("position").first(), picker.pk), picker.pk)
    for _repeat in range(2):
        cancel_wave(wave.pk, actor=ACTOR)
    assert outcomes(wave) == {"A": "picked", "B": "withdrawn"}
    assert (state_of(done), state_of(left)) == (PICKED, RELEASED)
    in_vain = make_wave(shop, [left], "batch")
    cancel_wave(in_vain.pk, actor=ACTOR)
    assert PickWave.objects.get(pk=in_vain.pk).status == "cancelled"


def test_planning_takes_as_many_statements_for_one_order_as_for_twenty(
    shop, django_assert_max_num_queries
):
    parcels = [waiting(shop, A_1=1, C_1=1) for _ in range(21)]
    with django_assert_max_num_queries(24):
        make_wave(shop, parcels[:1], "wave")
    with django_assert_max_num_queries(24):
        make_wave(shop, parcels[1:], "wave")


def test_slots_have_short_names():
    assert [letter_of(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


@settings(max_examples=40)
@given(
    st.sampled_from(["single", "batch", "zone", "wave"]),
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 8), st.integers(1, 4)), max_size=40),
    st.dictionaries(st.integers(1, 8), st.tuples(st.integers(0, 5), st.sampled_from("AB"))),
)
def test_every_promised_piece_stands_on_exactly_one_line(method, rows, places):
    promised = [Promised(n, parcel, goods, units) for n, (parcel, goods, units) in enumerate(rows)]
    homes = {v: Shelf(walk, v, f"{zone}-{v}", zone) for v, (walk, zone) in places.items()}
    walks = plan_walks(method, promised, homes)
    stops = [stop for walk in walks for stop in walk.stops]
    assert sorted(stop.promised.allocation_id for stop in stops) == list(range(len(rows)))
    for walk in walks:
        steps = [walk_key(homes, stop.promised.variant_id) for stop in walk.stops]
        assert steps == sorted(steps)
        numbers = [stop.walk for stop in walk.stops]
        assert numbers == sorted(numbers)
    if method == "single":
        assert all(len({s.promised.fulfilment_id for s in walk.stops}) == 1 for walk in walks)


@settings(max_examples=5)
@given(
    st.sampled_from(["single", "batch", "zone", "wave"]),
    st.lists(
        st.dictionaries(st.sampled_from(["A_1", "B_1", "C_1"]), st.integers(1, 3), min_size=1),
        min_size=1,
        max_size=3,
    ),
    st.data(),
)
def test_each_piece_is_picked_once_whatever_the_order_of_scans(method, orders, data):
    """Scans in any order, some of them wrong or too many, end with exactly what was promised."""
    names = ("A-1", "B-1", "C-1")
    mine = make_shop(*(f"{name}-{uuid4().hex}" for name in names), zones="ABB")
    mine.goods = dict(zip(names, mine.goods.values(), strict=True))
    parcels = [waiting(mine, **goods) for goods in orders]
    wave = make_wave(mine, parcels, method)
    who = User.objects.create(username=uuid4().hex)
    for _round in range(60):
        task = wave.tasks.filter(status__in=["ready", "picking"]).order_by("position").first()
        if task is None:
            break
        take(task, who.pk)
        variant = data.draw(st.sampled_from(list(mine.goods.values())))
        try:
            pick(task.pk, variant.pk, data.draw(st.integers(1, 3)), picker_id=who.pk, actor=ACTOR)
        except WrongPiece:
            left = task.lines.exclude(quantity=0).order_by("?")
            open_line = next((line for line in left if line.left), None)
            if open_line is not None:
                pick(task.pk, open_line.variant_id, 1, picker_id=who.pk, actor=ACTOR)
    lines = PickLine.objects.filter(task__wave=wave)
    assert all(line.picked == line.quantity for line in lines)
    promised = Allocation.objects.filter(warehouse=mine.warehouse, status="open")
    assert sum(line.picked for line in lines) == sum(row.quantity for row in promised)
    if wave.sorts_later:
        for line in lines:
            for _piece in range(line.picked - line.placed):
                place_piece(wave.pk, line.variant_id, 1, actor=ACTOR)
    assert set(outcomes(wave).values()) == {PickOrder.Outcome.PICKED}
