"""Sentences of the product about the order desk that no test of one part decides alone."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.kernel import clock
from oms.web import dashboard
from oms.web.labels import LABELS
from orders.models import Order
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import order_list
from orders.services import bulk_work
from orders.services.intake import NewLine, place_orders
from orders.services.lifecycle import confirm_order
from shipping.models import CarrierAccount
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.bulk_runs import outcome, ready
from tests.orders.makers import ACTOR, books_agree, new_order, place
from tests.orders.test_views import entry

pytestmark = pytest.mark.django_db
MANY = 500


@pytest.fixture
def goods(redis_clean: object) -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 1000)
    return warehouse, shirt


def test_a06_the_source_that_staff_chose_is_kept_and_finds_the_order(goods, owner, owner_client):
    sources = ("phone", "facebook", "zalo")
    for source in sources:
        sent = entry(source=source, request_key=source)
        assert owner_client.post(reverse("orders:new"), sent).status_code == 302
    for source in sources:
        [order] = order_list(owner, OrderFilters.of(source=source)).rows
        assert (order.source, order.recipient_phone) == (source, "+84912345678")
        assert (order.street, order.ward) == ("12 Nguyễn Trãi", "Phường Tân Định")
        assert [line.sku for line in order.lines.all()] == ["AO-01"]


def test_a15_an_order_in_baht_keeps_its_rate_and_counts_in_dong_in_reports(goods, owner):
    line = NewLine(sku=goods[1].sku, quantity=2, unit_price_minor=45_050, total_minor=90_100)
    order = place(currency="THB", rate=Decimal("790.5"), lines=[line])
    assert (order.currency, order.rate, order.total_minor) == ("THB", Decimal("790.5"), 90_100)
    assert order.total_vnd == 712_241  # 901 baht at 790.5, half up
    assert dashboard.sales(owner, now=clock.now()).today.revenue_vnd == 712_241


def test_a19_the_order_page_says_all_five_states(goods, owner_client):
    told = {
        "order": "shipped",
        "fulfillment": "in_transit",
        "payment": "partially_paid",
        "cod": "collected",
        "invoice": "coded",
    }
    columns = {f"{kind}_status": state for kind, state in told.items() if kind != "order"}
    order = place((goods[1], 1), is_cod=True)
    Order.objects.filter(pk=order.pk).update(status=told["order"], **columns)
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).text
    badges = page.split('aria-label="Trạng thái"')[1].split("</div>")[0]
    for kind, state in told.items():
        assert str(LABELS[kind][state].text) in badges, kind


def test_a24_five_hundred_orders_are_confirmed_by_one_job_with_a_result_each(goods, owner):
    warehouse, shirt = goods
    batch = [new_order((shirt, 1)) for _n in range(MANY - 1)]
    placed = place_orders([*batch, new_order(("LẠ", 1))], actor=ACTOR)
    orders = list(Order.objects.filter(pk__in=[row.order_id for row in placed]))
    run = ready("confirm", owner, orders)
    bulk_work.work(run.job_id)
    assert Order.objects.filter(status="confirmed").count() == MANY - 1
    results = [ok for _number, ok, _message in outcome(run)]
    assert (len(results), results.count(True), results.count(False)) == (MANY, MANY - 1, 1)
    assert level(shirt, warehouse) == (1000, MANY - 1)
    assert books_agree()


def test_a118_the_secrets_of_a_partner_lie_encrypted_in_the_database():
    account = CarrierAccount.objects.create(
        carrier="ghn", name="GHN", shop_id="1", credentials={"token": "rất-bí-mật"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT credentials::text FROM shipping_carrieraccount WHERE id = %s", [account.pk]
        )
        [stored] = cursor.fetchone()
    assert "rất-bí-mật" not in stored and "token" not in stored
    assert CarrierAccount.objects.get().credentials == {"token": "rất-bí-mật"}


def test_c57_confirming_costs_the_same_for_one_line_and_for_forty(goods):
    warehouse, shirt = goods
    many = [make_variant() for _n in range(40)]
    for variant in many:
        put(variant, warehouse, 1)
    counts = []
    for order in (place((shirt, 1)), place(*[(variant, 1) for variant in many])):
        with CaptureQueriesContext(connection) as caught:
            confirm_order(order.pk, actor=ACTOR)
        counts.append(len(caught))
    assert counts[0] == counts[1]
