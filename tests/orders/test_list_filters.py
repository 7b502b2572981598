"""Filters of the order list: what each finds, how it stands in the address, what it costs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import Variant, Warehouse
from oms.accounts.models import User
from oms.kernel.clock import day_bounds, now, today
from orders.models import (
    Customer,
    Order,
    OrderLine,
    OrderNote,
    OrderProblem,
    OrderProfit,
    Tag,
)
from orders.selectors.contradictions import is_impossible
from orders.selectors.filters import BY_NAME, FILTERS, PURPOSES, OrderFilters
from orders.selectors.lists import filtered, order_list
from orders.selectors.tabs import late_tabs
from orders.states import derive_order_status, derive_tab
from orders.views.rows import forget_rows
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

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


def three(shirt: Variant) -> dict[str, Order]:
    """A is plain; B is confirmed, paid on delivery, of many pieces; C came from a shop."""
    moment = now()
    a = place((shirt, 1), recipient_name="A", source="zalo", province="Hà Nội")
    b = place(
        (shirt, 12),
        recipient_name="B",
        confirm=True,
        is_cod=True,
        province="Đà Nẵng",
        ward="Hải Châu",
        ship_by_at=moment + timedelta(hours=3),
    )
    c = place(
        (shirt, 1),
        ("MU-DO", 2),
        recipient_name="C",
        source="shopee",
        shop_ref=7,
        shop_name="Áo Xinh",
        remote_id="X1",
        province="Hà Nội",
        ship_by_at=moment - timedelta(hours=1),
        placed_at=moment - timedelta(days=3),
    )
    return {"A": a, "B": b, "C": c}


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


def test_the_chips_of_a_page_take_one_filter_away_each(goods, owner_client):
    three(goods[1])
    address = {"tab": "to_confirm", "source": "shopee", "shop": "7", "kind": "mixed"}
    page = owner_client.get(LIST, address).content.decode()
    assert "Gian hàng: Áo Xinh" in page
    assert "Loại đơn: Nhiều SKU" in page
    assert 'href="?tab=to_confirm&amp;source=shopee&amp;kind=mixed"' in page
    assert 'name="shop" value="7"' in page


def test_a_form_with_empty_fields_leads_to_the_short_address(owner_client):
    answer = owner_client.get(
        LIST, {"tab": "packing", "source": "", "period": "custom", "period_from": "2026-11-01"}
    )
    assert answer.url == "/orders/?tab=packing&period=2026-11-01.."
    answer = owner_client.get(LIST, {"source": "zalo", "q": ""}, HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Push-Url"] == "/orders/?source=zalo"


def test_all_filters_stand_in_one_form_that_works_without_script(goods, owner_client):
    three(goods[1])
    page = owner_client.get("/orders/filters/?late=1&tab=packing&shop=7").content.decode()
    for one in FILTERS:
        assert (f'id="filter-{one.name}"' in page) is not one.is_hidden
    assert '<option value="7"\n' in page or '<option value="7" ' in page
    assert 'name="late" value="1"' in page
    assert (
        "<html" not in owner_client.get("/orders/filters/", HTTP_HX_REQUEST="true").content.decode()
    )


def test_choices_stay_within_the_scope(goods, login, user_factory):
    three(goods[1])
    make_warehouse("BT")
    limited = login(user_factory("viewer", shop_ids=[9], warehouse_ids=[goods[0].pk]))
    page = limited.get("/orders/filters/").content.decode()
    assert "Áo Xinh" not in page
    assert page.count('name="warehouse"') == 1
    assert "Kho BT" not in page


@pytest.mark.parametrize(
    ("sort", "names"),
    [("", "BAC"), ("oldest", "CAB"), ("deadline", "CB"), ("confirmed", "B"), ("shipped", "")],
)
def test_each_sort_pages_in_its_own_order(goods, owner, sort, names):
    three(goods[1])
    filters, seen, after = OrderFilters.of(sort=sort), "", ""
    while True:
        page = order_list(owner, filters, after=after, size=1)
        seen += "".join(order.recipient_name for order in page.rows)
        after = page.next_cursor
        if not after:
            break
    assert seen == names
    rows = filtered(owner, filters)
    assert rows.count() == len(names)


def test_page_sizes_are_50_100_and_200(goods, owner_client):
    page = owner_client.get(LIST, {"size": "100"})
    assert page.context["page"].rows == []
    place((goods[1], 1))
    for size, current in (("100", "100"), ("200", "200"), ("7", "50"), ("5000", "50")):
        html = owner_client.get(LIST, {"size": size}).content.decode()
        chosen = html[html.index('aria-current="true"') :]
        assert chosen[: chosen.index("</a>")].endswith(f">{current}")


def test_a_tab_with_a_missed_deadline_has_a_red_counter(goods, owner, user_factory):
    three(goods[1])
    assert late_tabs(owner) == {"to_confirm"}
    assert late_tabs(user_factory("viewer", shop_ids=[9])) == set()


def test_c56_no_filter_of_the_list_counts_or_asks_more_for_more_rows(
    goods, owner, django_assert_num_queries
):
    _warehouse, shirt = goods
    order = place((shirt, 1))
    OrderProblem.objects.create(order=order, kind="other", message="x", created_at=now())

    def pages() -> None:
        for one in FILTERS:
            order_list(owner, OrderFilters.of(**{one.name: CHEAP.get(one.name, "1")}))

    with django_assert_num_queries(len(FILTERS) + EXTRA):
        pages()
    for _n in range(19):
        place((shirt, 1))
    with django_assert_num_queries(len(FILTERS) + EXTRA):
        pages()


CHEAP = {"period": "7", "confirmed": "7", "shipped": "7", "sku": "AO-01", "risk": "any"}
# A SKU is looked up first, by its code and by its barcode; a shop that is none is not asked for.
EXTRA = 2


def test_the_page_with_every_filter_costs_the_same_for_one_row_and_twenty(
    goods, owner_client: Client, django_assert_num_queries: Callable
):
    address = {"kind": "one", "province": "Hà Nội", "source": "zalo", "size": "200"}
    _warehouse, shirt = goods
    place((shirt, 1), source="zalo")
    owner_client.get(LIST, address)
    forget_rows()
    with django_assert_num_queries(11):
        owner_client.get(LIST, address)
    for _n in range(19):
        place((shirt, 1), source="zalo")
    forget_rows()
    with django_assert_num_queries(11):
        owner_client.get(LIST, address)
