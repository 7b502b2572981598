"""Cost layers that drifted are computed again; what shipped keeps the cost it left with."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import CostLayer, LayerUse, StockLevel, StockMovement, Valuation
from inventory.services import costing, stock
from inventory.services.landed import NewCost, add_landed_cost
from inventory.services.layers_rebuild import rebuild_layers
from inventory.services.stock import Demand, Posting
from inventory.value_books import LAYERS
from oms.kernel import audit, books
from oms.kernel.errors import DomainError
from oms.kernel.models import BookCheck, Event
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, shipment_cost
from tests.inventory.purchases import order_goods, receive_goods

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    costing.choose_method(Valuation.Method.FIFO, actor=ACTOR)
    return make_warehouse("KHO")


def move(variant, place, units: int, kind: str = "receipt", value_vnd: int | None = None) -> int:
    row = Posting(variant.pk, place.pk, units, kind, value_vnd=value_vnd)
    return stock.post([row], actor=ACTOR)[0]


def ship(variant, units: int, holder: int) -> None:
    stock.reserve([Demand(holder, variant.pk, units)])
    stock.consume("order_line", [holder], cause=("package", holder), actor=ACTOR)


def layers() -> list[tuple[int, int, int]]:
    rows = CostLayer.objects.order_by("movement_id")
    return list(rows.values_list("quantity", "remaining", "value_vnd"))


def frozen_rows() -> tuple[list, list]:
    """What must stand whatever happens to layers."""
    return (
        list(StockMovement.objects.order_by("id").values_list("id", "quantity", "value_vnd")),
        list(LayerUse.objects.order_by("id").values_list("layer", "movement", "quantity")),
    )


def sql(text: str) -> None:
    """Behind the services' back."""
    with connection.cursor() as cursor:
        cursor.execute(text)


def wrong() -> list[str]:
    return [row.message for found in books.check_books().values() for row in found]


def test_a_broken_layer_is_found_and_rebuilt_as_it_was(store) -> None:
    shirt = make_variant("AO")
    move(shirt, store, 3, value_vnd=100)
    move(shirt, store, 5, value_vnd=1_001)
    ship(shirt, 4, holder=1)
    before, history = layers(), frozen_rows()
    assert before == [(3, 0, 0), (5, 4, 801)]
    sql("UPDATE inventory_costlayer SET remaining = 1, value_vnd = 7")
    assert len(wrong()) == 1
    [repair] = rebuild_layers(ACTOR)
    assert (repair.ok, repair.message) == (True, "AO @ KHO: 2 (14 ₫) → 4 (801 ₫)")
    assert (layers(), frozen_rows(), wrong()) == (before, history, [])
    assert shipment_cost(("package", 1)) == 300
    told = Event.objects.get(name="stock.rebuilt")
    assert told.data["changes"] == {"layers": [2, 4], "layers_vnd": [14, 801]}
    assert rebuild_layers(ACTOR) == []


def test_layers_that_are_gone_are_taken_again_oldest_first_at_the_frozen_worth(store) -> None:
    shirt = make_variant("AO")
    move(shirt, store, 3, value_vnd=100)
    move(shirt, store, 5, value_vnd=1_000)
    ship(shirt, 4, holder=1)
    move(shirt, store, -1, "scrap")
    history = frozen_rows()[0]
    sql("DELETE FROM inventory_layeruse; DELETE FROM inventory_costlayer")
    assert [repair.ok for repair in rebuild_layers(ACTOR)] == [True]
    assert layers() == [(3, 0, 0), (5, 3, 600)]
    assert (frozen_rows()[0], wrong()) == (history, [])
    uses = LayerUse.objects.values_list("movement__kind", "quantity").order_by("id")
    assert sorted(uses) == [("scrap", 1), ("shipment", 1), ("shipment", 3)]
    # The rebuilt layers go on: the oldest piece first.
    ship(shirt, 3, holder=2)
    assert (shipment_cost(("package", 2)), wrong()) == (600, [])


def test_a_lost_layer_keeps_its_turn(store) -> None:
    """It is made again last, and its pieces still leave first."""
    shirt = make_variant("AO")
    move(shirt, store, 2, value_vnd=100)
    move(shirt, store, 2, value_vnd=900)
    sql("DELETE FROM inventory_costlayer WHERE value_vnd = 100")
    rebuild_layers(ACTOR)
    ship(shirt, 2, holder=1)
    assert shipment_cost(("package", 1)) == 100


def test_opening_stock_that_was_one_layer_comes_back_with_all_it_brought() -> None:
    shirt, place = make_variant(), make_warehouse()
    move(shirt, place, 2, "opening", 100)
    move(shirt, place, 3, "opening", 600)
    costing.choose_method(Valuation.Method.FIFO, actor=ACTOR)
    move(shirt, place, 1, value_vnd=50)
    assert layers() == [(5, 5, 700), (1, 1, 50)]
    sql("UPDATE inventory_costlayer SET value_vnd = value_vnd + 1")
    rebuild_layers(ACTOR)
    assert (layers(), wrong()) == ([(5, 5, 700), (1, 1, 50)], [])
    sql("DELETE FROM inventory_costlayer")
    rebuild_layers(ACTOR)
    assert (layers(), wrong()) == ([(2, 2, 100), (3, 3, 600), (1, 1, 50)], [])


def test_a_late_cost_goes_back_to_the_layer_of_its_receipt(store) -> None:
    shirt = make_variant("AO")
    order = order_goods(store, (shirt, 4, 1_000))
    receipt = receive_goods(order, 4)
    move(shirt, store, 4, value_vnd=8_000)
    add_landed_cost(receipt.pk, NewCost("freight", "quantity", 500), actor=ACTOR)
    before = layers()
    sql("UPDATE inventory_costlayer SET value_vnd = 1")
    rebuild_layers(ACTOR)
    assert (layers(), wrong()) == (before, [])


def test_layers_wait_for_the_balance_that_they_belong_to(store) -> None:
    """A balance that is wrong itself is rebuilt first: nothing is fitted to a wrong number."""
    shirt = make_variant("AO")
    move(shirt, store, 3, value_vnd=100)
    StockLevel.objects.update(value_vnd=90)
    [repair] = rebuild_layers(ACTOR)
    assert not repair.ok
    assert "hãy xây lại tồn và giá trị tồn trước" in repair.message
    assert layers() == [(3, 3, 100)]
    assert not Event.objects.filter(name="stock.rebuilt").exists()


def test_the_books_page_rebuilds_layers_in_a_job(store) -> None:
    shirt = make_variant("AO")
    move(shirt, store, 3, value_vnd=100)
    sql("UPDATE inventory_costlayer SET value_vnd = 7")
    audit.audit_books([LAYERS])
    assert BookCheck.objects.get(name=LAYERS).differences == 1
    job = audit.ask_rebuild(LAYERS, actor=ACTOR)
    audit.rebuild_books(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.failed) == ("done", 1, 0)
    assert BookCheck.objects.get(name=LAYERS).differences == 0
    assert Event.objects.get(name="books.rebuilt").data["rebuilt"] == 1


def test_the_average_has_no_layers_to_rebuild() -> None:
    move(make_variant(), make_warehouse(), 3)
    assert rebuild_layers(ACTOR) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "ship", "scrap", "late"]),
        st.integers(1, 7),
        st.integers(0, 9_999),
    ),
    min_size=2,
    max_size=12,
)
DAMAGE = st.sampled_from(
    [
        "UPDATE inventory_costlayer SET value_vnd = 0",
        "UPDATE inventory_costlayer SET remaining = 0, value_vnd = 0",
        "DELETE FROM inventory_costlayer c WHERE NOT EXISTS"
        " (SELECT FROM inventory_layeruse WHERE layer_id = c.id)",
        "DELETE FROM inventory_layeruse; DELETE FROM inventory_costlayer",
    ]
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, DAMAGE)
def test_after_any_walk_and_damage_layers_come_back_and_history_stands(db, steps, damage) -> None:
    with transaction.atomic():
        costing.choose_method(Valuation.Method.FIFO, actor=ACTOR)
        shirt, place, received = make_variant(), make_warehouse(), []
        for number, (verb, units, value) in enumerate(steps, 1):
            try:
                with transaction.atomic():
                    if verb == "receive":
                        received.append(move(shirt, place, units, value_vnd=value))
                    elif verb == "ship":
                        ship(shirt, units, number)
                    elif verb == "scrap":
                        move(shirt, place, -units, "scrap")
                    elif received:
                        shares = {received[-1]: value}
                        costing.add_late_cost(shares, cause=("test", number), actor=ACTOR)
            except DomainError:
                continue
        before = frozen_rows()[0]
        sql(damage)
        rebuild_layers(ACTOR)
        assert wrong() == []
        assert frozen_rows()[0] == before
        transaction.set_rollback(True)
