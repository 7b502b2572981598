"""Calls of programs that come twice at once: done once, answered alike."""

import pytest

from oms.accounts.models import ApiAnswer, ApiKey, User
from oms.accounts.services.api_keys import make_key
from oms.kernel import books
from orders.models import BulkRun, Order
from tests.api.calls import call, signed_headers
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import place
from tests.races.test_stock_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_clean")]
CONFIRM = "/api/v1/actions/confirm/"


@pytest.fixture
def key(user_factory) -> ApiKey:
    user: User = user_factory("owner")
    return make_key("Website A", user.pk, by=user)


def said(answer) -> str:
    """Status, the thing it made, and whether it was said before."""
    known = answer.headers.get("Idempotent-Replayed", "false")
    return f"{answer.status_code} {answer.json().get('id')} {known}"


def test_two_identical_bulk_calls_at_once_make_one_run(key):
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 9)
    asked = {"orders": [place((shirt, 1)).pk]}
    outcome = at_once(6, lambda _n: said(call(key, "POST", CONFIRM, asked, once="night-1")))
    run = BulkRun.objects.exclude(job=None).get()
    assert outcome == {f"202 {run.pk} false": 1, f"202 {run.pk} true": 5}


def test_the_very_same_bulk_call_at_once_makes_one_run_without_a_key_too(key):
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 9)
    order = place((shirt, 1))
    headers = signed_headers(key, "POST", CONFIRM, b'{"orders": [%d]}' % order.pk)
    asked = {"orders": [order.pk]}
    outcome = at_once(6, lambda _n: said(call(key, "POST", CONFIRM, asked, **headers)))
    run = BulkRun.objects.exclude(job=None).get()
    assert outcome == {f"202 {run.pk} false": 1, f"202 {run.pk} true": 5}


def test_of_calls_with_one_key_and_several_bodies_one_is_done(key):
    warehouse, shirt = make_warehouse(), make_variant("AO-01")
    put(shirt, warehouse, 40)

    def order(number: int) -> str:
        lines = [{"sku": "AO-01", "quantity": 1, "unit_price_vnd": 1_000}]
        sent = {"reference": str(number), "name": "Đức", "phone": "0912345678", "lines": lines}
        return str(call(key, "POST", "/api/v1/orders/", sent, once="x").status_code)

    assert at_once(6, order) == {"201": 1, "422": 5}
    assert (Order.objects.count(), ApiAnswer.objects.count()) == (1, 1)
    assert level(shirt, warehouse) == (40, 1)
    assert not any(books.check_books().values())
