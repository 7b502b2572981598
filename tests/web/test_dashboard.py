"""The first page's numbers against rows counted by hand, and a fixed number of queries."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Product, StockLevel, Variant, Warehouse
from oms.kernel import clock
from oms.web import dashboard
from orders.models import Order
from tests.conftest import ICT

pytestmark = pytest.mark.django_db
numbers = count(1)


def make_order(placed_at: datetime | None = None, total_vnd: int = 100_000, **fields) -> Order:
    moment = placed_at or clock.now()
    values = {
        "number": f"T{next(numbers)}",
        "source": "shopee",
        "status": "confirmed",
        "tab": "to_arrange",
        "placed_at": moment,
        "created_at": moment,
        "updated_at": moment,
        "goods_vnd": total_vnd,
        "total_vnd": total_vnd,
    }
    return Order.objects.create(**(values | fields))


def make_level(sku: str, on_hand: int, reserved: int = 0, warehouse: Warehouse | None = None):
    warehouse = warehouse or Warehouse.objects.get_or_create(code="K1", name="Kho 1")[0]
    product = Product.objects.create(name=sku, name_folded=sku)
    variant = Variant.objects.create(product=product, sku=sku, price_vnd=1000)
    return StockLevel.objects.create(
        variant=variant, warehouse=warehouse, on_hand=on_hand, reserved=reserved
    )


def test_c70_today_begins_at_midnight_in_vietnam(frozen, owner):
    midnight = datetime(2026, 3, 2, 0, 0, tzinfo=ICT)
    make_order(midnight, 200_000)
    make_order(midnight - timedelta(seconds=1), 50_000)
    sales = dashboard.sales(owner, now=clock.now())
    assert (sales.today.orders, sales.today.revenue_vnd) == (1, 200_000)
    assert [day.orders for day in sales.days] == [0, 0, 0, 0, 0, 1, 1]


def test_drafts_and_cancelled_orders_are_not_sales(frozen, owner):
    make_order(total_vnd=70_000)
    make_order(status="draft", tab="draft")
    make_order(status="cancelled", tab="cancelled")
    sales = dashboard.sales(owner, now=clock.now())
    assert (sales.today.orders, sales.today.revenue_vnd) == (1, 70_000)


def test_a120_channels_of_today_sum_to_the_total_and_open_their_rows(frozen, owner):
    make_order(source="shopee", total_vnd=100_000)
    make_order(source="phone", total_vnd=300_000)
    make_order(source="phone", total_vnd=50_000)
    sales = dashboard.sales(owner, now=clock.now())
    assert [(c.source, c.orders, c.revenue_vnd, c.url) for c in sales.channels] == [
        ("phone", 2, 350_000, "/orders/?source=phone&period=today&live=1"),
        ("shopee", 1, 100_000, "/orders/?source=shopee&period=today&live=1"),
    ]


def test_yesterday_is_compared_at_the_same_hour(frozen, owner):
    yesterday = clock.now() - timedelta(days=1)
    make_order(total_vnd=300_000)
    make_order(yesterday - timedelta(hours=1), 200_000)
    make_order(yesterday + timedelta(hours=1), 900_000)
    sales = dashboard.sales(owner, now=clock.now())
    assert (sales.orders_change, sales.revenue_change) == (0, 50)


def test_without_sales_yesterday_there_is_no_percentage(frozen, owner):
    make_order()
    assert dashboard.sales(owner, now=clock.now()).orders_change is None


def test_a_missed_deadline_counts_only_while_the_order_is_in_our_hands(frozen, owner):
    past, later = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=3)
    make_order(ship_by_at=past)
    make_order(ship_by_at=past, status="shipped", tab="shipping")
    due = make_order(ship_by_at=later)
    found = dashboard.deadlines(owner, now=clock.now())
    assert (found.missed, found.missed_url) == (1, "/orders/?late=1")
    assert list(found.next_orders) == [due]


def test_cod_is_split_by_state_and_remitted_money_is_gone(frozen, owner):
    shipped = {"status": "shipped", "tab": "shipping", "is_cod": True}
    delivered = {"status": "delivered", "tab": "delivered", "is_cod": True}
    make_order(cod_vnd=100_000, cod_status="to_collect", **shipped)
    make_order(cod_vnd=200_000, cod_status="collected", **delivered)
    make_order(cod_vnd=50_000, cod_status="collected", **delivered)
    make_order(cod_vnd=900_000, cod_status="remitted", **delivered)
    cod = dashboard.cod_outstanding(owner)
    assert [(row.status, row.orders, row.amount_vnd, row.url) for row in cod.rows] == [
        ("to_collect", 1, 100_000, "/orders/?cod=to_collect&with_carrier=1"),
        ("collected", 2, 250_000, "/orders/?cod=collected&with_carrier=1"),
    ]
    assert cod.collected_vnd == 250_000


def test_stock_alerts_show_the_emptiest_first(owner):
    make_level("A", on_hand=9)
    few = make_level("B", on_hand=5, reserved=2)
    none = make_level("C", on_hand=4, reserved=4)
    alerts = dashboard.stock_alerts(owner)
    assert alerts.count == 2
    assert list(alerts.rows) == [none, few]


def test_a_warehouse_user_is_told_only_of_his_warehouse(user_factory):
    other = Warehouse.objects.create(code="K2", name="Kho 2")
    make_level("A", on_hand=0)
    mine = make_level("B", on_hand=0, warehouse=other)
    alerts = dashboard.stock_alerts(user_factory("warehouse", warehouse_ids=[other.pk]))
    assert list(alerts.rows) == [mine]


def test_the_page_costs_the_same_for_one_order_and_for_many(owner_client):
    make_order(ship_by_at=clock.now())
    make_level("A", on_hand=0)
    owner_client.get("/")
    with CaptureQueriesContext(connection) as few:
        owner_client.get("/")
    for number in range(20):
        make_order(ship_by_at=clock.now() + timedelta(hours=number), source="phone")
        make_level(f"M{number}", on_hand=0)
    with CaptureQueriesContext(connection) as many:
        owner_client.get("/")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("owner", ["Việc đang chờ", "Tiền thu hộ chưa về", "Sắp hết hàng", "/health/"], []),
        ("sales", ["Việc đang chờ", "Sắp hết hàng"], ["/health/"]),
        ("warehouse", ["Việc đang chờ", "Sắp hết hàng"], ["/health/", "/invoices/"]),
    ],
)
def test_each_role_sees_the_cards_it_may_open(user_factory, login, role, shown, hidden):
    page = login(user_factory(role)).get("/").content.decode()
    assert [words for words in shown if words not in page] == []
    assert [words for words in hidden if words in page] == []


def rows_behind(client, url: str) -> set[int]:
    return {order.pk for order in client.get(url).context["page"].rows}


def test_a120_every_number_of_orders_opens_exactly_its_rows(frozen, owner, owner_client):
    past = clock.now() - timedelta(hours=1)
    cod = {"is_cod": True, "cod_status": "to_collect", "cod_vnd": 10}
    sold = make_order(ship_by_at=past, **cod)
    gone = make_order(status="shipped", tab="shipping", ship_by_at=past, **cod)
    make_order(status="draft", tab="draft")
    make_order(status="cancelled", tab="cancelled")
    make_order(clock.now() - timedelta(days=2), status="cancelled", tab="cancelled")
    sales = dashboard.sales(owner, now=clock.now())
    assert rows_behind(owner_client, sales.today_url) == {sold.pk, gone.pk}
    assert sales.today.orders == 2
    [channel] = sales.channels
    assert rows_behind(owner_client, channel.url) == {sold.pk, gone.pk}
    [to_collect] = dashboard.cod_outstanding(owner).rows
    assert rows_behind(owner_client, to_collect.url) == {gone.pk}
    late = dashboard.deadlines(owner, now=clock.now())
    assert rows_behind(owner_client, late.missed_url) == {sold.pk}


def test_a120_the_number_of_low_balances_opens_exactly_its_rows(owner, owner_client):
    low = make_level("A", on_hand=1)
    stopped = make_level("B", on_hand=1)
    Variant.objects.filter(pk=stopped.variant_id).update(is_active=False)
    make_level("C", on_hand=100)
    alerts = dashboard.stock_alerts(owner)
    assert alerts.count == 1
    assert [row.pk for row in owner_client.get(alerts.url).context["page"].rows] == [low.pk]
