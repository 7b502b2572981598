"""What goods are worth: on the ledger, in the balances, under both methods."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import CostCorrection, CostLayer, StockLevel, StockMovement, Valuation
from inventory.selectors import costing as reads
from inventory.services import costing, stock
from inventory.services.categories import find_categories
from inventory.services.rebuild import rebuild_value
from inventory.services.stock import Demand, Posting
from oms.kernel import books
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.tables import read_table
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, shipment_cost

pytestmark = pytest.mark.django_db
FIFO, AVERAGE = Valuation.Method.FIFO, Valuation.Method.AVERAGE


@pytest.fixture
def goods():
    return make_warehouse(), make_variant(cost_vnd=50_000)


def receive(variant, place, units: int, value_vnd: int | None = None) -> int:
    [movement] = stock.post(
        [Posting(variant.pk, place.pk, units, "receipt", value_vnd=value_vnd)], actor=ACTOR
    )
    return movement


def ship(variant, units: int, holder: int) -> None:
    stock.reserve([Demand(holder, variant.pk, units)])
    stock.consume("order_line", [holder], cause=("package", holder), actor=ACTOR)


def worth(variant) -> tuple[int, int]:
    """(on hand, đồng)"""
    row = StockLevel.objects.get(variant=variant)
    return row.on_hand, row.value_vnd


def wrong() -> list[str]:
    return [finding.message for found in books.check_books().values() for finding in found]


def test_pieces_leave_at_the_moving_average_and_the_last_takes_the_rest(goods):
    place, shirt = goods
    receive(shirt, place, 2, 100)
    receive(shirt, place, 1, 50_001)  # 50.101 for three: 16.700,33 a piece
    ship(shirt, 1, holder=1)
    assert worth(shirt) == (2, 33_401)
    ship(shirt, 2, holder=2)
    assert worth(shirt) == (0, 0)
    assert (shipment_cost(("package", 1)), shipment_cost(("package", 2))) == (
        16_700,
        33_401,
    )
    assert wrong() == []


def test_a_later_price_leaves_the_cost_of_what_was_shipped(goods):
    place, shirt = goods
    receive(shirt, place, 10, 100_000)
    ship(shirt, 4, holder=1)
    receive(shirt, place, 10, 900_000)
    assert shipment_cost(("package", 1)) == 40_000
    assert worth(shirt) == (16, 960_000)
    assert reads.unit_costs([shirt.pk]) == {shirt.pk: 60_000}


def test_goods_without_a_stated_worth_cost_the_average_or_else_the_variants_cost(goods):
    place, shirt = goods
    receive(shirt, place, 2)
    assert worth(shirt) == (2, 100_000)
    receive(shirt, place, 2, 300_000)
    receive(shirt, place, 1)
    assert worth(shirt) == (5, 500_000)
    assert reads.unit_costs([shirt.pk]) == {shirt.pk: 100_000}


def test_in_one_batch_pieces_enter_first_and_a_stated_worth_leaves_as_stated(goods):
    place, shirt = goods
    ids = stock.post(
        [
            Posting(shirt.pk, place.pk, -1, "adjustment"),
            Posting(shirt.pk, place.pk, -1, "to_supplier", value_vnd=400),
            Posting(shirt.pk, place.pk, 4, "receipt", value_vnd=1_000),
        ],
        actor=ACTOR,
    )
    values = reads.movement_values(ids)
    assert [values[key] for key in ids] == [-200, -400, 1_000]
    assert worth(shirt) == (2, 400)
    stock.post([Posting(shirt.pk, place.pk, -1, "to_supplier", value_vnd=900)], actor=ACTOR)
    assert worth(shirt) == (1, 0)  # no more than there was
    assert wrong() == []


def test_under_fifo_the_oldest_layer_goes_first(goods):
    place, shirt = goods
    costing.choose_method(FIFO, actor=ACTOR)
    receive(shirt, place, 3, 100)
    receive(shirt, place, 3, 600)
    ship(shirt, 4, holder=1)
    assert shipment_cost(("package", 1)) == 300
    assert worth(shirt) == (2, 400)
    stock.post([Posting(shirt.pk, place.pk, -2, "scrap")], actor=ACTOR)
    assert worth(shirt) == (0, 0)
    assert list(CostLayer.objects.order_by("id").values_list("remaining", "value_vnd")) == [
        (0, 0),
        (0, 0),
    ]
    assert wrong() == []


def test_a_layer_that_was_tampered_with_is_found(goods):
    place, shirt = goods
    costing.choose_method(FIFO, actor=ACTOR)
    receive(shirt, place, 3, 100)
    CostLayer.objects.update(value_vnd=99)
    assert [f.check for f in books.check_books()["cost layers = stock"]] == ["cost layers = stock"]
    CostLayer.objects.all().delete()
    assert len(books.check_books()["cost layers = stock"]) == 1


def test_the_method_is_chosen_before_goods_move_and_never_after(goods):
    place, shirt = goods
    stock.post([Posting(shirt.pk, place.pk, 3, "opening")], actor=ACTOR)
    costing.choose_method(FIFO, actor=ACTOR)
    assert CostLayer.objects.values_list("remaining", "value_vnd").get() == (3, 150_000)
    costing.choose_method(AVERAGE, actor=ACTOR)
    assert not CostLayer.objects.exists()
    receive(shirt, place, 1, 1)
    with pytest.raises(DomainError) as refusal:
        costing.choose_method(FIFO, actor=ACTOR)
    assert (refusal.value.code, reads.method()) == ("costing.chosen", AVERAGE)
    with pytest.raises(IntegrityError, match="chosen once"), transaction.atomic():
        Valuation.objects.update(method=FIFO)


@pytest.mark.parametrize("method", [AVERAGE, FIFO])
def test_a_late_cost_is_split_between_what_is_here_and_what_left(goods, method):
    place, shirt = goods
    costing.choose_method(method, actor=ACTOR)
    movement = receive(shirt, place, 10, 100_000)
    ship(shirt, 4, holder=1)
    shipped = StockMovement.objects.get(kind="shipment")
    split = costing.add_late_cost({movement: 5_001}, cause=("landed_cost", 7), actor=ACTOR)
    assert split == (3_001, 2_000)
    assert worth(shirt) == (6, 63_001)
    assert CostCorrection.objects.values_list("movement_id", "value_vnd").get() == (
        shipped.pk,
        2_000,
    )
    shipped.refresh_from_db()
    assert shipped.value_vnd == -40_000  # history stands
    assert shipment_cost(("package", 1)) == 42_000
    assert wrong() == []


def test_a_late_cost_ends_where_a_known_one_would_have(goods):
    place, shirt = goods
    twin = make_variant()
    receive(shirt, place, 5, 500)
    receive(twin, place, 5, 500)
    late = receive(shirt, place, 5, 1_500)
    receive(twin, place, 5, 2_500)
    for variant, holder in ((shirt, 1), (twin, 2)):
        ship(variant, 4, holder)
        receive(variant, place, 6, 1_200)
        ship(variant, 3, holder + 10)
    costing.add_late_cost({late: 1_000}, cause=("landed_cost", 1), actor=ACTOR)
    assert worth(shirt) == worth(twin)
    for holder in (1, 11):
        assert shipment_cost(("package", holder)) == shipment_cost(("package", holder + 1))


def test_a_late_credit_cannot_make_stock_worth_less_than_nothing(goods):
    place, shirt = goods
    movement = receive(shirt, place, 2, 100)
    with pytest.raises(DomainError) as refusal:
        costing.add_late_cost({movement: -200}, cause=("landed_cost", 1), actor=ACTOR)
    assert refusal.value.code == "costing.negative"
    assert worth(shirt) == (2, 100)


@pytest.mark.parametrize("statement", ["UPDATE {} SET value_vnd = 1", "DELETE FROM {}"])
def test_corrections_cannot_be_changed(goods, statement):
    place, shirt = goods
    movement = receive(shirt, place, 1, 100)
    ship(shirt, 1, holder=1)
    costing.add_late_cost({movement: 50}, cause=("landed_cost", 1), actor=ACTOR)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("inventory_costcorrection"))


@pytest.mark.parametrize("method", [AVERAGE, FIFO])
def test_statements_do_not_grow_with_the_rows(goods, method):
    place, _shirt = goods
    costing.choose_method(method, actor=ACTOR)
    many = [make_variant() for _ in range(20)]

    def cost(variants, holder: int) -> list[int]:
        counts, made = [], []
        for work in (
            lambda: made.extend(
                stock.post(
                    [Posting(v.pk, place.pk, 5, "receipt", value_vnd=500) for v in variants],
                    actor=ACTOR,
                )
            ),
            lambda: stock.post(
                [Posting(v.pk, place.pk, -1, "scrap") for v in variants], actor=ACTOR
            ),
            lambda: costing.add_late_cost(
                dict.fromkeys(made, 70), cause=("landed_cost", 1), actor=ACTOR
            ),
        ):
            with CaptureQueriesContext(connection) as queries:
                work()
            counts.append(len(queries))
        return counts

    assert cost(many[:1], 100) == cost(many, 200)


def test_stock_value_of_a_past_day_is_read_from_the_ledger(goods, owner, frozen):
    place, shirt = goods
    shirt.product.category_id = find_categories(["Áo"])["Áo"]
    shirt.product.save()
    first = today()
    receive(shirt, place, 10, 100_000)
    frozen.shift(timedelta(days=1))
    ship(shirt, 4, holder=1)
    frozen.shift(timedelta(days=1))
    receive(shirt, place, 1, 90_000)
    worths = []
    for days in range(-1, 3):
        rows = reads.stock_value(owner, day=first + timedelta(days=days))
        worths.append([(row.category, row.units, row.value_vnd) for row in rows])
    assert worths == [
        [],
        [("Áo", 10, 100_000)],
        [("Áo", 6, 60_000)],
        [("Áo", 7, 150_000)],
    ]
    page = reads.value_list(owner, day=first)
    assert [(row.units_then, row.value_then) for row in page.rows] == [(10, 100_000)]


def replay() -> dict[tuple[int, int], tuple[int, int]]:
    """The balances that the ledger gives, checked at each step."""
    totals: dict[tuple[int, int], tuple[int, int]] = {}
    for row in StockMovement.objects.order_by("id"):
        key = row.variant_id, row.warehouse_id
        units, value = totals.get(key, (0, 0))
        totals[key] = units + row.quantity, value + row.value_vnd
        assert min(totals[key]) >= 0
        assert totals[key][0] or not totals[key][1]
    return totals


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "ship", "scrap", "return", "to_supplier", "late"]),
        st.integers(0, 1),  # which goods
        st.integers(0, 1),  # where
        st.integers(1, 7),  # how many
        st.integers(0, 9_999),  # worth
    ),
    max_size=18,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.sampled_from([AVERAGE, FIFO]))
def test_after_any_sequence_the_ledger_the_balances_and_the_layers_agree(db, steps, method):
    with transaction.atomic():
        costing.choose_method(method, actor=ACTOR)
        places = [make_warehouse(), make_warehouse()]
        goods = [make_variant(cost_vnd=333) for _ in range(2)]
        received: list[int] = []
        late = 0
        for number, (verb, which, where, units, value) in enumerate(steps):
            variant, place = goods[which], places[where]
            try:
                with transaction.atomic():
                    if verb == "receive":
                        received.append(receive(variant, place, units, value))
                    elif verb == "ship":
                        ship(variant, units, holder=number + 1)
                    elif verb == "return":
                        row = Posting(variant.pk, place.pk, units, "return")
                        stock.post([row], actor=ACTOR)
                    elif verb == "late" and received:
                        shares = dict.fromkeys(received[-2:], value)
                        costing.add_late_cost(shares, cause=("landed_cost", number), actor=ACTOR)
                        late += value * len(shares)
                    elif verb in {"scrap", "to_supplier"}:
                        stated = value if verb == "to_supplier" else None
                        row = Posting(variant.pk, place.pk, -units, verb, value_vnd=stated)
                        stock.post([row], actor=ACTOR)
            except DomainError:
                continue
        assert wrong() == []
        levels = StockLevel.objects.filter(variant__in=goods)
        assert replay() == {
            (row.variant_id, row.warehouse_id): (row.on_hand, row.value_vnd) for row in levels
        }
        revalued = StockMovement.objects.filter(kind="revaluation")
        corrected = CostCorrection.objects.all()
        assert late == sum(row.value_vnd for row in [*revalued, *corrected])
        transaction.set_rollback(True)


def test_the_value_page_shows_a_past_day_to_those_who_may_see_costs(
    goods, owner, user_factory, login, frozen
):
    place, shirt = goods
    stock.post([Posting(shirt.pk, place.pk, 2, "opening", value_vnd=77_770)], actor=ACTOR)
    address = "/stock/value/"
    text = login(owner).get(address).content.decode()
    assert "77.770" in text
    assert "Bình quân di động" in text
    frozen.shift(timedelta(days=1))
    receive(shirt, place, 1, 11_111)
    past = login(owner).get(address, {"day": (today() - timedelta(days=1)).isoformat()})
    assert "77.770" in past.content.decode()
    assert "88.881" not in past.content.decode()
    assert "88.881" in login(owner).get(address, {"day": "rubbish"}).content.decode()
    assert login(user_factory("warehouse")).get(address).status_code == 403
    day = (today() - timedelta(days=1)).isoformat()
    file = login(owner).post(f"/exports/stock_value/?day={day}&q=x")
    assert len(read_table(BytesIO(file.getvalue())).rows) == 1
    file = login(owner).post(f"/exports/stock_value/?day={day}")
    told = read_table(BytesIO(file.getvalue())).rows[1]
    assert (told[0], told[5:7]) == (shirt.sku, ["2", "77770"])
    file = login(owner).post(f"/exports/stock_value/?day={day}&format=csv")
    assert file.getvalue().decode("utf-8-sig").splitlines()[1].endswith(",2,77770")
    assert login(user_factory("sales")).post("/exports/stock_value/").status_code == 403


def test_the_method_can_be_chosen_on_the_page_while_only_opening_stock_is_there(
    goods, owner_client
):
    place, shirt = goods
    stock.post([Posting(shirt.pk, place.pk, 2, "opening")], actor=ACTOR)
    address = "/stock/value/method/"
    assert owner_client.post(address, {"method": "fifo"}).status_code == 302
    assert reads.method() == FIFO
    receive(shirt, place, 1)
    answer = owner_client.post(address, {"method": "average"})
    assert (answer.status_code, reads.method()) == (422, FIFO)
    assert owner_client.post(address, {"method": "lifo"}).status_code == 422


def test_worth_that_drifted_is_rebuilt_from_the_ledger(goods):
    place, shirt = goods
    receive(shirt, place, 3, 100)
    StockLevel.objects.filter(variant=shirt).update(value_vnd=7)
    [repair] = rebuild_value(ACTOR)
    assert (repair.ok, worth(shirt)) == (True, (3, 100))
    assert rebuild_value(ACTOR) == []
    assert wrong() == []
