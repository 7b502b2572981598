"""The stock service: the ledger and the balances never part."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import Allocation, StockLevel, StockMovement
from inventory.selectors.availability import available
from inventory.services import stock
from inventory.services.stock import Demand, InsufficientStock, Posting
from oms.kernel import books
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 10)
    return warehouse, shirt


def test_receipts_and_adjustments_are_movements(goods):
    warehouse, shirt = goods
    stock.post([Posting(shirt.pk, warehouse.pk, -3, "adjustment", "vỡ")], actor=ACTOR)
    assert level(shirt, warehouse) == (7, 0)
    rows = StockMovement.objects.order_by("id").values_list("quantity", "kind", "note")
    assert list(rows) == [(10, "receipt", ""), (-3, "adjustment", "vỡ")]


@pytest.mark.parametrize(("reserved", "code"), [(0, "stock.negative"), (5, "stock.promised")])
def test_a_posting_below_zero_or_below_the_promised_is_refused_whole(goods, reserved, code):
    warehouse, shirt = goods
    other = make_variant()
    if reserved:
        stock.reserve([Demand(1, shirt.pk, reserved)])
    units = -11 if not reserved else -6
    with pytest.raises(DomainError) as refusal:
        stock.post(
            [
                Posting(other.pk, warehouse.pk, 5, "receipt"),
                Posting(shirt.pk, warehouse.pk, units, "adjustment"),
            ],
            actor=ACTOR,
        )
    assert refusal.value.code == code
    assert level(shirt, warehouse) == (10, reserved)
    assert StockMovement.objects.count() == 1


def test_a_promise_is_made_once_however_often_it_is_asked(goods):
    warehouse, shirt = goods
    first = list(stock.reserve([Demand(1, shirt.pk, 4)]))
    again = list(stock.reserve([Demand(1, shirt.pk, 4)]))
    assert first == again
    assert level(shirt, warehouse) == (10, 4)
    stock.reserve([Demand(1, shirt.pk, 6)])
    assert level(shirt, warehouse) == (10, 6)


def test_c13_a_shortage_promises_nothing_and_says_why(goods):
    warehouse, shirt = goods
    hat = make_variant()
    put(hat, warehouse, 5)
    StockLevel.objects.filter(variant=hat).update(safety_stock=2)
    stock.reserve([Demand(1, hat.pk, 1)])
    with pytest.raises(InsufficientStock) as refusal:
        stock.reserve([Demand(2, shirt.pk, 1), Demand(3, hat.pk, 2), Demand(4, hat.pk, 1)])
    [short] = refusal.value.shortages
    assert (short.sku, short.wanted, short.on_hand, short.reserved) == (hat.sku, 3, 5, 1)
    assert (short.safety_stock, short.available) == (2, 2)
    assert level(shirt, warehouse) == (10, 0)


def test_c13_the_page_behind_a_shortage_names_the_orders_that_hold_the_rest(owner_client):
    warehouse, shirt = make_warehouse(), make_variant("AO")
    put(shirt, warehouse, 5)
    first, second = place((shirt, 3), confirm=True), place((shirt, 4), confirm=True)
    page = owner_client.get(reverse("orders:detail", args=[second.pk])).content.decode()
    link = reverse("inventory:stock_explain", args=[shirt.pk, warehouse.pk])
    assert f'href="{link}"' in page
    story = owner_client.get(link).content.decode()
    assert first.number in story
    assert second.number not in story


def test_release_and_consume_close_their_own_promises_once(goods):
    warehouse, shirt = goods
    stock.reserve([Demand(1, shirt.pk, 4), Demand(2, shirt.pk, 3)])
    assert stock.release("order_line", [1]) == {(shirt.pk, warehouse.pk): 4}
    assert stock.release("order_line", [1]) == {}
    cause = ("package", 9)
    assert stock.consume("order_line", [1, 2], cause=cause, actor=ACTOR)
    assert stock.consume("order_line", [1, 2], cause=cause, actor=ACTOR) == {}
    assert level(shirt, warehouse) == (7, 0)
    states = Allocation.objects.order_by("holder_id").values_list("status", flat=True)
    assert list(states) == ["released", "consumed"]


def test_c08_goods_that_are_all_promised_still_leave_for_those_who_hold_them(goods):
    warehouse, shirt = goods
    stock.reserve([Demand(1, shirt.pk, 6), Demand(2, shirt.pk, 4)])
    assert available([shirt.pk]) == {shirt.pk: 0}
    stock.consume("order_line", [1], cause=("package", 1), actor=ACTOR)
    stock.consume("order_line", [2], cause=("package", 2), actor=ACTOR)
    assert level(shirt, warehouse) == (0, 0)


def test_quarantine_and_closed_warehouses_promise_nothing(goods):
    _warehouse, shirt = goods
    for fields in ({"kind": "quarantine"}, {"is_active": False}):
        put(shirt, make_warehouse(**fields), 50)
    assert available([shirt.pk]) == {shirt.pk: 10}
    with pytest.raises(InsufficientStock):
        stock.reserve([Demand(1, shirt.pk, 11)])


def test_available_is_never_below_zero_and_knows_every_id(goods):
    warehouse, shirt = goods
    StockLevel.objects.update(safety_stock=50)
    assert available([shirt.pk, 10**9]) == {shirt.pk: 0, 10**9: 0}
    assert available([shirt.pk], [warehouse.pk + 1]) == {shirt.pk: 0}


@pytest.mark.parametrize("statement", ["UPDATE {} SET quantity = 1", "DELETE FROM {}"])
def test_the_ledger_cannot_be_changed(goods, statement):
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("inventory_stockmovement"))
    assert StockMovement.objects.get().quantity == 10


def test_every_change_tells_which_goods_and_whether_there_is_more(goods):
    _warehouse, shirt = goods
    stock.reserve([Demand(1, shirt.pk, 1)])
    stock.release("order_line", [1])
    freed = Event.objects.filter(name="stock.changed").order_by("id").values_list("data", flat=True)
    assert [data["freed"] for data in freed] == [True, False, True]
    assert {tuple(data["variant_ids"]) for data in freed} == {(shirt.pk,)}


def test_c57_the_number_of_statements_does_not_grow_with_the_rows(goods):
    warehouse, _shirt = goods
    many = [make_variant() for _ in range(30)]

    def cost(variants, holder: int) -> tuple[int, int, int]:
        counts = []
        for work in (
            lambda: stock.post(
                [Posting(v.pk, warehouse.pk, 5, "receipt") for v in variants], actor=ACTOR
            ),
            lambda: stock.reserve([Demand(holder + n, v.pk, 1) for n, v in enumerate(variants)]),
            lambda: stock.consume(
                "order_line",
                [holder + n for n in range(len(variants))],
                cause=("order", 1),
                actor=ACTOR,
            ),
        ):
            with CaptureQueriesContext(connection) as queries:
                work()
            counts.append(len(queries))
        return tuple(counts)

    assert cost(many[:1], 1000) == cost(many, 2000)


steps = st.lists(
    st.tuples(
        st.sampled_from(["receive", "adjust", "reserve", "release", "consume"]),
        st.integers(0, 2),  # which goods
        st.integers(1, 4),  # which holder
        st.integers(1, 9),  # how many
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_after_any_sequence_movements_are_balances_and_promises_are_reserved(db, sequence):
    with transaction.atomic():
        places = [make_warehouse(), make_warehouse()]
        goods = [make_variant() for _ in range(3)]
        for verb, which, holder, units in sequence:
            variant, place = goods[which], places[units % 2]
            try:
                with transaction.atomic():
                    _do(verb, variant.pk, place.pk, holder, units)
            except DomainError:
                continue
            for row in StockLevel.objects.filter(variant__in=goods):
                assert 0 <= row.reserved <= row.on_hand
        findings = [f for found in books.check_books().values() for f in found]
        assert findings == []
        transaction.set_rollback(True)


def _do(verb: str, variant: int, place: int, holder: int, units: int) -> None:
    if verb == "receive":
        stock.post([Posting(variant, place, units, "receipt")], actor=ACTOR)
    elif verb == "adjust":
        stock.post([Posting(variant, place, -units, "adjustment")], actor=ACTOR)
    elif verb == "reserve":
        stock.reserve([Demand(holder, variant, units)])
    elif verb == "release":
        stock.release("order_line", [holder])
    else:
        stock.consume("order_line", [holder], cause=("order", holder), actor=ACTOR)
