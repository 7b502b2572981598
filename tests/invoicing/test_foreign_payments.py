"""PRODUCT A-15: money for orders in other currencies, their dong, and the exchange difference."""

from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing.models import Payment, Refund
from invoicing.services.payments import receive_payment, receive_tender
from invoicing.services.refunds import refund_payment, refund_tender
from invoicing.services.tenders import Tender, count_payment, count_refund
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.intake import NewLine
from orders.services.lifecycle import cancel_order
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
RATE = Decimal("25400.5")


def usd(amount: int, rate: str = "25400.5") -> Tender:
    return Tender(amount, "USD", Decimal(rate))


@pytest.fixture
def order() -> Order:
    """29,18 USD, which were 741.186 dong."""
    warehouse, shirt = make_warehouse(), make_variant("AO-01")
    put(shirt, warehouse, 10)
    line = NewLine(sku=shirt.sku, quantity=2, unit_price_minor=1234, total_minor=2468)
    return place(
        currency="USD", rate=RATE, discount_minor=100, shipping_fee_minor=550, lines=[line]
    )


def pay(order: Order, tender: Tender) -> Payment:
    payment = receive_tender(order.pk, tender, "bank", source=("t", uuid4().hex), actor=ACTOR)
    order.refresh_from_db()
    return payment


def test_a15_payments_settle_at_the_rate_of_the_order_and_state_the_difference(order):
    first, second = pay(order, usd(1000, "25500")), pay(order, usd(1918, "25000"))
    assert (first.amount_vnd, first.exchange_difference_vnd) == (254_005, 255_000 - 254_005)
    assert (second.amount_vnd, second.exchange_difference_vnd) == (487_181, 479_500 - 487_181)
    assert (order.paid_vnd, order.paid_minor) == (order.total_vnd, 2918)
    assert order.payment_status == "paid"
    call_command("check_books", stdout=StringIO())


def test_a15_dong_pay_such_an_order_as_well(order):
    part = receive_payment(order.pk, 254_005, "cash", source=("t", "1"), actor=ACTOR)
    assert part.exchange_difference_vnd == 0
    order.refresh_from_db()
    assert order.paid_minor == 1000
    receive_payment(order.pk, 487_181, "cash", source=("t", "2"), actor=ACTOR)
    order.refresh_from_db()
    assert (order.paid_minor, order.payment_status) == (2918, "paid")
    call_command("check_books", stdout=StringIO())


def test_a15_more_than_is_owed_and_another_currency_are_refused(order):
    with pytest.raises(DomainError, match="29,18"):
        pay(order, usd(2919))
    with pytest.raises(DomainError) as refusal:
        pay(order, Tender(100, "THB", Decimal(800)))
    assert refusal.value.code == "payment.currency"
    plain = place((make_variant(), 1))
    with pytest.raises(DomainError) as refusal:
        pay(plain, usd(100))
    assert refusal.value.code == "payment.currency"
    assert not Payment.objects.exists()


def test_a_repeat_of_a_source_books_once_and_another_amount_is_refused(order):
    again = {"source": ("t", "1"), "actor": ACTOR}
    first = receive_tender(order.pk, usd(1000), "bank", **again)
    assert receive_tender(order.pk, usd(1000), "bank", **again) == first
    with pytest.raises(DomainError):
        receive_tender(order.pk, usd(1001), "bank", **again)
    with pytest.raises(DomainError):
        receive_payment(order.pk, 1000, "bank", **again)


def test_a15_a_refund_goes_back_in_the_currency_and_states_the_difference(order):
    pay(order, usd(2918))
    cancel_order(order.pk, actor=ACTOR, reason="khách đổi ý")
    back = {"actor": ACTOR}
    some = refund_tender(order.pk, usd(1000, "26000"), "bank", source=("t", "r1"), **back)
    assert (some.amount_vnd, some.exchange_difference_vnd) == (254_005, 254_005 - 260_000)
    with pytest.raises(DomainError, match="19,18"):
        refund_tender(order.pk, usd(1919), "bank", source=("t", "r2"), **back)
    refund_payment(order.pk, 487_181, "bank", source=("t", "r3"), **back)
    order.refresh_from_db()
    assert (order.paid_vnd, order.paid_minor, order.payment_status) == (0, 0, "refunded")
    call_command("check_books", stdout=StringIO())


@settings(max_examples=40)
@given(
    st.integers(1, 10**9),
    st.integers(1, 10**12),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
    st.decimals("0.01", "40000", places=2),
)
def test_a15_payments_that_sum_to_the_total_leave_no_dong(total_minor, total_vnd, parts, rate):
    """And refunds of all of it leave none either; worth = settled + difference at each step."""
    total_minor, total_vnd = sum(parts), max(total_vnd, sum(parts))
    order = Order(currency="USD", rate=rate, total_minor=total_minor, total_vnd=total_vnd)
    for count, sign in ((count_payment, 1), (count_refund, -1)):
        for part in parts:
            tender = Tender(part, "USD", rate)
            counted = count(order, tender)
            assert tender.worth_vnd == counted.amount_vnd + sign * counted.difference_vnd
            order.paid_vnd += sign * counted.amount_vnd
            order.paid_minor += sign * part
        whole = sign > 0
        assert (order.paid_vnd, order.paid_minor) == ((total_vnd, total_minor) if whole else (0, 0))


def test_a15_the_order_page_takes_a_payment_with_the_rate_of_its_day(order, owner_client):
    page = reverse("orders:detail", args=[order.pk])
    assert "trang Tỷ giá" in owner_client.get(page).content.decode()
    form = {"amount": "10", "rate": "25.500", "method": "bank", "key": str(uuid4())}
    receive = reverse("invoicing:receive_payment", args=[order.pk])
    owner_client.post(receive, form | {"rate": ""})
    assert not Payment.objects.exists()
    shown = owner_client.post(receive, form, follow=True).content.decode()
    assert Payment.objects.get().exchange_difference_vnd == 995
    assert "10,00\u00a0USD" in shown and "+995\u00a0₫" in shown
    assert "19,18\u00a0USD" in shown
    assert not Refund.objects.exists()
