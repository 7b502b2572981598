"""A-28: what a new shop is told on its first page, and when that ends."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Warehouse
from oms.web.first_steps import NOT_NEW, first_steps
from orders.models import Order
from shipping.models import CarrierAccount
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

pytestmark = pytest.mark.django_db


def done(user) -> list[bool]:
    return [step.is_done for step in first_steps(user)]


def test_a28_each_step_is_ticked_when_it_is_done_and_the_last_one_ends_it(owner, owner_client):
    Warehouse.objects.update(is_active=False)
    assert done(owner) == [False] * 6
    assert [bool(step.url) for step in first_steps(owner)] == [True, True, False, True, True, False]
    place_ = make_warehouse("TD")
    shirt = make_variant("AO")
    assert done(owner) == [True, True, False, False, False, False]
    put(shirt, place_, 5)
    CarrierAccount.objects.create(
        carrier="ghn", name="GHN", shop_id="1", credentials={"token": "x"}
    )
    order = place((shirt, 1))
    assert done(owner) == [True, True, True, True, True, False]
    page = owner_client.get("/").content.decode()
    assert f'href="/orders/{order.pk}/">In vận đơn đầu tiên</a>' in page
    Order.objects.update(label_printed_count=1)
    assert first_steps(owner) == []
    assert "first-steps" not in owner_client.get("/").content.decode()


def test_a28_a_shop_with_many_orders_is_not_new_and_is_asked_once(owner):
    shirt = make_variant("AO")
    for _n in range(NOT_NEW):
        place((shirt, 1))
    with CaptureQueriesContext(connection) as caught:
        assert first_steps(owner) == []
    assert len(caught) == 1


def test_a28_only_who_sets_the_shop_up_is_told(user_factory):
    for role in ("sales", "warehouse", "accountant", "viewer"):
        assert first_steps(user_factory(role)) == [], role
    assert len(first_steps(user_factory("manager"))) == 6
