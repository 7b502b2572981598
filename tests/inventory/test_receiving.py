"""Goods receipts, landed costs and supplier returns."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import (
    CostCorrection,
    GoodsReceipt,
    LandedCost,
    PurchaseOrder,
    ReceiptLine,
    StockLevel,
    StockMovement,
    Valuation,
)
from inventory.services import costing, stock
from inventory.services.landed import NewCost, add_landed_cost
from inventory.services.moves import Move, move
from inventory.services.purchasing import cancel_purchase
from inventory.services.receiving import (
    OverReceipt,
    cancel_receipt,
    count_rest,
    count_scan,
    post_receipt,
    start_receipt,
)
from inventory.services.stock import Demand
from inventory.services.supplier_returns import mark_credited, return_goods
from oms.kernel import books
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import relay
from oms.kernel.models import Event
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, shipment_cost
from tests.inventory.purchases import count, order_goods, receive_goods
from tests.orders.makers import place as place_order

pytestmark = pytest.mark.django_db
Status = PurchaseOrder.Status


@pytest.fixture
def place():
    return make_warehouse()


def worth(variant) -> tuple[int, int]:
    row = StockLevel.objects.get(variant=variant)
    return row.on_hand, row.value_vnd


def ship(variant, units: int, holder: int) -> None:
    stock.reserve([Demand(holder, variant.pk, units)])
    stock.consume("order_line", [holder], cause=("package", holder), actor=ACTOR)


def wrong() -> list[str]:
    return [finding.message for found in books.check_books().values() for finding in found]


def test_a49_a_partial_receipt_leaves_the_rest_open(place):
    shirt, cap = make_variant(), make_variant()
    order = order_goods(place, (shirt, 3, 333), (cap, 5, 1_000))
    receive_goods(order, 2, 0)
    order.refresh_from_db()
    assert (order.status, worth(shirt)) == (Status.PARTLY_RECEIVED, (2, 666))
    assert [row.open_quantity for row in order.lines.order_by("position")] == [1, 5]
    receive_goods(order, 1, 5)
    order.refresh_from_db()
    assert (order.status, worth(shirt), worth(cap)) == (Status.RECEIVED, (3, 999), (5, 5_000))
    with pytest.raises(TransitionRefused):
        start_receipt(order.pk, actor=ACTOR)
    assert wrong() == []


def test_receipts_of_one_line_sum_to_its_price_to_the_dong(place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 1, 1), confirm=False)
    order.lines.update(packs=3, quantity=3, unit_price_vnd=34, discount_vnd=2, net_vnd=100)
    PurchaseOrder.objects.update(status="confirmed")
    for _n in range(3):
        receive_goods(order, 1)
    assert list(ReceiptLine.objects.order_by("id").values_list("price_vnd", flat=True)) == [
        33,
        34,
        33,
    ]
    assert worth(shirt) == (3, 100)


def test_a49_waiting_orders_get_what_comes_in_by_priority(place):
    shirt = make_variant()
    late, first, vip = (place_order((shirt, 2), confirm=True) for _n in range(3))
    type(vip).objects.filter(pk=vip.pk).update(priority=9)
    type(late).objects.filter(pk=late.pk).update(placed_at=late.placed_at.replace(year=2099))
    Event.objects.filter(published_at=None).update(published_at=late.created_at)
    order = order_goods(place, (shirt, 9, 100))
    receive_goods(order, 5)
    for event in Event.objects.filter(name="stock.changed", published_at=None):
        relay.publish_event(event.pk)
    for row in (late, first, vip):
        row.refresh_from_db()
    states = [row.fulfillment_status for row in (vip, first, late)]
    assert states == ["allocated", "allocated", "unallocated"]
    assert level(shirt, place) == (5, 4)


def test_a49_a_second_post_and_a_second_start_change_nothing(place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 3, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    assert start_receipt(order.pk, actor=ACTOR) == receipt
    count(receipt, 2)
    post_receipt(receipt.pk, actor=ACTOR)
    post_receipt(receipt.pk, actor=ACTOR)
    assert worth(shirt) == (2, 200)
    assert StockMovement.objects.filter(cause_kind="goodsreceipt").count() == 1


def test_d7_scans_count_pieces_and_refuse_what_is_not_on_the_order(place):
    shirt, cap = make_variant(), make_variant("MU-01")
    shirt.barcodes.create(code="8930001")
    order = order_goods(place, (shirt, 2, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    count_scan(receipt.pk, "8930001")
    counted = count_scan(receipt.pk, shirt.sku, times=5)
    assert (counted.counted, counted.expected, counted.is_over) == (6, 2, True)
    for code, refused in ((cap.sku, "receipt.not_ordered"), ("???", "variant.unknown_code")):
        with pytest.raises(DomainError) as refusal:
            count_scan(receipt.pk, code)
        assert refusal.value.code == refused
    assert receipt.lines.get().quantity == 6
    key = uuid4()
    for _replayed in range(2):  # sent again under its key it counts once
        assert count_scan(receipt.pk, shirt.sku, times=3, key=key).counted == 9
    cancel_receipt(receipt.pk, actor=ACTOR)
    with pytest.raises(TransitionRefused):
        count_scan(receipt.pk, shirt.sku)


def test_more_than_ordered_needs_consent_and_a_reason(place):
    shirt = make_variant("AO-1")
    order = order_goods(place, (shirt, 2, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    count(receipt, 5)
    for options in ({}, {"accept_over": True}, {"accept_over": True, "over_reason": "  "}):
        with pytest.raises(OverReceipt) as refusal:
            post_receipt(receipt.pk, actor=ACTOR, **options)
        assert refusal.value.over == {"AO-1": 3}
    assert not StockLevel.objects.filter(variant=shirt, on_hand__gt=0).exists()
    post_receipt(receipt.pk, actor=ACTOR, accept_over=True, over_reason="NCC tặng thêm")
    line = order.lines.get()
    assert (line.received, line.accepted_over, worth(shirt)) == (5, 3, (5, 500))


def test_an_empty_count_is_not_posted_and_a_cancelled_order_receives_nothing(place):
    order = order_goods(place, (make_variant(), 2, 100))
    receipt = start_receipt(order.pk, actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        post_receipt(receipt.pk, actor=ACTOR)
    assert refusal.value.code == "receipt.empty"
    count_rest(receipt.pk)
    cancel_purchase(order.pk, actor=ACTOR, reason="nhầm")
    with pytest.raises(TransitionRefused):
        post_receipt(receipt.pk, actor=ACTOR)
    receipt.refresh_from_db()
    assert receipt.status == GoodsReceipt.Status.CANCELLED


@pytest.mark.parametrize(
    ("basis", "worths"),
    [("value", (1_250, 4_999)), ("weight", (2_071, 4_178)), ("quantity", (1_833, 4_416))],
)
def test_landed_costs_known_at_the_receipt_are_spread_over_the_pieces(place, basis, worths):
    light, heavy = make_variant(weight_g=300), make_variant(weight_g=100)
    order = order_goods(place, (light, 10, 100), (heavy, 5, 800))
    cost = NewCost("freight", basis, 1_249)
    receive_goods(order, 10, 5, costs=[cost])
    assert (worth(light)[1], worth(heavy)[1]) == worths
    assert sum(worths) == 1_000 + 4_000 + 1_249
    kept = LandedCost.objects.get()
    assert (kept.on_hand_vnd, kept.left_vnd) == (1_249, 0)


def test_a_landed_cost_that_comes_late_reaches_stock_and_what_was_shipped(place):
    shirt = make_variant()
    order = order_goods(place, (shirt, 10, 1_000))
    receipt = receive_goods(order, 10)
    ship(shirt, 4, holder=1)
    cost = NewCost("duty", "value", 500, key="form-1")
    made = add_landed_cost(receipt.pk, cost, actor=ACTOR)
    assert add_landed_cost(receipt.pk, cost, actor=ACTOR) == made
    assert (made.on_hand_vnd, made.left_vnd) == (300, 200)
    assert worth(shirt) == (6, 6_300)
    assert shipment_cost(("package", 1)) == 4_200
    assert receipt.lines.get().value_vnd == 10_500
    assert wrong() == []


def test_goods_go_back_at_what_they_were_worth_when_they_came(place):
    shirt = make_variant()
    cheap = receive_goods(order_goods(place, (shirt, 4, 100)), 4)
    dear = receive_goods(order_goods(place, (shirt, 2, 700)), 2)
    line = dear.lines.get()
    back = return_goods(dear.pk, {line.pk: 1}, reason="lỗi chỉ", key="k1", actor=ACTOR)
    again = return_goods(dear.pk, {line.pk: 1}, reason="lỗi chỉ", key="k1", actor=ACTOR)
    assert (again, back.refund_vnd, worth(shirt)) == (back, 700, (5, 1_100))
    with pytest.raises(DomainError) as refusal:
        return_goods(dear.pk, {line.pk: 2}, reason="x", key="k2", actor=ACTOR)
    assert refusal.value.code == "supplier_return.too_many"
    with pytest.raises(DomainError) as refusal:
        return_goods(cheap.pk, {line.pk: 1}, reason="x", key="k3", actor=ACTOR)
    assert refusal.value.code == "supplier_return.empty"
    assert mark_credited(back.pk, actor=ACTOR).status == "credited"
    assert mark_credited(back.pk, actor=ACTOR).status == "credited"
    assert wrong() == []


def test_what_is_promised_to_orders_does_not_go_back(place):
    shirt = make_variant()
    receipt = receive_goods(order_goods(place, (shirt, 2, 100)), 2)
    stock.reserve([Demand(1, shirt.pk, 2)])
    with pytest.raises(DomainError) as refusal:
        return_goods(receipt.pk, {receipt.lines.get().pk: 1}, reason="x", key="k", actor=ACTOR)
    assert refusal.value.code == "stock.promised"
    assert receipt.lines.get().returned == 0


def test_receiving_costs_the_same_statements_for_one_line_and_for_thirty(place):
    def cost(lines: int) -> int:
        order = order_goods(place, *[(make_variant(), 3, 100) for _ in range(lines)])
        receipt = start_receipt(order.pk, actor=ACTOR)
        count_rest(receipt.pk)
        with CaptureQueriesContext(connection) as queries:
            post_receipt(receipt.pk, actor=ACTOR, costs=[NewCost("freight", "quantity", 99)])
        return len(queries)

    assert cost(1) == cost(30)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["order", "receive", "ship", "late", "back"]),
        st.integers(0, 1),
        st.integers(1, 6),
        st.integers(0, 5_000),
    ),
    max_size=16,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.sampled_from(["average", "fifo"]))
def test_any_walk_of_purchases_keeps_the_books_and_loses_no_dong(db, steps, method):
    with transaction.atomic():
        costing.choose_method(Valuation.Method(method), actor=ACTOR)
        place, goods = make_warehouse(), [make_variant(), make_variant()]
        spent = 0
        for number, (verb, which, units, money) in enumerate(steps):
            try:
                with transaction.atomic():
                    spent += _step(verb, goods[which], place, units, money, number)
            except DomainError:
                continue
        assert wrong() == []
        here = sum(StockLevel.objects.values_list("value_vnd", flat=True))
        left = -sum(row.value_vnd for row in StockMovement.objects.filter(quantity__lt=0)) + sum(
            CostCorrection.objects.values_list("value_vnd", flat=True)
        )
        assert here + left == spent
        transaction.set_rollback(True)


def _step(verb: str, variant, place, units: int, money: int, number: int) -> int:
    """Do one thing; returns what was spent on goods by it."""
    if verb == "order":
        order_goods(place, (variant, units, money))
        return 0
    if verb == "ship":
        ship(variant, units, holder=number + 1)
        return 0
    if verb == "receive":
        order = PurchaseOrder.objects.filter(status__in=["confirmed", "partly_received"]).first()
        if order is None:
            return 0
        extra = [NewCost("freight", "value", money)] if money else []
        receipt = receive_goods(order, units, accept_over=True, over_reason="thừa", costs=extra)
        return sum(receipt.lines.values_list("value_vnd", flat=True))
    receipt = GoodsReceipt.objects.filter(status="posted").last()
    if receipt is None:
        return 0
    if verb == "late" and money:
        add_landed_cost(receipt.pk, NewCost("other", "quantity", money), actor=ACTOR)
        return money
    if verb == "back":
        line = receipt.lines.get().pk
        return_goods(receipt.pk, {line: units}, reason="x", key=f"k{number}", actor=ACTOR)
    return 0


def test_a_late_cost_stays_with_the_transfer_and_does_not_follow_the_goods(place):
    shirt, branch = make_variant(), make_warehouse()
    receipt = receive_goods(order_goods(place, (shirt, 10, 100)), 10)
    kind = StockMovement.Kind.TRANSFER.value
    move([Move(shirt.pk, place.pk, branch.pk, 4, kind, "", ("transfer", 1))], actor=ACTOR)
    made = add_landed_cost(receipt.pk, NewCost("freight", "value", 500), actor=ACTOR)
    assert (made.on_hand_vnd, made.left_vnd) == (300, 200)
    worths = StockLevel.objects.filter(variant=shirt).values_list("warehouse", "value_vnd")
    assert dict(worths) == {place.pk: 600 + 300, branch.pk: 400}
    correction = CostCorrection.objects.get()
    assert (correction.value_vnd, correction.movement.quantity) == (200, -4)
    assert wrong() == []
