"""Answers, orders and days that come twice at once: one of each is kept."""

import pytest

from oms.kernel import books
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.recurrence import Rhythm
from orders.selectors.terms import Terms, exposure
from orders.services.customers import save_customer
from orders.services.quote_answers import accept_quotation, decline_version
from orders.services.quote_orders import convert_quotation
from orders.services.recurring import new_recurring
from orders.services.recurring_orders import make_due
from orders.services.terms import place_on_terms, save_terms
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, new_order
from tests.orders.quotes import sent
from tests.orders.test_recurring import plan_of
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a14_a109_a_quotation_is_answered_once_and_becomes_exactly_one_order():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 40)
    quotation = sent((shirt, 2, 50_000))
    version_id = quotation.current_id or 0

    def answer(number: int) -> str:
        try:
            if number % 2:
                accept_quotation(version_id, name=f"Người {number}", actor=ACTOR)
            else:
                decline_version(version_id, reason="đắt", actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "answered"

    outcome = at_once(6, answer)
    assert outcome["answered"] == 1
    assert set(outcome) <= {"answered", "quotation.accepted", "quotation.declined"}

    other = sent((shirt, 2, 50_000))
    accept_quotation(other.current_id or 0, name="Anh Đức", actor=ACTOR)
    orders = at_once(6, lambda _n: str(convert_quotation(other.pk, actor=ACTOR).pk))
    order = Order.objects.get()
    assert orders == {str(order.pk): 6}
    assert level(shirt, warehouse) == (40, 2)
    assert not any(books.check_books().values())


def test_a110_two_clocks_at_once_make_one_order_of_a_day():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 40)
    rhythm = Rhythm("days", today())
    template = new_recurring(plan_of(shirt, rhythm=rhythm), request_key="form", actor=ACTOR)
    made = at_once(6, lambda _n: str(len(make_due(template.pk))))
    assert made == {"1": 1, "0": 5}
    assert Order.objects.count() == template.runs.count() == 1
    assert level(shirt, warehouse) == (40, 2)
    assert not any(books.check_books().values())


def test_c76_of_two_orders_at_once_only_those_within_the_limit_are_placed():
    warehouse, shirt = make_warehouse(), make_variant()
    put(shirt, warehouse, 40)
    customer = save_customer(None, name="Đức", phone="0912345678", actor=ACTOR)
    terms = Terms(payment_days=30, credit_limit_vnd=500_000)
    save_terms(customer, terms, actor=ACTOR)

    def buy(_number: int) -> str:
        try:
            new = new_order((shirt, 2), recipient_phone="0912345678")
            place_on_terms(new, actor=ACTOR)
        except DomainError as refusal:
            return refusal.code
        return "placed"

    assert at_once(6, buy) == {"placed": 2, "terms.refused": 4}
    assert exposure(customer.pk) == 400_000
    assert not any(books.check_books().values())
