"""A-07 and A-67: sales over the counter and orders fetched in the shop need no parcel."""

import pytest
from django.urls import reverse

from inventory.models import Variant, Warehouse
from invoicing.models import Payment
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.counter import hand_over_pickup, sell_at_counter
from shipping.services.preflight import check_receiver
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, new_order, place
from tests.orders.test_views import entry

pytestmark = pytest.mark.django_db

NEW = reverse("orders:new")
NOBODY = {"phone": "", "name": "", "street": "", "ward": "", "province": ""}


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Counters start at nothing."""


@pytest.fixture
def shop() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("CH"), make_variant("AO-01")
    put(shirt, warehouse, 10)
    return warehouse, shirt


def test_a07_a_counter_order_is_paid_in_cash_and_completed_without_a_shipment(shop, owner_client):
    warehouse, shirt = shop
    answer = owner_client.post(NEW, entry(then="sell", **NOBODY))
    order = Order.objects.get()
    assert answer.url == reverse("orders:detail", args=[order.pk])
    assert (order.source, order.status, order.payment_status) == ("counter", "completed", "paid")
    assert (order.cod_status, order.tracking_number) == ("none", "")
    payment = Payment.objects.get()
    assert (payment.method, payment.amount_vnd) == ("cash", 298_000)
    assert level(shirt, warehouse) == (8, 0)


def test_pressing_the_sale_twice_sells_once(shop, owner_client):
    for _n in range(2):
        assert owner_client.post(NEW, entry(then="sell", **NOBODY)).status_code == 302
    assert Payment.objects.count() == Order.objects.count() == 1


def test_without_the_goods_nothing_of_a_sale_is_kept(shop):
    warehouse, shirt = shop
    with pytest.raises(DomainError):
        sell_at_counter(new_order((shirt, 11), source="counter"), actor=ACTOR)
    assert (Order.objects.count(), Payment.objects.count()) == (0, 0)
    assert level(shirt, warehouse) == (10, 0)


def test_who_may_not_sell_at_the_counter_is_refused(shop, client, user_factory):
    client.force_login(user_factory("viewer"))
    assert client.post(NEW, entry(then="sell")).status_code == 403
    assert Order.objects.count() == 0


def test_a67_a_pickup_order_needs_no_address_and_is_closed_with_its_code(shop, owner_client):
    warehouse, shirt = shop
    gone = {"street": "", "ward": "", "province": ""}
    owner_client.post(NEW, entry(then="confirm", is_pickup="on", **gone))
    order = Order.objects.get()
    assert (order.status, order.needs_attention, order.is_cod) == ("confirmed", False, False)
    assert len(order.pickup_code) == 6
    address = reverse("orders:pickup", args=[order.pk])
    wrong = "000000" if order.pickup_code != "000000" else "111111"
    assert owner_client.post(address, {"code": wrong}).status_code == 422
    assert level(shirt, warehouse) == (10, 2)
    for _n in range(2):
        assert owner_client.post(address, {"code": f" {order.pickup_code} "}).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.paid_vnd) == ("completed", order.total_vnd)
    assert (Payment.objects.count(), level(shirt, warehouse)) == (1, (8, 0))


def test_a67_a_pickup_order_gets_no_parcel(shop):
    order = place((shop[1], 1), pickup_code="123456")
    with pytest.raises(DomainError, match="tại cửa hàng"):
        check_receiver(order)


def test_an_order_for_delivery_has_no_code_to_close_it(shop):
    order = place((shop[1], 1))
    with pytest.raises(DomainError, match="không phải"):
        hand_over_pickup(order.pk, "", actor=ACTOR)
