"""Balances that drifted are found with their rows, told once, and computed again under locks."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.books import ON_HAND, RESERVED
from inventory.models import StockLevel
from inventory.services.rebuild import rebuild_on_hand, rebuild_reserved
from inventory.services.stock import Demand, consume, post, release, reserve
from inventory.services.stock import Posting as Row
from oms.kernel import audit, books
from oms.kernel.errors import DomainError
from oms.kernel.models import Alert, BookCheck, Event
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt():
    return make_variant("AO")


@pytest.fixture
def store():
    return make_warehouse("KHO")


def drift(**values: int) -> None:
    """Write past the services."""
    StockLevel.objects.update(**values)


def wrong(name: str) -> list[books.Finding]:
    return books.check_books([name])[name]


def test_c07_a_difference_is_shown_with_the_rows_behind_it(shirt, store) -> None:
    put(shirt, store, 7)
    reserve([Demand(41, shirt.pk, 2)], actor=ACTOR)
    drift(on_hand=9, reserved=5)
    [goods], [held] = wrong(ON_HAND), wrong(RESERVED)
    assert goods.message == "AO @ KHO: tồn 9, tổng biến động 7"
    assert goods.url == f"/stock/{shirt.pk}/{store.pk}/"
    assert "Nhập kho +7 (test)" in goods.evidence[0]
    assert held.evidence == ("order_line 41: 2",)


def test_c07_what_is_reserved_is_rebuilt_from_the_promises(shirt, store) -> None:
    put(shirt, store, 7)
    reserve([Demand(41, shirt.pk, 2)], actor=ACTOR)
    drift(reserved=5)
    [repair] = rebuild_reserved(ACTOR)
    assert (repair.ok, repair.message) == (True, "AO @ KHO: 5 → 2")
    assert level(shirt, store) == (7, 2)
    told = Event.objects.get(name="stock.rebuilt")
    assert (told.about_kind, told.about_id) == ("variant", shirt.pk)
    assert told.data["changes"] == {"reserved": [5, 2]}
    assert rebuild_reserved(ACTOR) == []


def test_what_is_on_hand_is_rebuilt_from_the_ledger(shirt, store) -> None:
    put(shirt, store, 7)
    StockLevel.objects.all().delete()
    [repair] = rebuild_on_hand(ACTOR)
    assert (repair.ok, repair.message) == (True, "AO @ KHO: 0 → 7")
    assert level(shirt, store) == (7, 0)


def test_a_rebuild_that_would_break_a_rule_is_refused_with_both_numbers(shirt, store) -> None:
    put(shirt, store, 3)
    drift(on_hand=9)
    reserve([Demand(41, shirt.pk, 8)], actor=ACTOR)
    [repair] = rebuild_on_hand(ACTOR)
    assert not repair.ok
    assert repair.message.startswith("AO @ KHO: 9 → 3. Không ghi được vì đang giữ 8")
    assert level(shirt, store) == (9, 8)
    assert not Event.objects.filter(name="stock.rebuilt").exists()


def test_drift_raises_one_alert_and_the_rebuild_closes_it(shirt, store) -> None:
    put(shirt, store, 7)
    drift(on_hand=9)
    audit.audit_books()
    audit.audit_books()
    alert = Alert.objects.get(kind="books")
    assert alert.closed_at is None
    assert "tồn 9, tổng biến động 7" in alert.message
    assert BookCheck.objects.get(name=ON_HAND).differences == 1
    job = audit.ask_rebuild(ON_HAND, actor=ACTOR)
    audit.rebuild_books(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.failed, job.total) == ("done", 1, 0, 1)
    alert.refresh_from_db()
    assert alert.closed_at is not None
    assert BookCheck.objects.get(name=ON_HAND).differences == 0
    audit.rebuild_books(job.pk)
    assert Event.objects.filter(name="books.rebuilt").count() == 1


def test_what_is_no_sum_cannot_be_rebuilt() -> None:
    with pytest.raises(DomainError) as refusal:
        audit.ask_rebuild("lines = totals", actor=ACTOR)
    assert refusal.value.code == "books.no_rebuild"


def test_the_command_rebuilds_and_then_proves(shirt, store) -> None:
    put(shirt, store, 7)
    drift(on_hand=9)
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_books", stdout=StringIO())
    out = StringIO()
    call_command("check_books", "--rebuild", stdout=out)
    assert "done    AO @ KHO: 9 → 7" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_sale_during_the_rebuild_waits_and_is_counted(shirt, store) -> None:
    """The rebuild holds the balance; the posting that waits for it adds to the rebuilt number."""
    from threading import Thread

    put(shirt, store, 7)
    drift(on_hand=9)

    def receive() -> None:
        try:
            put(shirt, store, 4)
        finally:
            connection.close()

    with transaction.atomic():
        rebuild_on_hand(ACTOR)
        other = Thread(target=receive)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert level(shirt, store) == (11, 0)
    assert wrong(ON_HAND) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "take", "reserve", "release", "consume", "drift"]),
        st.integers(1, 6),
    ),
    max_size=12,
)


class EveryWalk(TestCase):
    @settings(max_examples=15)
    @given(steps=STEPS)
    def test_c07_after_any_walk_and_drift_a_rebuild_brings_the_books_together(self, steps) -> None:
        shirt, store = make_variant(), make_warehouse()
        for number, (verb, units) in enumerate(steps):
            try:
                with transaction.atomic():
                    self.walk(verb, units, number, shirt, store)
            except DomainError:
                pass
        rebuild_reserved(ACTOR)
        rebuild_on_hand(ACTOR)
        rebuild_reserved(ACTOR)
        row = StockLevel.objects.filter(variant=shirt).first()
        if row is not None and not wrong(ON_HAND):
            assert not wrong(RESERVED)
            assert 0 <= row.reserved <= row.on_hand

    def walk(self, verb: str, units: int, number: int, shirt, store) -> None:
        if verb in ("put", "take"):
            signed = units if verb == "put" else -units
            post([Row(shirt.pk, store.pk, signed, "adjustment")], actor=ACTOR)
        elif verb == "reserve":
            reserve([Demand(number, shirt.pk, units)], actor=ACTOR)
        elif verb == "release":
            release("order_line", [number - units], actor=ACTOR)
        elif verb == "consume":
            consume("order_line", [number - units], cause=("test", 1), actor=ACTOR)
        else:
            StockLevel.objects.filter(variant=shirt).update(on_hand=units + 40)
