"""Real connections at once: nothing is sold twice, nobody waits for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from inventory.models import Allocation
from inventory.services import stock
from inventory.services.adjusting import adjust_stock
from inventory.services.stock import Demand, InsufficientStock
from oms.kernel import books
from orders.models import Customer, Order
from orders.services import lifecycle
from orders.services.intake import place_orders
from shipping.models import CarrierAccount, Fulfilment
from shipping.services.preflight import ShipmentRequest
from shipping.services.shipments import create_shipment
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, new_order, place

pytestmark = pytest.mark.django_db(transaction=True)
PICK_UP = {"street": "1 Lê Lợi", "ward": "Phường Bến Thành", "province": "Hồ Chí Minh"}


def at_once(count: int, work: Callable[[int], str]) -> Counter[str]:
    """Run `work` on so many threads, each with its own connection, started together."""
    barrier, results = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results.append(work(number))
        except Exception as error:
            results.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(results) == count
    return Counter(results)


def test_a41_c01_fifty_buyers_for_ten_units_end_with_ten_promises_and_forty_refusals():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)

    def buy(number: int) -> str:
        try:
            stock.reserve([Demand(number + 1, shirt.pk, 1)])
        except InsufficientStock:
            return "refused"
        return "promised"

    assert at_once(50, buy) == {"promised": 10, "refused": 40}
    assert level(shirt, warehouse) == (10, 10)
    assert Allocation.objects.count() == 10


def test_c03_thirty_orders_for_ten_busy_units_leave_twenty_waiting_and_none_with_an_error():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)
    orders = [new_order((shirt, 1), confirm=True) for _ in range(30)]

    def buy(number: int) -> str:
        [placed] = place_orders([orders[number]], actor=ACTOR)
        return Order.objects.get(pk=placed.order_id).tab

    assert at_once(30, buy) == {"to_arrange": 10, "waiting_stock": 20}
    assert level(shirt, warehouse) == (10, 10)
    assert not any(books.check_books().values())


def test_c02_orders_with_opposite_lines_never_deadlock():
    warehouse, shirt, hat = make_warehouse(), make_variant(), make_variant()
    put(shirt, warehouse, 1000)
    put(hat, warehouse, 1000)

    def buy(number: int) -> str:
        lines = [(shirt, 1), (hat, 1)]
        for _ in range(5):
            batch = [new_order(*(lines if number % 2 else reversed(lines))) for _ in range(2)]
            assert all(p.created for p in place_orders(batch, actor=ACTOR))
        return "ok"

    assert at_once(8, buy) == {"ok": 8}
    assert level(shirt, warehouse) == (1000, 80)


def test_the_same_remote_order_sent_at_once_is_one_order():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)
    new = new_order((shirt, 1), source="shopee", shop_ref=1, remote_id="X")

    def send(_number: int) -> str:
        [placed] = place_orders([new], actor=ACTOR)
        return f"{placed.created} {placed.order_id}"

    results = at_once(12, send)
    assert Order.objects.count() == 1
    assert sorted(results.values()) == [1, 11]
    assert level(shirt, warehouse) == (10, 1)
    assert not any(books.check_books().values())


def test_a_new_buyer_who_orders_twice_at_once_is_one_customer():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)
    orders = [new_order((shirt, 1), recipient_phone="0912345678") for _ in range(6)]

    def send(number: int) -> str:
        [placed] = place_orders([orders[number]], actor=ACTOR)
        return str(placed.created)

    assert at_once(6, send) == {"True": 6}
    assert Customer.objects.get().orders.count() == 6


def test_confirm_and_cancel_at_once_leave_one_of_them_and_no_stray_promise():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)
    orders = [place((shirt, 1)) for _ in range(5)]

    def act(number: int) -> str:
        order = orders[number // 2]
        if number % 2:
            lifecycle.cancel_order(order.pk, actor=ACTOR, reason="x")
        else:
            try:
                lifecycle.confirm_order(order.pk, actor=ACTOR)
            except Exception as refusal:
                return type(refusal).__name__
        return "ok"

    results = at_once(10, act)
    assert set(results) <= {"ok", "TransitionRefused"}
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}
    assert level(shirt, warehouse) == (10, 0)
    assert not any(books.check_books().values())


def test_c12_two_who_release_one_order_at_once_get_one_task_for_its_pieces(monkeypatch):
    """The promise of an order is released to one fulfilment; whoever comes second is given it."""
    monkeypatch.setattr("shipping.services.booking.hurry", lambda package_id: None)
    store, shirt = make_warehouse(**PICK_UP), make_variant(weight_g=300)
    put(shirt, store, 5)
    key = {"token": "x"}
    account = CarrierAccount.objects.create(carrier="ghn", name="GHN", shop_id="1", credentials=key)
    to = {"ward": "Phường Tân Định", "province": "Hồ Chí Minh"}
    order = place((shirt, 3), confirm=True, **to)
    size = {"weight_g": 300, "length_cm": 20, "width_cm": 15, "height_cm": 5}
    wanted = ShipmentRequest(account_id=account.pk, service_code="2", **size)

    def release(_number: int) -> str:
        return str(create_shipment(order.pk, wanted, actor=ACTOR).pk)

    found = at_once(4, release)
    fulfilment = Fulfilment.objects.get()
    assert found == {str(fulfilment.packages.get().pk): 4}
    assert list(fulfilment.lines.values_list("quantity", flat=True)) == [3]
    held = Allocation.objects.filter(status="open").values_list("holder_id", "quantity")
    assert list(held) == [(order.lines.get().pk, 3)]
    assert level(shirt, store) == (5, 3)


def test_one_adjustment_sent_several_times_at_once_moves_its_pieces_once():
    warehouse, shirt, key = make_warehouse(), make_variant(), uuid4()

    def press(_number: int) -> str:
        adjust_stock(shirt.pk, warehouse.pk, 3, note="đếm lại", key=key, actor=ACTOR)
        return "done"

    assert at_once(6, press) == {"done": 6}
    assert level(shirt, warehouse) == (3, 0)
    assert not any(books.check_books().values())
