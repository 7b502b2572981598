"""A-44: falling to the limit is told once, not at each sale."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.handlers import watch_low_stock
from inventory.services.alerts import LOW, settle_low_stock
from inventory.services.stock import Demand, release, reserve
from oms.kernel.models import Alert, Event
from tests.inventory.makers import ACTOR, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


def hear() -> None:
    for event in Event.objects.filter(name="stock.changed").order_by("pk"):
        watch_low_stock([event])


def sell(variant, number: int, units: int = 1) -> None:
    reserve([Demand(number, variant.pk, units)], actor=ACTOR)
    hear()


def test_a44_one_alert_for_one_crossing_however_many_sales() -> None:
    shirt, store = make_variant("AO"), make_warehouse("KHO")
    put(shirt, store, 8)
    sell(shirt, 1, 2)
    assert not Alert.objects.exists()
    for number in range(2, 6):
        sell(shirt, number)
    alert = Alert.objects.get()
    assert (alert.kind, alert.key) == (LOW, f"{shirt.pk}:{store.pk}")
    assert alert.message == "AO @ Kho KHO: còn bán được 5, ngưỡng 5"
    assert alert.url == f"/stock/{shirt.pk}/{store.pk}/"


def test_a44_it_closes_when_goods_come_and_opens_anew_at_the_next_crossing() -> None:
    shirt, store = make_variant(), make_warehouse()
    put(shirt, store, 6)
    sell(shirt, 1, 3)
    release("order_line", [1], actor=ACTOR)
    hear()
    assert Alert.objects.get().closed_at is not None
    sell(shirt, 2, 3)
    assert Alert.objects.filter(closed_at=None).count() == 1
    assert Alert.objects.count() == 2


def test_the_night_finds_what_no_event_told() -> None:
    shirt, store = make_variant(), make_warehouse()
    put(shirt, store, 2)
    assert len(settle_low_stock().opened) == 1
    assert settle_low_stock().opened == []


def test_goods_that_are_not_for_sale_are_not_missed() -> None:
    gone, shelf = make_variant(is_active=False), make_warehouse()
    kept, bench = make_variant(), make_warehouse(kind="quarantine")
    put(gone, shelf, 1)
    put(kept, bench, 1)
    assert settle_low_stock().opened == []


def test_settling_costs_the_same_for_one_balance_and_for_many() -> None:
    store = make_warehouse()

    def cost(count: int) -> int:
        variants = [make_variant() for _ in range(count)]
        for variant in variants:
            put(variant, store, 1)
        with CaptureQueriesContext(connection) as seen:
            settle_low_stock([variant.pk for variant in variants])
        return len(seen)

    assert cost(1) == cost(20)
