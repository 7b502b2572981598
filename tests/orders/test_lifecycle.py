"""The verbs of an order: each edge has its effect on stock, each repeat has none."""

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Allocation, StockMovement
from inventory.services.stock import InsufficientStock
from oms.kernel import books
from oms.kernel.counters import bump, read_counters
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import timeline_of
from oms.kernel.models import Event
from orders.handlers import serve_waiting_orders
from orders.models import Order
from orders.services import lifecycle
from orders.services.notes import add_note
from orders.services.problems import link_line, open_problem, resolve_problem
from orders.services.states import apply_states
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    warehouse, shirt = make_warehouse(), make_variant("AO")
    put(shirt, warehouse, 10)
    return warehouse, shirt


@pytest.fixture(autouse=True)
def the_books_agree():
    yield
    assert not any(books.check_books().values())


def move(order: Order, *fulfillments: str, **more) -> Order:
    for state in fulfillments:
        order = apply_states(
            order.pk, actor=ACTOR, event_name=f"test.{state}", fulfillment=state, **more
        )
    return order


def test_confirming_keeps_the_promise_and_a_repeat_does_nothing(goods):
    order = place((goods[1], 3))
    confirmed = lifecycle.confirm_order(order.pk, actor=ACTOR)
    again = lifecycle.confirm_order(order.pk, actor=ACTOR)
    assert (confirmed.status, confirmed.tab) == ("confirmed", "to_arrange")
    assert again.version == confirmed.version
    assert level(goods[1], goods[0]) == (10, 3)
    assert Event.objects.filter(name="order.confirmed").count() == 1


def test_a29_confirming_beyond_the_stock_waits_for_goods(goods):
    order = lifecycle.confirm_order(place((goods[1], 11)).pk, actor=ACTOR)
    assert (order.status, order.tab) == ("confirmed", "waiting_stock")


def test_a29_goods_without_backorder_are_refused_with_the_arithmetic(goods):
    goods[1].allow_backorder = False
    goods[1].save()
    place((goods[1], 8))
    order = place((goods[1], 3))
    with pytest.raises(InsufficientStock) as refusal:
        lifecycle.confirm_order(order.pk, actor=ACTOR)
    [short] = refusal.value.shortages
    assert (short.on_hand, short.reserved, short.available, short.wanted) == (10, 8, 2, 3)
    assert "tồn 10, đang giữ 8" in refusal.value.message
    order.refresh_from_db()
    assert order.status == "pending_confirmation"


def test_an_order_with_unknown_goods_cannot_be_confirmed(goods):
    order = place(("LA", 1))
    with pytest.raises(DomainError) as refusal:
        lifecycle.confirm_order(order.pk, actor=ACTOR)
    assert refusal.value.code == "order.unlinked"


def test_linking_the_last_unknown_line_closes_the_problem_and_takes_stock(goods):
    order = place(("LA", 2))
    link_line(order.pk, order.lines.get().pk, goods[1].pk, actor=ACTOR)
    order.refresh_from_db()
    assert (order.needs_attention, order.fulfillment_status) == (False, "allocated")
    assert level(goods[1], goods[0]) == (10, 2)


def test_cancelling_gives_back_exactly_what_was_held(goods):
    order = place((goods[1], 4), is_cod=True)
    cancelled = lifecycle.cancel_order(order.pk, actor=ACTOR, reason="Khách đổi ý")
    lifecycle.cancel_order(order.pk, actor=ACTOR, reason="lần nữa")
    assert (cancelled.status, cancelled.cod_status, cancelled.payment_status) == (
        *("cancelled", "none", "voided"),
    )
    assert level(goods[1], goods[0]) == (10, 0)
    assert Event.objects.filter(name="order.cancelled").count() == 1


def test_a_shipped_order_cannot_be_cancelled(goods):
    order = move(place((goods[1], 1), confirm=True), "packed", "handed_over")
    with pytest.raises(TransitionRefused):
        lifecycle.cancel_order(order.pk, actor=ACTOR, reason="muộn")
    assert level(goods[1], goods[0]) == (9, 0)


def test_c11_hold_keeps_stock_unless_told_and_release_takes_it_again(goods):
    order = place((goods[1], 4), confirm=True)
    held = lifecycle.hold_order(order.pk, actor=ACTOR, reason="chờ gọi", keep_days=0)
    assert (held.status, held.tab, held.hold_reason) == ("on_hold", "on_hold", "chờ gọi")
    assert level(goods[1], goods[0]) == (10, 0)
    released = lifecycle.release_hold(order.pk, actor=ACTOR)
    assert (released.status, released.fulfillment_status) == ("confirmed", "allocated")
    assert level(goods[1], goods[0]) == (10, 4)


def test_hand_over_consumes_its_own_promise_even_with_nothing_left(goods):
    order = place((goods[1], 10), confirm=True)
    move(order, "packed", "handed_over")
    assert level(goods[1], goods[0]) == (0, 0)
    movement = StockMovement.objects.get(kind="shipment")
    assert (movement.quantity, movement.cause_kind, movement.cause_id) == (-10, "order", order.pk)
    assert Allocation.objects.get().status == "consumed"


def test_an_order_walks_to_completed_and_every_time_is_kept(goods):
    order = place((goods[1], 1), confirm=True, is_cod=True)
    order = move(order, "released", "packed", "handed_over", "in_transit", "delivered")
    assert (order.status, order.tab) == ("delivered", "delivered")
    apply_states(order.pk, actor=ACTOR, event_name="cod.collected", cod="collected")
    order = apply_states(
        order.pk, actor=ACTOR, event_name="cod.remitted", cod="remitted", payment="paid"
    )
    assert (order.status, order.tab) == ("completed", "completed")
    assert all([order.confirmed_at, order.shipped_at, order.delivered_at, order.completed_at])
    names = {event.name for event in timeline_of("order", order.pk)}
    assert {"order.shipped", "order.delivered", "order.completed", "cod.remitted"} <= names
    assert {k: v for k, v in read_counters("orders:").items() if v} == {"orders:completed": 1}


def test_a_call_that_changes_nothing_records_nothing(goods):
    order = move(place((goods[1], 1), confirm=True), "packed")
    events = Event.objects.count()
    again = move(order, "packed")
    assert (again.version, Event.objects.count()) == (order.version, events)


def test_a_forbidden_edge_changes_nothing(goods):
    order = place((goods[1], 1), confirm=True)
    with pytest.raises(TransitionRefused):
        apply_states(order.pk, actor=ACTOR, event_name="x", fulfillment="delivered", cod="none")
    with pytest.raises(TransitionRefused):
        move(place((goods[1], 1)), "released")  # not confirmed yet
    order.refresh_from_db()
    assert order.fulfillment_status == "allocated"


def test_a_counter_sale_is_completed_without_a_shipment(goods):
    order = place((goods[1], 1), source="counter", confirm=True)
    apply_states(order.pk, actor=ACTOR, event_name="order.paid", payment="paid")
    order = lifecycle.complete_at_counter(order.pk, actor=ACTOR)
    assert (order.status, order.carrier_code) == ("completed", "")
    assert level(goods[1], goods[0]) == (9, 0)


def test_c33_goods_that_arrive_go_to_waiting_orders_by_priority(goods):
    warehouse, shirt = goods
    place((shirt, 10), confirm=True)
    late = place((shirt, 3), confirm=True)
    urgent = place((shirt, 3), confirm=True, priority=5)
    unsure = place((shirt, 1), priority=9)
    put(shirt, warehouse, 6)
    serve_waiting_orders(Event.objects.filter(name="stock.changed").latest("id"))
    for order, expected in [(late, "allocated"), (urgent, "allocated"), (unsure, "unallocated")]:
        order.refresh_from_db()
        assert order.fulfillment_status == expected
    assert late.tab == "to_arrange"
    assert level(shirt, warehouse) == (16, 16)


def test_a_promise_that_is_given_back_serves_the_next_in_line(goods):
    first = place((goods[1], 10), confirm=True)
    second = place((goods[1], 5), confirm=True)
    lifecycle.cancel_order(first.pk, actor=ACTOR, reason="x")
    serve_waiting_orders(Event.objects.filter(name="stock.changed").latest("id"))
    second.refresh_from_db()
    assert second.tab == "to_arrange"


def test_problems_put_an_order_under_attention_until_the_last_is_closed(goods):
    order = place((goods[1], 1))
    open_problem(order.pk, "sync", "Lỗi 1")
    open_problem(order.pk, "sync", "Lỗi 2")
    open_problem(order.pk, "shipping", "Hãng từ chối")
    assert [p.message for p in order.problems.filter(kind="sync")] == ["Lỗi 2"]
    assert read_counters("orders:")["orders:needs_attention"] == 1
    assert resolve_problem(order.pk, "sync") and not resolve_problem(order.pk, "sync")
    order.refresh_from_db()
    assert order.needs_attention
    resolve_problem(order.pk, "shipping")
    order.refresh_from_db()
    assert not order.needs_attention


def test_notes_are_kept_and_empty_ones_refused(goods):
    order = place((goods[1], 1))
    add_note(order.pk, "Gọi trước khi giao", actor=ACTOR)
    with pytest.raises(DomainError):
        add_note(order.pk, "   ", actor=ACTOR)
    assert order.notes.count() == 1


def test_check_books_reports_a_drift_and_repairs_counters(goods, capsys):
    place((goods[1], 1))
    bump({"orders:to_confirm": 3})
    with pytest.raises(CommandError):
        call_command("check_books")
    assert "bộ đếm 4, thực tế 1" in capsys.readouterr().out
    call_command("check_books", "--rebuild")
