"""A refusal for want of goods names the orders that hold them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.clock import now
from orders.models import Order
from orders.selectors.stock_holders import SHOWN, who_holds
from orders.services import lifecycle
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    warehouse, variant = make_warehouse(), make_variant(allow_backorder=False)
    put(variant, warehouse, 10)
    return warehouse, variant


def confirmed(variant, units: int) -> Order:
    order = place((variant, units))
    return lifecycle.confirm_order(order.pk, actor=ACTOR)


def test_c13_holders_are_named_with_number_quantity_and_since(goods, owner, frozen):
    first, second = confirmed(goods[1], 6), confirmed(goods[1], 4)
    [held] = who_holds([goods[1].pk], owner)
    assert held.sku == goods[1].sku
    assert [(row.order_id, row.number, row.units, row.since) for row in held.orders] == [
        (first.pk, first.number, 6, now()),
        (second.pk, second.number, 4, now()),
    ]
    assert (held.more_orders, held.hidden_orders) == (0, 0)
    assert who_holds([goods[1].pk], owner, without=first.pk)[0].orders[0].order_id == second.pk
    assert who_holds([make_variant().pk], owner) == []


def test_c13_beyond_a_few_holders_only_their_count_is_told(goods, owner):
    for _ in range(SHOWN + 2):
        confirmed(goods[1], 1)
    [held] = who_holds([goods[1].pk], owner)
    assert (len(held.orders), held.more_orders, held.more_units) == (SHOWN, 2, 2)


def test_c13_orders_outside_the_users_scope_are_a_count(goods, user_factory):
    other = make_warehouse()
    put(goods[1], other, 5)
    confirmed(goods[1], 10)
    hidden = confirmed(goods[1], 5)
    assert Order.objects.get(pk=hidden.pk).warehouse_id == other.pk
    limited = user_factory("sales", warehouse_ids=[goods[0].pk])
    [held] = who_holds([goods[1].pk], limited)
    assert [row.units for row in held.orders] == [10]
    assert (held.hidden_orders, held.hidden_units) == (1, 5)


def test_c13_one_statement_for_any_number_of_lines(goods, owner):
    variants = [make_variant() for _ in range(20)]
    for variant in variants:
        put(variant, goods[0], 1)
    confirmed_order = place(*[(variant, 1) for variant in variants])
    with CaptureQueriesContext(connection) as queries:
        held = who_holds([variant.pk for variant in variants], owner)
    assert len(queries) == 1
    assert {row.orders[0].order_id for row in held} == {confirmed_order.pk}
    assert len(held) == 20


def test_c13_a_refused_confirmation_shows_who_holds_the_goods(goods, owner_client):
    holder = confirmed(goods[1], 8)
    late = place((goods[1], 5))
    answer = owner_client.post(reverse("orders:act", args=[late.pk, "confirm"]))
    assert answer.status_code == 422
    assert "còn bán được 2" in answer.text
    assert "Ai đang giữ hàng" in answer.text
    assert reverse("orders:detail", args=[holder.pk]) in answer.text


def test_c13_a_refused_edit_shows_who_holds_the_goods(goods, owner_client):
    holder, order = confirmed(goods[1], 8), confirmed(goods[1], 2)
    form = owner_client.get(reverse("orders:edit", args=[order.pk])).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else str(value) for name, value in shown.items()}
    data |= {"added-TOTAL_FORMS": "1", "added-INITIAL_FORMS": "0", "then": "save"}
    data[f"line.{order.lines.get().pk}.quantity"] = "5"
    answer = owner_client.post(reverse("orders:edit", args=[order.pk]), data)
    assert answer.status_code == 422
    assert f'href="{reverse("orders:detail", args=[holder.pk])}"' in answer.text
    assert "Ai đang giữ hàng" in answer.text


def test_c13_a_refused_sale_at_the_counter_shows_who_holds_the_goods(goods, owner_client):
    holder = confirmed(goods[1], 9)
    data = {
        "request_key": "k1", "source": "counter", "then": "sell", "is_cod": "",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
        "lines-0-item": goods[1].sku, "lines-0-quantity": "3", "lines-0-price": "100000",
    }  # fmt: skip
    answer = owner_client.post(reverse("orders:new"), data)
    assert answer.status_code == 422
    assert "cần 3, còn bán được 1" in answer.text
    assert holder.number in answer.text
    assert Order.objects.count() == 1
