"""C-28: what was picked goes, and the rest becomes an order with a deadline of its own."""

from datetime import timedelta

import pytest

from oms.kernel import books
from oms.kernel.clock import now
from orders.models import Order, OrderProblem
from orders.selectors.attention import with_deadlines
from orders.services.lifecycle import release_hold
from orders.services.reasons import save_rule
from shipping.models import ShortPick
from shipping.services.pick_pieces import pick
from shipping.services.short_picks import finish_split, report_short
from shipping.services.voiding import void_package
from tests.shipping.floor import ACTOR, make_shop, make_wave, take, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop("A-1", "B-1", zones="AB")


@pytest.fixture
def picker(user_factory):
    return user_factory("warehouse")


def test_c28_what_was_picked_goes_and_the_rest_becomes_an_order_of_its_own(shop, picker, owner):
    parcel = waiting(shop, A_1=2, B_1=1)
    save_rule("short_pick", "", 6)
    due = now() + timedelta(hours=1)
    Order.objects.update(ship_by_at=due)
    task = take(make_wave(shop, [parcel], "single").tasks.get(), picker.pk)
    pick(task.pk, shop.goods["A-1"].pk, 1, picker_id=picker.pk, actor=ACTOR)
    [short] = report_short(
        task.pk, shop.goods["A-1"].pk, remedy="split", picker_id=picker.pk, actor=ACTOR
    )
    order = Order.objects.get(pk=parcel.fulfilment.order_id)
    parcel.refresh_from_db()
    assert (order.status, parcel.cancel_requested_at is not None) == ("on_hold", True)
    void_package(parcel, actor=ACTOR)
    for _repeat in range(2):
        finish_split(parcel.pk)
    order.refresh_from_db()
    rest = Order.objects.get(split_from=order)
    assert [(line.sku, line.quantity) for line in order.lines.all()] == [("A-1", 1), ("B-1", 1)]
    assert [(line.sku, line.quantity) for line in rest.lines.all()] == [("A-1", 1)]
    assert (order.status, order.fulfillment_status) == ("confirmed", "allocated")
    assert (rest.status, rest.hold_reason) == ("on_hold", "Nhặt thiếu: A-1 × 1.")
    assert ShortPick.objects.get(pk=short.pk).done_at is not None
    assert not any(books.check_books().values())
    [problem] = OrderProblem.objects.filter(resolved_at=None)
    assert (problem.order_id, problem.kind) == (rest.pk, "short_pick")
    assert (order.ship_by_at, order.needs_attention) == (due, False)
    [case] = with_deadlines([problem], owner)
    six = timedelta(hours=6)
    assert due - timedelta(hours=1) + six <= rest.ship_by_at <= problem.created_at + six
    assert case.due_at == rest.ship_by_at
    release_hold(rest.pk, actor=ACTOR)
    assert not OrderProblem.objects.filter(resolved_at=None).exists()
