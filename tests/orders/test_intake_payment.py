"""News of payment of an order that came in before."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.kernel.models import Event
from orders.models import Order
from orders.services.intake import place_orders
from orders.services.lifecycle import cancel_order
from orders.services.states import apply_states
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, books_agree, new_order, place_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Two goods, ten of each in one warehouse."""
    warehouse, shirt, hat = make_warehouse(), make_variant("0012"), make_variant("MU-1")
    put(shirt, warehouse, 10)
    put(hat, warehouse, 10)
    return warehouse, shirt, hat


# Payment of a renewal


def unpaid(shop, **fields):
    return new_order((shop[1], 2), source="shopee", shop_ref=7, remote_id="A", **fields)


def renewed(new, **fields) -> Order:
    placed = place_one(replace(new, **fields))
    assert not placed.created
    return Order.objects.get(pk=placed.order_id)


def test_an_unpaid_order_that_is_paid_later_becomes_paid_once(shop):
    new = unpaid(shop, remote_version=1)
    assert place_one(new).created
    order = renewed(new, remote_version=2, paid_vnd=200_000)
    assert (order.payment_status, order.paid_vnd, order.balance_vnd) == ("paid", 200_000, 0)
    renewed(new, remote_version=3, paid_vnd=200_000)
    [event] = Event.objects.filter(name="order.payment_updated")
    assert event.data["changes"] == {"payment_status": ["unpaid", "paid"]}
    assert books_agree()


def test_news_of_payment_that_come_late_or_say_less_change_nothing(shop):
    new = unpaid(shop, remote_version=1)
    place_one(new)
    renewed(new, remote_version=3, paid_vnd=200_000)
    for version in (2, 3, 4):
        order = renewed(new, remote_version=version, paid_vnd=0)
        assert (order.payment_status, order.paid_vnd) == ("paid", 200_000)
    older = unpaid(shop, remote_version=5)
    place_one(replace(older, remote_id="B"))
    order = renewed(older, remote_id="B", remote_version=4, paid_vnd=200_000)
    assert (order.payment_status, order.paid_vnd) == ("unpaid", 0)


def test_a_payment_within_the_same_second_is_not_lost(shop):
    new = unpaid(shop, remote_version=1)
    place_one(new)
    assert renewed(new, remote_version=1, paid_vnd=200_000).payment_status == "paid"


def test_a_part_paid_is_a_part_and_never_more_than_the_total(shop):
    new = unpaid(shop, remote_version=1)
    place_one(new)
    order = renewed(new, remote_version=2, paid_vnd=50_000)
    assert (order.payment_status, order.paid_vnd) == ("partially_paid", 50_000)
    order = renewed(new, remote_version=3, paid_vnd=900_000)
    assert (order.payment_status, order.paid_vnd) == ("paid", 200_000)


def test_a_cancelled_order_takes_no_late_payment(shop):
    new = unpaid(shop, remote_version=1)
    order_id = place_one(new).order_id
    cancel_order(order_id, actor=ACTOR, reason="Đổi ý")
    order = renewed(new, remote_version=2, paid_vnd=200_000)
    assert (order.payment_status, order.paid_vnd) == ("voided", 0)


def test_the_way_of_payment_may_change_while_the_parcel_is_ours(shop):
    new = unpaid(shop, remote_version=1)
    place_one(new)
    order = renewed(new, remote_version=2, is_cod=True, cod_vnd=200_000)
    assert (order.is_cod, order.cod_vnd, order.cod_status) == (True, 200_000, "to_collect")
    order = renewed(new, remote_version=3, is_cod=False, paid_vnd=200_000)
    assert (order.cod_vnd, order.cod_status, order.payment_status) == (0, "none", "paid")


def test_a_payment_under_way_with_cash_to_collect_is_told_to_a_person(shop):
    new = unpaid(shop, remote_version=1, is_cod=True, confirm=True)
    order_id = place_one(new).order_id
    apply_states(order_id, actor=ACTOR, event_name="shipment.booked", tracking_number="GHN1")
    order = renewed(new, remote_version=2, is_cod=False, paid_vnd=200_000)
    assert (order.payment_status, order.cod_status) == ("paid", "to_collect")
    assert order.problems.get(resolved_at=None).kind == "changed_remotely"


@pytest.mark.parametrize("paid", [0, 200_000])
def test_renewing_takes_the_same_statements_for_one_order_and_for_twenty(shop, paid):
    def statements(count: int, first: int) -> int:
        batch = [
            replace(unpaid(shop, remote_version=1), remote_id=f"N{first + n}") for n in range(count)
        ]
        place_orders(batch, actor=ACTOR)
        newer = [replace(new, remote_version=2, paid_vnd=paid) for new in batch]
        with CaptureQueriesContext(connection) as asked:
            place_orders(newer, actor=ACTOR)
        return len(asked)

    assert statements(20, 100) == statements(1, 0)
