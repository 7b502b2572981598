"""Real connections at once: counts against shipping, transfers that cross."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction

from inventory.models import Lot, StockLevel, Transfer
from inventory.services import count_approval, counting, stock, transfers
from inventory.services.lot_naming import Named, choose_lot, name_lots, set_tracking
from inventory.services.stock import Demand
from oms.kernel import books
from oms.kernel.errors import DomainError
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
_BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def start(warehouse):
    count = counting.create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR)
    return counting.start_count(count.pk, actor=ACTOR)


def test_a43_a_shipment_that_is_not_committed_yet_is_in_the_books_of_the_count():
    """Pieces have left, their transaction is open: who counts waits for it, and misses nothing."""
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 100)
    count = start(warehouse)
    stock.reserve([Demand(1, shirt.pk, 5)])
    gone, counted = threading.Event(), []

    def tell() -> None:
        try:
            gone.wait(timeout=30)
            line = counting.set_counted(count.pk, shirt.pk, 95, key=uuid4(), actor=ACTOR)
            counted.append(line.variance)
        finally:
            connection.close()

    teller = threading.Thread(target=tell)
    teller.start()
    with transaction.atomic():
        stock.consume("order_line", [1], cause=("order", 1), actor=ACTOR)
        gone.set()
        wait_until_somebody_waits()
        assert counted == []
    teller.join(timeout=30)
    assert counted == [0]


def wait_until_somebody_waits() -> None:
    for _ in range(200_000):
        with connection.cursor() as cursor:
            cursor.execute(_BLOCKED)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


def test_c78_a_count_between_shipments_ends_with_what_stands_there():
    """Four shippers and two counters: 3 pieces were missing before it all began."""
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 100)
    count = start(warehouse)

    def work(number: int) -> str:
        if number < 4:
            for step in range(5):
                holder = 1 + number * 10 + step
                stock.reserve([Demand(holder, shirt.pk, 1)])
                stock.consume("order_line", [holder], cause=("order", holder), actor=ACTOR)
            return "shipped"
        with transaction.atomic():  # nobody takes a piece while the hand is on the shelf
            row = StockLevel.objects.select_for_update().get(variant=shirt)
            counting.set_counted(count.pk, shirt.pk, row.on_hand - 3, key=uuid4(), actor=ACTOR)
        return "counted"

    assert at_once(5, work) == {"shipped": 4, "counted": 1}
    assert counting.submit_count(count.pk, actor=ACTOR) == 0
    assert at_once(3, lambda _n: _approve(count)) == {"approved": 3}
    assert level(shirt, warehouse) == (77, 0)
    assert not any(books.check_books().values())


def _approve(count) -> str:
    return count_approval.approve_count(count.pk, limit_vnd=None, actor=ACTOR).status


def test_two_counters_of_one_line_add_up():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 100)
    count = start(warehouse)

    def scan(_number: int) -> str:
        for _ in range(10):
            counting.add_tally(count.pk, shirt.pk, 1, key=uuid4(), actor=ACTOR)
        return "ok"

    assert at_once(6, scan) == {"ok": 6}
    assert count.lines.get().counted == 60


def test_transfers_that_cross_never_deadlock():
    here, there = make_warehouse(), make_warehouse()
    goods = [make_variant() for _ in range(3)]
    for variant in goods:
        put(variant, here, 100)
        put(variant, there, 100)

    def carry(number: int) -> str:
        ends = (here, there) if number % 2 else (there, here)
        lines = goods if number % 2 else list(reversed(goods))
        for _ in range(3):
            transfer = transfers.create_transfer(ends[0].pk, ends[1].pk, key=uuid4(), actor=ACTOR)
            for variant in lines:
                transfers.put_line(transfer.pk, variant.pk, 2)
            transfers.ship_transfer(transfer.pk, actor=ACTOR)
            arrived = {variant.pk: 2 for variant in lines}
            transfers.receive_transfer(transfer.pk, arrived, key=uuid4(), actor=ACTOR)
        return "ok"

    assert at_once(6, carry) == {"ok": 6}
    assert {level(variant, here) for variant in goods} == {(100, 0)}
    assert Transfer.objects.filter(status="received").count() == 18
    assert not any(books.check_books().values())


def test_the_same_receipt_sent_at_once_is_one_receipt():
    here, there, shirt = make_warehouse(), make_warehouse(), make_variant()
    put(shirt, here, 10)
    transfer = transfers.create_transfer(here.pk, there.pk, key=uuid4(), actor=ACTOR)
    transfers.put_line(transfer.pk, shirt.pk, 8)
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    key = uuid4()

    def receive(_number: int) -> str:
        transfers.receive_transfer(transfer.pk, {shirt.pk: 2}, key=key, actor=ACTOR)
        return "ok"

    assert at_once(6, receive) == {"ok": 6}
    assert level(shirt, there) == (2, 0)


def test_one_serial_chosen_for_two_orders_is_sold_once():
    warehouse, phone = make_warehouse(), make_variant()
    set_tracking(phone.product_id, "serial", actor=ACTOR)
    put(phone, warehouse, 3)
    name_lots(phone.pk, warehouse.pk, [Named("IMEI-1", 1)], actor=ACTOR)
    lot = Lot.objects.get(code="IMEI-1")
    for holder in (1, 2, 3):
        stock.reserve([Demand(holder, phone.pk, 1)])
        about = ("order", holder)
        choose_lot(("order_line", holder), lot.pk, 1, reason="x", about=about, actor=ACTOR)

    def sell(number: int) -> str:
        try:
            stock.consume("order_line", [number + 1], cause=("order", number + 1), actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "sold"

    assert at_once(3, sell) == {"sold": 1, "lots.short": 2}
    assert level(phone, warehouse) == (2, 2)
    assert not any(books.check_books().values())


def test_lots_switched_on_while_goods_come_in_are_complete():
    warehouse, cream = make_warehouse(), make_variant()
    put(cream, warehouse, 5)

    def act(number: int) -> str:
        if number == 0:
            set_tracking(cream.product_id, "lot", actor=ACTOR)
        else:
            for _ in range(5):
                put(cream, warehouse, 1)
        return "ok"

    assert at_once(4, act) == {"ok": 4}
    assert level(cream, warehouse) == (20, 0)
    assert not any(books.check_books().values())
