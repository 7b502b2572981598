"""Counts: what was counted against what the books said at that moment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import (
    Bin,
    CountLine,
    CountTally,
    StockCount,
    StockLevel,
    StockMovement,
)
from inventory.selectors import counting as selectors
from inventory.selectors.abc_classes import abc_classes, due_today
from inventory.services import count_approval, counting, stock
from inventory.services.count_approval import HeldGoods, approve_count
from inventory.services.places import BinGrid, create_bins, set_home
from inventory.services.stock import Demand, Posting
from oms.kernel import books
from oms.kernel.errors import DomainError, TransitionRefused
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


def start(warehouse, scope="full", **fields) -> StockCount:
    count = counting.create_count(warehouse.pk, scope, key=uuid4(), actor=ACTOR, **fields)
    return counting.start_count(count.pk, actor=ACTOR)


def add(count, variant, quantity=1, key=None) -> CountLine:
    return counting.add_tally(count.pk, variant.pk, quantity, key=key or uuid4(), actor=ACTOR)


def say(count, variant, quantity) -> CountLine:
    return counting.set_counted(count.pk, variant.pk, quantity, key=uuid4(), actor=ACTOR)


def approve(count, limit_vnd=None) -> StockCount:
    while counting.submit_count(count.pk, actor=ACTOR):
        for line in count.lines.filter(counted__isnull=True, round__gt=1):
            counting.set_counted(
                count.pk, line.variant_id, line.first_counted, key=uuid4(), actor=ACTOR
            )
    return approve_count(count.pk, limit_vnd=limit_vnd, actor=ACTOR)


def ship(variant, quantity, holder=1) -> None:
    stock.reserve([Demand(holder, variant.pk, quantity)])
    stock.consume("order_line", [holder], cause=("order", holder), actor=ACTOR)


def books_agree() -> bool:
    return not any(books.check_books().values())


@pytest.fixture
def shelf():
    warehouse, shirt = make_warehouse(), make_variant(cost_vnd=10_000)
    put(shirt, warehouse, 100)
    return warehouse, shirt


def test_a43_a_count_while_orders_ship_gives_the_right_difference(shelf):
    """97 pieces stand there, the books say 100. Orders leave before and after the count."""
    warehouse, shirt = shelf
    count = start(warehouse)
    ship(shirt, 10, holder=1)
    line = say(count, shirt, 87)
    ship(shirt, 20, holder=2)
    assert (line.expected, line.moved, line.book, line.variance) == (100, -10, 90, -3)
    approve(count)
    assert level(shirt, warehouse) == (67, 0)
    row = StockMovement.objects.get(kind="adjustment")
    assert (row.quantity, row.cause_kind, row.cause_id) == (-3, "stock_count", count.pk)
    assert row.note == f"Kiểm kê {count.number}"
    assert books_agree()


def test_c78_a_count_that_agrees_posts_nothing_and_needs_no_freeze(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    put(shirt, warehouse, 5)
    say(count, shirt, 105)
    ship(shirt, 5)
    assert approve(count).status == StockCount.Status.APPROVED
    assert not StockMovement.objects.filter(kind="adjustment").exists()


def test_two_counters_at_once_add_up_and_a_scan_sent_twice_counts_once(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    add(count, shirt, 40)
    twice = uuid4()
    add(count, shirt, 1, key=twice)
    add(count, shirt, 1, key=twice)
    line = add(count, shirt, 59)
    assert (line.counted, line.variance) == (100, 0)
    assert CountTally.objects.count() == 3


def test_a_typed_number_replaces_the_sum_and_keeps_its_story(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    add(count, shirt, 120)
    assert say(count, shirt, 98).counted == 98
    assert list(CountTally.objects.order_by("id").values_list("quantity", flat=True)) == [120, -22]
    with pytest.raises(DomainError):
        say(count, shirt, -1)
    with pytest.raises(DomainError):
        add(count, shirt, -99)


def test_a_large_difference_is_counted_twice_and_a_small_one_is_not(shelf):
    warehouse, shirt = shelf
    cap = make_variant(cost_vnd=10_000)
    put(cap, warehouse, 100)
    count = start(warehouse)
    say(count, shirt, 96)  # 4 %
    say(count, cap, 94)  # 6 %
    assert counting.submit_count(count.pk, actor=ACTOR) == 1
    line = count.lines.get(variant=cap)
    assert (line.round, line.counted, line.first_counted) == (2, None, 94)
    count.refresh_from_db()
    assert count.status == StockCount.Status.COUNTING
    say(count, cap, 94)
    assert counting.submit_count(count.pk, actor=ACTOR) == 0
    count.refresh_from_db()
    assert count.status == StockCount.Status.REVIEW


@pytest.mark.parametrize(("cost", "again"), [(250_000, 0), (250_001, 1)])
def test_a_dear_difference_is_counted_twice(cost, again):
    warehouse, watch = make_warehouse(recount_vnd=500_000), make_variant(cost_vnd=cost)
    put(watch, warehouse, 100)
    count = start(warehouse)
    say(count, watch, 98)
    assert counting.submit_count(count.pk, actor=ACTOR) == again


def test_goods_that_moved_between_two_tallies_of_a_line_that_differs_are_counted_again(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    add(count, shirt, 50)
    ship(shirt, 2)
    add(count, shirt, 49)
    assert counting.submit_count(count.pk, actor=ACTOR) == 1


def test_an_approver_sends_lines_back(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    say(count, shirt, 99)
    counting.submit_count(count.pk, actor=ACTOR)
    line = count.lines.get()
    assert counting.ask_recount(count.pk, [line.pk], actor=ACTOR) == 1
    say(count, shirt, 100)
    approve(count)
    assert level(shirt, warehouse) == (100, 0)


def test_an_approval_posts_once(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    say(count, shirt, 99)
    approve(count)
    approve_count(count.pk, limit_vnd=None, actor=ACTOR)
    assert level(shirt, warehouse) == (99, 0)
    assert StockMovement.objects.filter(kind="adjustment").count() == 1
    with pytest.raises(DomainError):
        say(count, shirt, 5)
    with pytest.raises(TransitionRefused):
        counting.cancel_count(count.pk, actor=ACTOR)


def test_a_difference_beyond_the_limit_needs_another_approver(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    say(count, shirt, 97)
    counting.submit_count(count.pk, actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        approve_count(count.pk, limit_vnd=29_999, actor=ACTOR)
    assert refusal.value.code == "count.limit"
    assert level(shirt, warehouse) == (100, 0)
    approve_count(count.pk, limit_vnd=30_000, actor=ACTOR)
    assert level(shirt, warehouse) == (97, 0)


def test_fewer_than_orders_hold_is_refused_whole_and_names_the_orders(shelf):
    warehouse, shirt = shelf
    cap = make_variant()
    put(cap, warehouse, 10)
    stock.reserve([Demand(7, shirt.pk, 98)])
    count = start(warehouse)
    say(count, shirt, 97)
    say(count, cap, 9)
    with pytest.raises(HeldGoods) as refusal:
        approve(count)
    assert refusal.value.variant_ids == [shirt.pk]
    assert level(cap, warehouse) == (10, 0)
    [held] = selectors.held_lines(count)
    assert (held.reserved, held.left, held.holders[0].quantity) == (98, 97, 98)
    stock.release("order_line", [7])
    approve_count(count.pk, limit_vnd=None, actor=ACTOR)
    assert (level(shirt, warehouse), level(cap, warehouse)) == ((97, 0), (9, 0))


def test_what_nobody_counted_stays_unless_it_is_said_to_be_gone(shelf):
    warehouse, shirt = shelf
    cap = make_variant()
    put(cap, warehouse, 1)
    count = start(warehouse)
    say(count, shirt, 100)
    assert counting.count_rest_as_zero(count.pk, actor=ACTOR) == 1
    approve(count)
    assert level(cap, warehouse) == (0, 0)
    second = start(warehouse)
    with pytest.raises(DomainError):
        counting.submit_count(second.pk, actor=ACTOR)


def test_goods_that_nobody_expected_get_a_line_of_a_full_count_only(shelf):
    warehouse, shirt = shelf
    found = make_variant()
    create_bins(warehouse.pk, BinGrid("A", 1, 2, 1))
    set_home(shirt.pk, Bin.objects.get(code="A-01-01").pk)
    count = start(warehouse, "bin", bin_prefix="A-01")
    with pytest.raises(DomainError) as refusal:
        add(count, found)
    assert refusal.value.code == "count.out_of_scope"
    counting.cancel_count(count.pk, actor=ACTOR)
    count = start(warehouse)
    line = add(count, found, 3)
    assert (line.expected, line.variance) == (0, 3)
    approve(count)
    assert level(found, warehouse) == (3, 0)
    assert books_agree()


def test_lines_are_walked_by_shelf(shelf):
    warehouse, shirt = shelf
    first, second = make_variant(), make_variant()
    put(first, warehouse, 1)
    put(second, warehouse, 1)
    create_bins(warehouse.pk, BinGrid("A", 1, 2, 1))
    one, two = Bin.objects.order_by("walking_order")
    set_home(second.pk, one.pk)
    set_home(first.pk, two.pk)
    lines = selectors.count_lines(start(warehouse)).rows
    assert [line.variant_id for line in lines] == [second.pk, first.pk, shirt.pk]


def test_two_open_counts_of_the_same_goods_are_refused(shelf):
    warehouse, _shirt = shelf
    first = start(warehouse)
    with pytest.raises(DomainError) as refusal:
        start(warehouse)
    assert refusal.value.code == "count.overlaps"
    counting.cancel_count(first.pk, actor=ACTOR)
    start(warehouse)


def test_an_empty_scope_and_an_unstarted_count_are_refused(shelf):
    _warehouse, shirt = shelf
    with pytest.raises(DomainError) as refusal:
        start(make_warehouse())
    assert refusal.value.code == "count.empty"
    draft = StockCount.objects.get()
    with pytest.raises(DomainError):
        add(draft, shirt)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockCount.objects.update(scope="bin")


def test_the_cost_of_a_start_and_of_an_approval_does_not_grow_with_the_goods():
    def cost(size: int) -> tuple[int, int]:
        warehouse = make_warehouse()
        goods = [make_variant() for _ in range(size)]
        for variant in goods:
            put(variant, warehouse, 10)
        draft = counting.create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR)
        with CaptureQueriesContext(connection) as starting:
            counting.start_count(draft.pk, actor=ACTOR)
        draft.lines.update(counted=10, book=10, first_book=10)
        draft.lines.filter(variant=goods[0]).update(counted=11, first_book=10, round=2)
        draft.lines.filter(variant=goods[-1]).update(counted=9, first_book=10, round=2)
        counting.submit_count(draft.pk, actor=ACTOR)
        with CaptureQueriesContext(connection) as approving:
            approve_count(draft.pk, limit_vnd=None, actor=ACTOR)
        return len(starting), len(approving)

    cost(2)
    assert cost(2) == cost(20)


def test_classes_follow_the_worth_that_left_and_today_is_a_share_of_each(frozen):
    warehouse = make_warehouse()
    goods = [make_variant(f"G{n}", cost_vnd=1000) for n in range(5)]
    for number, (variant, left) in enumerate(zip(goods, [80, 10, 6, 4, 0], strict=True)):
        put(variant, warehouse, 100)
        if left:
            ship(variant, left, holder=number + 1)
    letters = {row.variant_id: row.letter for row in abc_classes(warehouse.pk)}
    assert [letters[v.pk] for v in goods] == ["A", "B", "B", "C", "C"]
    assert [row.variant_id for row in due_today(warehouse.pk)] == [
        goods[0].pk,
        goods[1].pk,
        goods[3].pk,
    ]
    count = start(warehouse, "abc")
    assert count.lines.count() == 3
    for row in count.lines.all():
        say(count, row.variant, row.expected)
    approve(count)
    assert [row.variant_id for row in due_today(warehouse.pk)] == [goods[2].pk, goods[4].pk]
    frozen.shift(timedelta(days=31))
    assert due_today(warehouse.pk)[0].variant_id == goods[0].pk
    frozen.shift(timedelta(days=60))
    letters = {row.variant_id: row.letter for row in abc_classes(warehouse.pk)}
    assert set(letters.values()) == {"C"}


steps = st.lists(
    st.tuples(st.sampled_from(["put", "ship", "hold", "count", "scan"]), st.integers(1, 9)),
    max_size=15,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, st.integers(-5, 5), st.integers(1, 9))
def test_c78_after_any_sequence_the_books_say_what_stands_there(db, sequence, lost, opening):
    """The shelf holds `opening + lost` where the books say `opening`; both move alike."""
    with transaction.atomic():
        warehouse, shirt = make_warehouse(), make_variant()
        put(shirt, warehouse, opening)
        real = max(0, opening + lost)
        count = start(warehouse)
        for number, (verb, units) in enumerate(sequence):
            on_hand, reserved = level(shirt, warehouse)
            if verb == "put":
                put(shirt, warehouse, units)
                real += units
            elif verb == "ship" and units <= min(real, on_hand - reserved):
                ship(shirt, units, holder=number + 1)
                real -= units
            elif verb == "hold" and units <= on_hand - reserved:
                stock.reserve([Demand(number + 1, shirt.pk, units)])
            elif verb == "count":
                say(count, shirt, real)
            elif verb == "scan":
                add(count, shirt, 0)
        say(count, shirt, real)
        try:
            approve(count)
        except HeldGoods:
            assert real < level(shirt, warehouse)[1]
        else:
            assert level(shirt, warehouse)[0] == real
        assert books_agree()
        transaction.set_rollback(True)


def test_the_ledger_and_the_counts_are_compared(shelf):
    warehouse, shirt = shelf
    count = start(warehouse)
    say(count, shirt, 99)
    approve(count)
    stock.post(
        [Posting(shirt.pk, warehouse.pk, -1, "adjustment", "", ("stock_count", count.pk))],
        actor=ACTOR,
    )
    assert [f.check for f in books.check_books()["counts = adjustments"]] == [
        "counts = adjustments"
    ]
    assert count_approval.CAUSE == "stock_count"
    assert StockLevel.objects.get().on_hand == 98
