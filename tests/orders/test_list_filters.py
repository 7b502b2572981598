"""Filters of the order list: what each finds, how it stands in the address, what it costs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import Variant, Warehouse
from oms.accounts.models import User
from oms.kernel.clock import day_bounds, now, today
from orders.models import (
    Customer,
    LinePromise,
    Order,
    OrderLine,
    OrderNote,
    OrderProfit,
    Tag,
)
from orders.selectors.contradictions import is_impossible
from orders.selectors.filters import BY_NAME, PURPOSES, OrderFilters
from orders.selectors.lists import order_list
from orders.states import derive_order_status, derive_tab
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.orders.three import three

pytestmark = pytest.mark.django_db

LIST = "/orders/"


@pytest.fixture
def goods() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def found(user: User, **filters: str) -> list[str]:
    return [order.recipient_name for order in order_list(user, OrderFilters.of(**filters)).rows]


def change(order: Order, **columns: object) -> Order:
    """Columns of an order as they would be after steps that are not the point here."""
    Order.objects.filter(pk=order.pk).update(**columns)
    order.refresh_from_db()
    return order


# Filter, value, whom it finds; {} stands for what only the database knows.
FINDS: dict[tuple[str, str], list[str]] = {
    ("source", "shopee"): ["C"],
    ("shop", "7"): ["C"],
    ("shop", "abc"): [],
    ("status", "confirmed"): ["B"],
    ("status", "pending_confirmation"): ["A", "C"],
    ("fulfillment", "allocated"): ["B", "A"],
    ("period", "today"): ["B", "A"],
    ("period", "yesterday"): [],
    ("period", "7"): ["B", "A", "C"],
    ("confirmed", "today"): ["B"],
    ("shipped", "7"): ["A"],
    ("deadline", "late"): ["C"],
    ("deadline", "4"): ["B"],
    ("deadline", "12"): ["B"],
    ("warehouse", "{warehouse}"): ["B", "A"],
    ("warehouse", "none"): ["C"],
    ("carrier", "ghn"): ["B"],
    ("payment", "paid"): ["A"],
    ("debt", "open"): ["B"],
    ("debt", "overdue"): ["B"],
    ("debt", "week"): [],
    ("cod", "to_collect"): ["B"],
    ("cod", "open"): ["B"],
    ("cod", "done"): [],
    ("invoice", "draft"): ["B"],
    ("printed", "never"): ["A", "C"],
    ("printed", "once"): ["B"],
    ("printed", "again"): ["B"],
    ("kind", "one"): ["A"],
    ("kind", "same"): ["B"],
    ("kind", "mixed"): ["C"],
    ("purpose", "delivery"): ["B", "A", "C"],
    ("purpose", "exchange"): [],
    ("purpose", "replacement"): [],
    ("purpose", "return"): [],
    ("purpose", "partial_return"): [],
    ("risk", "any"): ["A", "C"],
    ("risk", "low"): [],
    ("risk", "medium"): ["A"],
    ("risk", "high"): ["C"],
    ("risk", "none"): [],
    ("loss", "1"): ["B"],
    ("sku", "AO-01"): ["B", "A", "C"],
    ("sku", "mu-do"): ["C"],
    ("sku", "KHONG-CO"): [],
    ("quantity", "3"): ["B", "C"],
    ("quantity", "12"): ["B"],
    ("province", "Hà Nội"): ["A", "C"],
    ("tag", "{tag}"): ["A"],
    ("tag", "x"): [],
    ("flag", "gift"): ["C"],
    ("assignee", "{owner}"): ["B"],
    ("assignee", "none"): ["A", "C"],
    ("note", "buyer"): ["B"],
    ("note", "staff"): ["A"],
    ("problem", "unknown_sku"): ["C"],
    ("late", "1"): ["C"],
    ("live", "1"): ["B", "A", "C"],
    ("with_carrier", "1"): [],
    ("promise", "late"): ["C"],
}


def test_a01_each_filter_of_the_list_finds_its_orders_alone(goods, owner):
    warehouse, shirt = goods
    orders = three(shirt)
    change(
        orders["B"],
        carrier_code="ghn",
        label_printed_count=2,
        invoice_status="draft",
        buyer_note="Gọi",
        payment_days=0,
        due_on=date(2020, 1, 1),
    )
    change(orders["A"], shipped_at=now(), payment_status="paid")
    fragile = Tag.objects.create(name="Dễ vỡ", name_folded="de vo")
    change(orders["A"], tag_ids=[fragile.pk])
    change(orders["B"], assignee_id=owner.pk)
    change(orders["C"], flags=["gift"])
    OrderNote.objects.create(order=orders["A"], text="x", author_label="Lan", created_at=now())
    OrderProfit.objects.create(
        order=orders["B"], net_vnd=1, cost_vnd=3, profit_vnd=-2, counted_at=now()
    )
    LinePromise.objects.create(
        line=orders["C"].lines.first(),
        promised_on=date(2020, 1, 1),
        source="person",
        reason="x",
        actor_label="Lan",
        created_at=now(),
    )
    refused = {"refused_count": 3, "finished_count": 5}
    Customer.objects.filter(pk=orders["A"].customer_id).update(**refused)
    Customer.objects.filter(pk=orders["C"].customer_id).update(risk_set="high")
    here = {"warehouse": warehouse.pk, "tag": fragile.pk, "owner": owner.pk}
    cases = [(name, value.format(**here), names) for (name, value), names in FINDS.items()]
    results = [(name, value, found(owner, **{name: value})) for name, value, _names in cases]
    assert results == cases
    assert {name for name, _value in FINDS} | {"double", "codes"} == set(BY_NAME)


def test_a25_orders_sent_instead_of_others_and_those_that_came_back_are_told_apart(goods, owner):
    orders = three(goods[1])
    change(orders["A"], flags=["exchange"])
    change(orders["B"], status="partially_returned", tab="returning")
    change(orders["C"], status="returning", tab="returning")
    seen = {value: found(owner, purpose=value) for value, _label in PURPOSES}
    assert seen == {
        "delivery": [],
        "exchange": ["A"],
        "replacement": [],
        "return": ["C"],
        "partial_return": ["B"],
    }


def test_c62_who_may_not_see_costs_learns_no_loss_from_an_address(goods, user_factory, login):
    orders = three(goods[1])
    OrderProfit.objects.create(
        order=orders["B"], net_vnd=1, cost_vnd=3, profit_vnd=-2, counted_at=now()
    )
    seller = user_factory("sales")
    assert found(seller, loss="1") == ["B", "A", "C"]
    page = login(seller).get(LIST, {"loss": "1"}).content.decode()
    assert "Lợi nhuận âm" not in page
    assert "Lợi nhuận âm" not in login(seller).get("/orders/filters/").content.decode()


@pytest.mark.parametrize(
    "together",
    [
        {"tab": "completed", "status": "confirmed"},
        {"status": "confirmed", "fulfillment": "in_transit"},
        {"fulfillment": "delivered", "printed": "never"},
        {"tab": "shipping", "assignee": "none"},
        {"kind": "one", "quantity": "2"},
        {"purpose": "return", "deadline": "late"},
    ],
)
def test_c56_filters_that_exclude_each_other_ask_the_database_nothing(
    owner, together, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert order_list(owner, OrderFilters.of(**together)).rows == []


@given(
    status=st.sampled_from(Order.Status.values),
    fulfillment=st.sampled_from(Order.Fulfillment.values),
    has_shipment=st.booleans(),
    labels=st.integers(0, 2),
)
def test_no_order_stands_where_its_own_states_are_said_to_exclude_it(
    status, fulfillment, has_shipment, labels
):
    status = derive_order_status(
        status, fulfillment=fulfillment, payment="paid", cod="none", invoice="coded"
    )
    tab = derive_tab(
        status, fulfillment=fulfillment, has_shipment=has_shipment, labels_printed=labels
    )
    values = {"status": status, "fulfillment": fulfillment}
    assert not is_impossible(tab, values)


def test_c30_double_orders_are_those_of_one_phone_within_a_day(goods, owner):
    _warehouse, shirt = goods
    moment = now()
    same = {"recipient_phone": "0912345678"}
    place((shirt, 1), recipient_name="first", placed_at=moment - timedelta(hours=30), **same)
    place((shirt, 1), recipient_name="second", placed_at=moment - timedelta(hours=10), **same)
    place((shirt, 1), recipient_name="alone", placed_at=moment - timedelta(hours=9))
    assert found(owner, double="1") == ["second", "first"]
    change(Order.objects.get(recipient_name="first"), tab="shipping")
    assert found(owner, double="1") == []


def test_a19_orders_whose_cash_is_not_reconciled_are_found_by_a_link_under_the_tab(
    goods, owner, owner_client
):
    _warehouse, shirt = goods
    for name, cod in (("giữ", "collected"), ("kê", "in_statement"), ("xong", "remitted")):
        order = place((shirt, 1), recipient_name=name)
        change(order, tab="delivered", status="delivered", cod_status=cod)
    assert found(owner, tab="delivered", cod="open") == ["kê", "giữ"]
    assert found(owner, tab="delivered", cod="done") == ["xong"]
    page = owner_client.get(LIST, {"tab": "delivered", "cod": "open"}).content.decode()
    assert 'href="?tab=delivered&amp;cod=done"' in page
    # The part belongs to its tab: another tab is opened whole.
    assert 'href="?tab=shipping"' in page


def test_goods_are_counted_whoever_writes_the_lines(goods):
    _warehouse, shirt = goods
    order = place((shirt, 2), ("MU-DO", 1))
    assert (order.pieces, order.sku_count) == (3, 2)
    line = order.lines.get(sku="AO-01")
    line.quantity, line.total_vnd = 5, 500_000
    line.save()
    order.refresh_from_db()
    assert (order.pieces, order.sku_count) == (6, 2)
    OrderLine.objects.filter(order=order, sku="MU-DO").delete()
    order.refresh_from_db()
    assert (order.pieces, order.sku_count) == (5, 1)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("period=today", "today"),
        ("period=custom&period_from=2026-11-01&period_to=2026-11-15", "2026-11-01..2026-11-15"),
        ("period=2026-11-01..", "2026-11-01.."),
        ("period=custom", ""),
        ("period=hôm+nao", ""),
        ("period=custom&period_from=31/12/2026", ""),
    ],
)
def test_a_period_is_a_word_or_two_days(rf, address, kept):
    assert OrderFilters.read(rf.get(f"/?{address}").GET).values.get("period", "") == kept


def test_days_are_cut_in_vietnam(goods, owner, frozen):
    _warehouse, shirt = goods
    start, end = day_bounds(today())
    for name, at in (("00:00", start), ("06:59", start + timedelta(hours=6, minutes=59))):
        place((shirt, 1), recipient_name=name, placed_at=at)
    place((shirt, 1), recipient_name="next", placed_at=end)
    assert found(owner, period="today") == ["06:59", "00:00"]
    assert found(owner, period="2026-03-02..2026-03-02") == ["06:59", "00:00"]
    assert found(owner, period="2026-03-03..") == ["next"]


def test_what_the_address_does_not_know_is_no_filter(rf):
    params = rf.get("/?quantity=-3&double=vâng&unknown=1&sort=total&size=7").GET
    filters = OrderFilters.read(params)
    assert (filters.values, filters.sort, filters.active) == ({}, "", False)
    with pytest.raises(TypeError):
        OrderFilters.of(unknown="1")


def test_filters_return_from_their_own_address(rf):
    filters = OrderFilters.of(tab="packing", q="Ánh", sort="deadline", sku="AO-01", double="1")
    assert OrderFilters.read(rf.get("/?" + filters.query()).GET) == filters
