"""Held orders: for how long they keep their goods, the warning, and what comes after it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.services.stock import InsufficientStock
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import Order, OrderProblem, Reason
from orders.services import lifecycle
from orders.services.hold_ends import keep_longer, settle_holds
from orders.services.reasons import save_reason
from orders.tasks import settle_holds as task
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def goods():
    warehouse, variant = make_warehouse(), make_variant(allow_backorder=False)
    put(variant, warehouse, 10)
    return warehouse, variant


def held(goods, *, units: int = 4, reason: str = "Chờ khách xác nhận", **more) -> Order:
    order = place((goods[1], units))
    lifecycle.confirm_order(order.pk, actor=ACTOR)
    return lifecycle.hold_order(order.pk, actor=ACTOR, reason=reason, **more)


def open_warning(order: Order) -> OrderProblem | None:
    return order.problems.filter(kind="hold_ending", resolved_at=None).first()


def test_c11_a_hold_reason_says_for_how_many_days_goods_are_kept(goods, frozen):
    save_reason("Nhà xe hẹn lại", kind="hold", keep_days=3)
    assert held(goods, units=1, reason="nhà xe hẹn lại").stock_kept_until == now() + 3 * DAY
    assert held(goods, units=1).stock_kept_until == now() + 7 * DAY  # of the reason's own days
    assert held(goods, units=1, reason="lời khác").stock_kept_until == now() + 7 * DAY
    assert held(goods, units=1, keep_days=1).stock_kept_until == now() + DAY
    save_reason("Không giữ hàng", kind="hold", keep_days=0)
    freed = held(goods, units=1, reason="Không giữ hàng")
    assert (freed.stock_kept_until, freed.fulfillment_status) == (None, "unallocated")
    assert level(goods[1], goods[0]) == (10, 4)


def test_c11_goods_go_back_when_the_days_are_over_after_a_warning(goods, frozen):
    order = held(goods, keep_days=3)
    assert settle_holds() == (0, 0)
    frozen.shift(2 * DAY + timedelta(hours=1))
    assert settle_holds() == (1, 0)
    assert settle_holds() == (0, 0)
    warning = open_warning(order)
    assert warning is not None
    assert "05/03/2026 09:00" in warning.message
    assert Order.objects.get(pk=order.pk).needs_attention
    assert level(goods[1], goods[0]) == (10, 4)
    frozen.shift(DAY)
    task()
    after = Order.objects.get(pk=order.pk)
    assert (after.status, after.fulfillment_status) == ("on_hold", "unallocated")
    assert after.stock_kept_until is None
    assert level(goods[1], goods[0]) == (10, 0)
    told = open_warning(order)
    assert told is not None and told.pk == warning.pk
    assert told.message.startswith("Hàng giữ cho đơn đã tự trả lại kho")
    event = Event.objects.get(name="order.stock_given_back")
    assert event.data["changes"]["fulfillment_status"] == ["allocated", "unallocated"]
    assert settle_holds() == (0, 0)


def test_c11_statements_do_not_grow_with_the_orders_that_end(goods, frozen):
    counts = []
    for orders in (2, 6):
        for _ in range(orders):
            held(goods, units=1, keep_days=2)
        frozen.shift(3 * DAY)
        with CaptureQueriesContext(connection) as queries:
            assert settle_holds() == (0, orders)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert level(goods[1], goods[0]) == (10, 0)


@pytest.mark.parametrize("way_out", ["release", "cancel"])
def test_c11_leaving_the_hold_ends_its_time_and_its_warning(goods, frozen, way_out):
    order = held(goods, keep_days=1)
    frozen.shift(timedelta(hours=2))
    settle_holds()
    assert open_warning(order) is not None
    if way_out == "release":
        lifecycle.release_hold(order.pk, actor=ACTOR)
    else:
        lifecycle.cancel_order(order.pk, actor=ACTOR, reason="khách đổi ý")
    after = Order.objects.get(pk=order.pk)
    assert (after.stock_kept_until, after.needs_attention) == (None, False)
    assert open_warning(order) is None


def test_c11_keeping_longer_ends_the_warning_and_takes_goods_again(goods, frozen):
    order = held(goods, keep_days=1)
    frozen.shift(timedelta(hours=2))
    settle_holds()
    assert keep_longer([order.pk], 5, actor=ACTOR).refused == {}
    assert open_warning(order) is None
    assert Order.objects.get(pk=order.pk).stock_kept_until == now() + 5 * DAY
    frozen.shift(6 * DAY)
    settle_holds()
    assert level(goods[1], goods[0]) == (10, 0)
    keep_longer([order.pk], 2, actor=ACTOR).only(order.pk)
    assert level(goods[1], goods[0]) == (10, 4)


def test_c11_goods_that_went_to_somebody_else_are_not_kept_longer(goods, frozen):
    order = held(goods, keep_days=1)
    frozen.shift(2 * DAY)
    settle_holds()
    lifecycle.confirm_order(place((goods[1], 9)).pk, actor=ACTOR)
    refused = keep_longer([order.pk], 3, actor=ACTOR).refused[order.pk]
    assert isinstance(refused, InsufficientStock)
    after = Order.objects.get(pk=order.pk)
    assert (after.stock_kept_until, after.fulfillment_status) == (None, "unallocated")


def test_c11_goods_of_a_parcel_that_a_carrier_knows_stay_with_it(goods):
    order = place((goods[1], 2))
    lifecycle.confirm_order(order.pk, actor=ACTOR)
    Order.objects.filter(pk=order.pk).update(tracking_number="GHN1", carrier_code="ghn")
    after = lifecycle.hold_order(order.pk, actor=ACTOR, reason="x", keep_days=0)
    assert (after.fulfillment_status, after.stock_kept_until) == ("allocated", None)
    with pytest.raises(DomainError):
        keep_longer([order.pk], 3, actor=ACTOR).only(order.pk)


def test_c11_only_a_held_order_keeps_stock_for_a_time(goods):
    order = place((goods[1], 1))
    with pytest.raises(IntegrityError, match="order_keeps_stock_while_held"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(stock_kept_until=now())


def test_c11_days_stand_on_the_settings_page_and_in_the_hold_form(owner_client, goods, frozen):
    reason = Reason.objects.get(kind="hold", code="risk")
    answer = owner_client.post(
        reverse("orders:reason_edit", args=[reason.pk]),
        {"kind": "hold", "name": reason.name, "keep_days": "2", "is_active": "on"},
    )
    assert answer.status_code == 302
    page = owner_client.get(reverse("orders:reason_list")).text
    assert "giữ hàng 2 ngày" in page
    order = place((goods[1], 3))
    act = reverse("orders:act", args=[order.pk, "hold"])
    owner_client.post(act, {"reason": reason.name, "keep": "14"})
    assert Order.objects.get(pk=order.pk).stock_kept_until == now() + 14 * DAY
    detail = owner_client.get(reverse("orders:detail", args=[order.pk])).text
    assert "hàng được giữ đến 16/03/2026 09:00" in detail
    assert "Giữ hàng thêm" in detail
    owner_client.post(reverse("orders:act", args=[order.pk, "keep_longer"]), {"days": "30"})
    assert Order.objects.get(pk=order.pk).stock_kept_until == now() + 30 * DAY


def test_c11_the_queue_leads_from_the_warning_to_the_order(owner_client, goods, frozen):
    order = held(goods, keep_days=1)
    frozen.shift(timedelta(hours=2))
    settle_holds()
    page = owner_client.get(reverse("orders:attention") + "?kind=hold_ending").text
    assert "Giữ thêm hoặc bỏ giữ" in page
    assert reverse("orders:detail", args=[order.pk]) in page


def test_c11_undoing_a_hold_that_gave_goods_back_takes_them_again(goods):
    from orders.services.undoing import Trace, remember, undo_holding

    order = place((goods[1], 4))
    lifecycle.confirm_order(order.pk, actor=ACTOR)
    before = remember(Order.objects.get(pk=order.pk))
    after = lifecycle.hold_order(order.pk, actor=ACTOR, reason="x", keep_days=0)
    assert undo_holding([Trace(order.pk, after.version, before)], ACTOR) == {}
    again = Order.objects.get(pk=order.pk)
    assert (again.status, again.fulfillment_status) == ("confirmed", "allocated")
    assert level(goods[1], goods[0]) == (10, 4)


def test_c11_undoing_a_release_keeps_the_goods_for_what_was_left(goods, frozen):
    from orders.services.undoing import Trace, remember, undo_releasing

    order = held(goods, keep_days=3)
    before = remember(order)
    released = lifecycle.release_hold(order.pk, actor=ACTOR)
    assert undo_releasing([Trace(order.pk, released.version, before)], ACTOR) == {}
    assert Order.objects.get(pk=order.pk).stock_kept_until == now() + 3 * DAY
