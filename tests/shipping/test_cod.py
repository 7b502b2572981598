"""Money collected by carriers: paid only when it has arrived."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing.models import Payment, PaymentApplication
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from shipping.books import cod_equals_payments
from shipping.models import Package
from shipping.services.cod import close_difference, record_remittance
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


def test_the_same_transfer_is_not_booked_twice(order, delivered) -> None:
    for _ in range(2):
        record_remittance(delivered.pk, 680_000, "FT26330", actor=ACTOR)
    order.refresh_from_db()
    assert order.paid_vnd == 680_000
    assert Payment.objects.count() == 1


def test_another_transfer_for_a_package_that_is_paid_is_refused(order, delivered) -> None:
    record_remittance(delivered.pk, 680_000, "FT26330", actor=ACTOR)
    with pytest.raises(DomainError, match="đã nhận đủ") as refusal:
        record_remittance(delivered.pk, 680_000, "FT26331", actor=ACTOR)
    assert refusal.value.field == "amount"
    assert Payment.objects.count() == 1


def test_less_money_than_collected_is_a_mismatch(order, delivered) -> None:
    package = record_remittance(delivered.pk, 600_000, "", actor=ACTOR)
    order.refresh_from_db()
    assert (package.cod_status, order.cod_status) == ("mismatch", "mismatch")
    assert package.cod_missing_vnd == 80_000
    assert (order.payment_status, order.status) == ("partially_paid", "delivered")


def test_the_rest_is_booked_later_and_completes_the_order(order, delivered) -> None:
    for amount_vnd, reference, status in (
        (600_000, "FT1", "mismatch"),
        (50_000, "FT2", "mismatch"),
        (30_000, "FT3", "remitted"),
    ):
        package = record_remittance(delivered.pk, amount_vnd, reference, actor=ACTOR)
        order.refresh_from_db()
        assert (package.cod_status, order.cod_status) == (status, status)
    assert (package.cod_received_vnd, package.cod_missing_vnd) == (680_000, 0)
    assert (order.paid_vnd, order.payment_status, order.status) == (680_000, "paid", "completed")
    applied = PaymentApplication.objects.filter(order=order).order_by("id")
    assert list(applied.values_list("amount_vnd", "payment__reference")) == [
        (600_000, "FT1"),
        (50_000, "FT2"),
        (30_000, "FT3"),
    ]
    assert cod_equals_payments() == []


@pytest.mark.parametrize(
    ("amount_vnd", "reference", "is_same"),
    [(600_000, "FT1", True), (80_000, "FT1", False), (600_000, "FT1 ", True)],
)
def test_a_reference_stands_for_one_transfer(delivered, amount_vnd, reference, is_same) -> None:
    record_remittance(delivered.pk, 600_000, "FT1", actor=ACTOR)
    if is_same:
        record_remittance(delivered.pk, amount_vnd, reference, actor=ACTOR)
    else:
        with pytest.raises(DomainError) as refusal:
            record_remittance(delivered.pk, amount_vnd, reference, actor=ACTOR)
        assert refusal.value.field == "reference"
    assert Package.objects.get(pk=delivered.pk).cod_received_vnd == 600_000
    assert Payment.objects.count() == 1


def test_two_equal_halves_without_a_reference_are_told_apart_by_a_person(delivered) -> None:
    record_remittance(delivered.pk, 340_000, "", actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        record_remittance(delivered.pk, 340_000, "", actor=ACTOR)
    assert refusal.value.field == "reference"
    package = record_remittance(delivered.pk, 340_000, "FT2", actor=ACTOR)
    assert package.cod_status == "remitted"


@pytest.mark.parametrize("before_vnd", [0, 600_000])
def test_more_than_is_missing_is_refused_and_changes_nothing(order, delivered, before_vnd) -> None:
    if before_vnd:
        record_remittance(delivered.pk, before_vnd, "FT1", actor=ACTOR)
    too_much = 680_000 - before_vnd + 1
    with pytest.raises(DomainError, match="Chỉ còn thiếu") as refusal:
        record_remittance(delivered.pk, too_much, "FT2", actor=ACTOR)
    assert (refusal.value.code, refusal.value.field) == ("cod.too_much", "amount")
    order.refresh_from_db()
    assert order.paid_vnd == before_vnd
    assert Payment.objects.count() == bool(before_vnd)


def test_a_difference_is_closed_with_its_reason(order, delivered) -> None:
    record_remittance(delivered.pk, 600_000, "FT1", actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        close_difference(delivered.pk, "  ", actor=ACTOR)
    assert refusal.value.field == "reason"
    for reason in ("Hãng trừ vào cước", "lần hai"):
        package = close_difference(delivered.pk, reason, actor=ACTOR)
    order.refresh_from_db()
    assert (package.cod_status, order.cod_status) == ("written_off", "written_off")
    assert package.cod_loss_reason == "Hãng trừ vào cước"
    assert (order.paid_vnd, order.payment_status) == (600_000, "partially_paid")
    [event] = Event.objects.filter(name="cod.written_off")
    assert (event.data["lost_vnd"], event.data["reason"]) == (80_000, "Hãng trừ vào cước")
    with pytest.raises(DomainError, match="đã đóng"):
        record_remittance(delivered.pk, 80_000, "FT2", actor=ACTOR)
    assert cod_equals_payments() == []


def test_there_is_nothing_to_close_before_a_remittance(delivered) -> None:
    with pytest.raises(DomainError):
        close_difference(delivered.pk, "lý do", actor=ACTOR)
    assert Package.objects.get(pk=delivered.pk).cod_status == "collected"


@pytest.mark.parametrize(
    "changes",
    [
        {"cod_received_vnd": 680_001},
        {"cod_status": "remitted", "cod_received_vnd": 1},
        {"cod_status": "written_off"},
    ],
)
def test_the_database_keeps_the_sums(delivered, changes) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Package.objects.filter(pk=delivered.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
def test_one_transfer_told_twice_at_once_is_booked_once(delivered) -> None:
    def book(_n: int) -> str:
        try:
            return record_remittance(delivered.pk, 600_000, "FT1", actor=ACTOR).cod_status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(book, range(4))) == {"mismatch"}
    assert Payment.objects.count() == 1
    assert Package.objects.get(pk=delivered.pk).cod_received_vnd == 600_000


@pytest.mark.parametrize("amount", [0, -1])
def test_no_money_is_refused(delivered, amount) -> None:
    with pytest.raises(DomainError):
        record_remittance(delivered.pk, amount, "", actor=ACTOR)


def test_a_parcel_without_cod_receives_nothing(make_order, account) -> None:
    package = create_shipment(make_order(is_cod=False).pk, wanted(account), actor=ACTOR)
    with pytest.raises(DomainError):
        record_remittance(package.pk, 1_000, "", actor=ACTOR)


def test_a96_delivery_alone_pays_nothing_the_money_that_arrived_does(order, delivered) -> None:
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("unpaid", 0)
    record_remittance(delivered.pk, 680_000, "FT26330", actor=ACTOR)
    order.refresh_from_db()
    assert (order.payment_status, order.paid_vnd) == ("paid", 680_000)


def test_a_parcel_that_was_cancelled_receives_nothing(delivered) -> None:
    Package.objects.filter(pk=delivered.pk).update(booking_state="void")
    with pytest.raises(DomainError):
        record_remittance(delivered.pk, 680_000, "", actor=ACTOR)
    assert not Payment.objects.exists()
