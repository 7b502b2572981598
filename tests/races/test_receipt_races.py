"""Receipts, costs and clicks at once: nothing is received or asked for twice."""

import pytest

from inventory.models import CostLayer, PurchaseOrder, StockLevel, Valuation
from inventory.selectors import costing as costs
from inventory.services import costing, stock
from inventory.services.landed import NewCost, add_landed_cost
from inventory.services.receiving import count_rest, count_scan, post_receipt, start_receipt
from inventory.services.shortages import Need, propose_purchase
from inventory.services.stock import Demand
from oms.kernel import books
from oms.kernel.errors import DomainError
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse
from tests.inventory.purchases import make_supplier, offer, order_goods, receive_goods
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def findings() -> list[str]:
    return [row.message for found in books.check_books().values() for row in found]


def test_two_receipts_of_one_line_never_go_above_what_was_ordered():
    place, shirt = make_warehouse(), make_variant()
    order = order_goods(place, (shirt, 10, 100))

    def receive(_number: int) -> str:
        try:
            receipt = start_receipt(order.pk, actor=ACTOR)
            count_rest(receipt.pk)
            post_receipt(receipt.pk, actor=ACTOR)
        except DomainError:
            return "refused"
        return "received"

    assert at_once(6, receive).total() == 6
    assert level(shirt, place) == (10, 0)
    assert order.lines.get().received == 10
    assert PurchaseOrder.objects.get().status == "received"


def test_scans_of_several_people_are_all_counted():
    place, shirt = make_warehouse(), make_variant()
    receipt = start_receipt(order_goods(place, (shirt, 10, 100)).pk, actor=ACTOR)

    def scan(_number: int) -> str:
        return str(count_scan(receipt.pk, shirt.sku).counted)

    assert at_once(8, scan) == {str(n): 1 for n in range(1, 9)}


@pytest.mark.parametrize("method", [Valuation.Method.AVERAGE, Valuation.Method.FIFO])
def test_goods_that_come_go_and_get_dearer_at_once_keep_their_worth(method):
    place, shirt = make_warehouse(), make_variant()
    costing.choose_method(method, actor=ACTOR)
    first = receive_goods(order_goods(place, (shirt, 40, 1_000)), 40)
    stock.reserve([Demand(n + 1, shirt.pk, 3) for n in range(8)])
    orders = [order_goods(place, (shirt, 5, 1_777)) for _n in range(4)]

    def work(number: int) -> str:
        if number < 8:
            cause = ("package", number + 1)
            stock.consume("order_line", [number + 1], cause=cause, actor=ACTOR)
        elif number < 12:
            receive_goods(orders[number - 8], 5)
        else:
            add_landed_cost(first.pk, NewCost("freight", "value", 999), actor=ACTOR)
        return "done"

    assert at_once(14, work) == {"done": 14}
    assert findings() == []
    row = StockLevel.objects.get()
    left = sum(costs.shipment_costs("package", range(1, 9)).values())
    assert row.on_hand == 40 + 20 - 24
    assert row.value_vnd + left == 40_000 + 4 * 8_885 + 2 * 999
    if method == Valuation.Method.FIFO:
        assert sum(CostLayer.objects.values_list("remaining", flat=True)) == row.on_hand


def test_two_clicks_propose_one_draft():
    place, shirt, supplier = make_warehouse(), make_variant(), make_supplier()
    offer(supplier, shirt, 1_000)

    def click(_number: int) -> str:
        need = [Need("order_line", 1, shirt.pk, 3)]
        return propose_purchase(need, warehouse_id=place.pk, actor=ACTOR)[0].number

    assert len(at_once(5, click)) == 1
    assert PurchaseOrder.objects.get().lines.get().quantity == 3
