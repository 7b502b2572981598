"""A-22: hours per stage, by the company's days, warehouses, channels and people."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.actors import Actor
from oms.kernel.events import record_event
from orders.models import Order
from orders.selectors.bottlenecks import Hours, Question, bottlenecks
from tests.conftest import ICT
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db
PAGE, CSV = reverse("orders:bottlenecks"), reverse("orders:bottlenecks_csv")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ICT)


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(datetime(2026, 3, 4, 20, 0, tzinfo=ICT), tick=False):
        yield


@pytest.fixture
def shirt():
    variant = make_variant("AO-01")
    put(variant, make_warehouse("TD"), 1000)
    return variant


def went(shirt, at: datetime, *hours: float, by: str = "Mai", **fields) -> Order:
    """An order placed at `at`: hours until confirmed, packed, shipped, delivered, completed."""
    order = place((shirt, 1), placed_at=at, **fields)
    names = ("confirmed", "packed", "shipped", "delivered", "completed")
    moment, times = at, {}
    for name, length in zip(names, hours, strict=False):
        moment += timedelta(hours=length)
        times[name] = moment
    columns = {f"{name}_at": value for name, value in times.items() if name != "packed"}
    Order.objects.filter(pk=order.pk).update(status="confirmed", **columns)
    for name, value in times.items():
        event = "shipment.packed" if name == "packed" else f"order.{name}"
        with time_machine.travel(value, tick=False):
            record_event(event, order, actor=Actor("user", 1, by))
    return order


def asked(user, **more) -> dict[str, dict[str, Hours]]:
    question = Question(since=MONDAY.date(), until=MONDAY.date() + timedelta(days=2), **more)
    return {row.label: row.stages for row in bottlenecks(user, question)}


def test_a22_each_stage_has_its_median_and_90th_percentile(shirt, owner):
    for pack in range(1, 12):
        went(shirt, MONDAY, 1, pack, 2, 24, 48)
    [stages] = asked(owner).values()
    assert stages["confirm"] == Hours(11, Decimal("1.0"), Decimal("1.0"))
    assert stages["pack"] == Hours(11, Decimal("6.0"), Decimal("10.0"))
    assert stages["hand_over"] == Hours(11, Decimal("2.0"), Decimal("2.0"))
    assert stages["total"] == Hours(11, Decimal("9.0"), Decimal("13.0"))
    assert stages["deliver"].median == 24 and stages["complete"].median == 48


def test_c70_orders_of_0030_and_0659_belong_to_the_companys_day(shirt, owner):
    tuesday = MONDAY + timedelta(days=1)
    went(shirt, tuesday.replace(hour=0, minute=30), 1)
    went(shirt, tuesday.replace(hour=6, minute=59), 3)
    went(shirt, MONDAY.replace(hour=23, minute=59), 5)
    found = asked(owner)
    assert list(found) == ["03/03/2026", "02/03/2026"]
    assert found["03/03/2026"]["confirm"] == Hours(2, Decimal("2.0"), Decimal("2.8"))
    assert found["02/03/2026"]["confirm"].orders == 1
    only = Question(since=tuesday.date(), until=tuesday.date())
    assert [row.label for row in bottlenecks(owner, only)] == ["03/03/2026"]


def test_a22_by_warehouse_channel_and_person_the_slowest_first(shirt, owner):
    other = make_warehouse("LB")
    put(shirt, other, 10)
    went(shirt, MONDAY, 1, 1, 1, by="Mai", source="zalo")
    went(shirt, MONDAY, 1, 5, 1, by="Tâm", source="phone", warehouse_ids=[other.pk])
    assert list(asked(owner, cut="warehouse")) == [other.name, "Kho TD"]
    assert list(asked(owner, cut="channel")) == ["Điện thoại", "Zalo"]
    people = asked(owner, cut="person")
    assert list(people) == ["Tâm", "Mai"]
    assert people["Tâm"]["pack"] == Hours(1, Decimal("5.0"), Decimal("5.0"))
    assert list(asked(owner, cut="channel", source="zalo")) == ["Zalo"]
    assert list(asked(owner, cut="warehouse", warehouse_id=other.pk)) == [other.name]


@pytest.mark.parametrize(
    ("cut", "label"),
    [("day", "02/03/2026"), ("warehouse", "Kho TD"), ("channel", "Zalo"), ("person", "Mai")],
)
def test_a22_median_and_90th_percentile_hours_are_the_same_by_every_cut(shirt, owner, cut, label):
    for hours in (1, 2, 3, 4, 10):
        went(shirt, MONDAY, hours, hours * 2, 1, source="zalo")
    stages = asked(owner, cut=cut)[label]
    assert stages["confirm"] == Hours(5, Decimal("3.0"), Decimal("7.6"))
    assert stages["pack"] == Hours(5, Decimal("6.0"), Decimal("15.2"))
    assert stages["hand_over"] == Hours(5, Decimal("1.0"), Decimal("1.0"))


def test_a22_what_buyers_sent_back_counts_as_returned_too(shirt, owner):
    for status in ("returning", "returned", "partially_returned", "completed"):
        order = went(shirt, MONDAY, 1, 1, 1, 1)
        Order.objects.filter(pk=order.pk).update(status=status)
    [row] = bottlenecks(owner, Question(since=MONDAY.date(), until=MONDAY.date()))
    assert (row.shipped, row.returned) == (4, 3)


def test_a22_late_hand_overs_and_returns_are_counted(shirt, owner):
    late = went(shirt, MONDAY, 1, 1, 1, ship_by_at=MONDAY + timedelta(hours=2))
    went(shirt, MONDAY, 1, 1, 1, ship_by_at=MONDAY + timedelta(hours=3))
    Order.objects.filter(pk=late.pk).update(status="returned", fulfillment_status="returned")
    question = Question(since=MONDAY.date(), until=MONDAY.date())
    [row] = bottlenecks(owner, question)
    assert (row.shipped, row.late, row.returned) == (2, 1, 1)


def test_cancelled_orders_and_drafts_are_not_measured(shirt, owner):
    for status in ("cancelled", "draft"):
        order = went(shirt, MONDAY, 1)
        Order.objects.filter(pk=order.pk).update(status=status)
    assert asked(owner) == {}


def test_c63_a_limited_user_measures_his_own_orders_only(shirt, user_factory, login):
    went(shirt, MONDAY, 1, source="shopee", shop_ref=1, remote_id="A")
    went(shirt, MONDAY, 9, source="shopee", shop_ref=2, remote_id="B")
    [stages] = asked(user_factory("manager", shop_ids=[1])).values()
    assert stages["confirm"] == Hours(1, Decimal("1.0"), Decimal("1.0"))
    place_id = Order.objects.values_list("warehouse_id", flat=True)[0]
    assert asked(user_factory("manager", warehouse_ids=[place_id + 1])) == {}
    for role in ("sales", "warehouse", "accountant", "viewer"):
        client = login(user_factory(role))
        assert {client.get(PAGE).status_code, client.get(CSV).status_code} == {403}


def test_a22_the_page_and_its_csv_tell_the_same(shirt, owner_client):
    went(shirt, MONDAY, 1.5, 2, 3)
    for cut in ("day", "warehouse", "channel", "person"):
        page = owner_client.get(PAGE, {"cut": cut, "stage": "pack"}).content.decode()
        assert "<rect" in page and "2,0 giờ" in page, cut
    lines = owner_client.get(CSV).content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("02/03/2026,1,1.5,1.5,1,2.0,2.0,1,3.0,3.0,1,6.5,6.5,0,,,0,,")
    assert "Chưa có đơn nào" in owner_client.get(PAGE, {"source": "zalo"}).content.decode()


def test_a22_the_page_makes_as_many_statements_for_1_as_for_20_orders(shirt, owner_client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert owner_client.get(PAGE, {"cut": "person"}).status_code == 200
        return len(caught)

    went(shirt, MONDAY, 1, 1, 1)
    statements()
    one = statements()
    for number in range(19):
        went(shirt, MONDAY, 1, 1, 1, by=f"Người {number}")
    assert statements() == one
