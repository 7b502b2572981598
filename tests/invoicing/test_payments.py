"""Money received is booked once and never beyond what is owed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from invoicing.books import invoice_lines_equal_totals, payments_equal_paid
from invoicing.models import Payment, PaymentApplication
from invoicing.services.invoices import draft_invoice
from invoicing.services.payments import receive_payment
from invoicing.services.prepaid import adopt_all_prepaid, adopt_prepaid
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events.registry import handlers_of
from oms.kernel.models import Event
from orders.models import Order
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.invoicing.build import CLERK, make_account, make_order
from tests.orders.makers import new_order, place_one

pytestmark = pytest.mark.django_db


def pay(order: Order, amount: int, key: str = "1", method: str = "bank") -> Payment:
    return receive_payment(order.pk, amount, method, "FT001", source=("manual", key), actor=CLERK)


def test_a_part_and_then_the_rest_make_the_order_paid() -> None:
    order = make_order()
    pay(order, 100_000, "1")
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("partially_paid", 100_000)
    pay(order, 116_000, "2")
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("paid", 216_000)
    assert Event.objects.filter(name="payment.received").count() == 2
    assert payments_equal_paid() == []


def test_the_same_source_is_booked_once() -> None:
    order = make_order()
    first = pay(order, 216_000)
    assert pay(order, 216_000).pk == first.pk
    order.refresh_from_db()
    assert order.paid_vnd == 216_000
    assert Payment.objects.count() == 1


def test_the_same_source_with_another_amount_or_order_is_refused() -> None:
    order, other = make_order(), make_order()
    pay(order, 100_000)
    for target, amount in ((order, 50_000), (other, 100_000)):
        with pytest.raises(DomainError, match="khác") as refusal:
            pay(target, amount)
        assert refusal.value.code == "payment.source_used"
    assert Payment.objects.count() == 1


def test_money_beyond_what_is_owed_is_refused_with_both_sums() -> None:
    order = make_order()
    pay(order, 200_000, "1")
    with pytest.raises(DomainError) as refusal:
        pay(order, 16_001, "2")
    assert "16.000" in refusal.value.message
    assert "16.001" in refusal.value.message
    assert refusal.value.field == "amount_vnd"
    order.refresh_from_db()
    assert order.paid_vnd == 200_000
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "method", "code"),
    [(0, "bank", "payment.amount"), (-5, "bank", "payment.amount"), (5, "vàng", "payment.method")],
)
def test_odd_payments_are_refused(amount: int, method: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        pay(make_order(), amount, method=method)
    assert refusal.value.code == code
    assert Payment.objects.count() == 0


def test_a_cancelled_order_takes_no_money() -> None:
    order = make_order(status="cancelled", tab="cancelled", payment_status="voided")
    with pytest.raises(DomainError, match="hủy"):
        pay(order, 1_000)


def test_the_database_refuses_a_payment_that_is_not_fully_applied() -> None:
    payment = pay(make_order(), 100_000)
    with pytest.raises(IntegrityError, match="is not what was applied"), transaction.atomic():
        PaymentApplication.objects.filter(payment=payment).update(amount_vnd=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_a_marketplace_says_was_paid_gets_its_payment_once() -> None:
    order = make_order(paid_vnd=216_000, payment_status="paid", remote_id="2611ABC", shop_ref=1)
    [finding] = payments_equal_paid()
    assert finding.message == f"{order.number}: đã nhận 216000, tổng các khoản thanh toán 0"
    payment = adopt_prepaid(order.pk)
    assert payment is not None
    assert (payment.amount_vnd, payment.method, payment.reference) == (
        216_000,
        "marketplace",
        "2611ABC",
    )
    assert adopt_prepaid(order.pk) is None
    assert payments_equal_paid() == []


def test_what_was_paid_for_many_orders_is_booked_by_the_statements_of_one() -> None:
    def placed(count: int) -> list[int]:
        told = {"paid_vnd": 216_000, "payment_status": "paid", "shop_ref": 1}
        return [make_order(remote_id=uuid4().hex[:12], **told).pk for _number in range(count)]

    def statements(order_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(adopt_all_prepaid(order_ids)) == len(order_ids)
        return len(asked)

    one, many = placed(1), placed(8)
    unpaid = make_order()
    assert statements(one) == statements(many)
    assert payments_equal_paid() == []
    assert adopt_all_prepaid([*one, *many, unpaid.pk]) == []


def test_the_books_name_an_invoice_whose_lines_are_wrong() -> None:
    make_account()
    invoice = draft_invoice(make_order().pk, actor=CLERK)
    assert invoice_lines_equal_totals() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE invoicing_invoiceline DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE invoicing_invoiceline SET listed_vnd=1, net_vnd=1, tax_vnd=0, gross_vnd=1,"
            " discount_vnd=0"
        )
        cursor.execute("ALTER TABLE invoicing_invoiceline ENABLE TRIGGER USER")
    [finding] = invoice_lines_equal_totals()
    assert finding.message == f"Hóa đơn {invoice.pk}: tổng tiền 216000, tổng các dòng 1"


def test_received_at_is_kept() -> None:
    moment = now()
    order = make_order()
    payment = receive_payment(
        order.pk, 1_000, "cod", source=("remittance", "9"), actor=CLERK, received_at=moment
    )
    assert payment.received_at == moment


def test_a_payment_told_later_is_booked_with_its_time_whatever_comes_first() -> None:
    warehouse, shirt = make_warehouse(), make_variant("AO-1")
    put(shirt, warehouse, 10)
    new = new_order((shirt, 1), source="shopee", shop_ref=7, remote_id="2410B", remote_version=1)
    order_id = place_one(new).order_id
    paid_at = now() - timedelta(hours=3)
    place_one(replace(new, remote_version=2, paid_vnd=40_000, paid_at=paid_at))
    place_one(replace(new, remote_version=3, paid_vnd=100_000, paid_at=paid_at))
    events = list(Event.objects.filter(subject_kind="order", subject_id=order_id).order_by("-id"))
    assert payments_equal_paid() == []  # still on its way
    for event in events + events:
        for handler in handlers_of(event.name):
            handler(event)
    Event.objects.update(published_at=now())
    [payment] = Payment.objects.all()
    assert (payment.amount_vnd, payment.method) == (100_000, "marketplace")
    assert (payment.received_at, payment.reference) == (paid_at, "2410B")
    assert payments_equal_paid() == []
