"""Money collected by carriers: paid only when it has arrived."""

import pytest

from invoicing.models import Payment
from oms.kernel.errors import DomainError
from shipping.models import Package
from shipping.services.cod import record_remittance
from shipping.services.shipments import create_shipment
from shipping.services.tracking import apply_event
from tests.shipping.conftest import ACTOR, wanted
from tests.shipping.test_tracking import told


@pytest.fixture
def delivered(booked) -> Package:
    apply_event(booked.pk, told("delivered", 1))
    return booked


def test_money_that_arrived_pays_and_completes_the_order(order, delivered) -> None:
    package = record_remittance(delivered.pk, 680_000, "FT26330", actor=ACTOR)

    assert (package.cod_status, package.cod_received_vnd) == ("remitted", 680_000)
    order.refresh_from_db()
    assert (order.payment_status, order.cod_status, order.status) == (
        "paid",
        "remitted",
        "completed",
    )
    assert order.paid_vnd == 680_000
    [payment] = Payment.objects.all()
    assert (payment.amount_vnd, payment.method, payment.reference) == (680_000, "cod", "FT26330")


def test_the_same_money_is_not_booked_twice(order, delivered) -> None:
    record_remittance(delivered.pk, 680_000, "FT26330", actor=ACTOR)
    record_remittance(delivered.pk, 680_000, "FT26331", actor=ACTOR)
    order.refresh_from_db()
    assert order.paid_vnd == 680_000
    assert Payment.objects.count() == 1


def test_less_money_than_collected_is_a_mismatch(order, delivered) -> None:
    package = record_remittance(delivered.pk, 600_000, "", actor=ACTOR)
    order.refresh_from_db()
    assert (package.cod_status, order.cod_status) == ("mismatch", "mismatch")
    assert (order.payment_status, order.status) == ("partially_paid", "delivered")


def test_more_money_than_the_order_owes_is_refused_and_changes_nothing(order, delivered) -> None:
    with pytest.raises(DomainError):
        record_remittance(delivered.pk, 900_000, "", actor=ACTOR)
    assert Package.objects.get(pk=delivered.pk).cod_received_vnd is None
    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount", [0, -1])
def test_no_money_is_refused(delivered, amount) -> None:
    with pytest.raises(DomainError):
        record_remittance(delivered.pk, amount, "", actor=ACTOR)


def test_a_parcel_without_cod_receives_nothing(make_order, account) -> None:
    package = create_shipment(make_order(is_cod=False).pk, wanted(account), actor=ACTOR)
    with pytest.raises(DomainError):
        record_remittance(package.pk, 1_000, "", actor=ACTOR)


def test_delivery_alone_pays_nothing(order, delivered) -> None:
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("unpaid", 0)


def test_a_parcel_that_was_cancelled_receives_nothing(delivered) -> None:
    Package.objects.filter(pk=delivered.pk).update(booking_state="void")
    with pytest.raises(DomainError):
        record_remittance(delivered.pk, 680_000, "", actor=ACTOR)
    assert not Payment.objects.exists()
