"""Booking at GHN over HTTP, with everything that can go wrong in between."""

from datetime import timedelta

import pytest

from oms.kernel.clock import now
from oms.kernel.models import PartnerCall
from orders.models import Order
from orders.services.lifecycle import cancel_order
from shipping.models import BookingState, Package
from shipping.services import booking, polling
from shipping.services.quoting import compare_carriers
from shipping.services.shipments import (
    cancel_shipment,
    packages_due,
    retry_booking,
)
from tests.shipping.conftest import ACTOR, wanted

CREATE = "*/shipping-order/create"
LOOK_UP = "*/detail-by-client-code"


def fresh(package: Package) -> Package:
    return Package.objects.get(pk=package.pk)


def test_a_booking_brings_the_tracking_number_to_the_order(ghn, order, package) -> None:
    assert booking.attempt(package.pk) == BookingState.BOOKED

    package = fresh(package)
    [code] = ghn.orders()
    assert package.tracking_number == code
    assert package.sort_code
    assert package.fee_vnd > 0
    order.refresh_from_db()
    assert (order.carrier_code, order.tracking_number) == ("ghn", code)
    assert ghn.orders()[code]["client_order_code"] == package.reference
    assert ghn.orders()[code]["cod_amount"] == 680_000


def test_a_repeat_of_the_task_books_nothing_more(ghn, package) -> None:
    booking.attempt(package.pk)
    booking.attempt(package.pk)
    assert len(ghn.orders()) == 1
    assert ghn.calls("create") == 1


@pytest.mark.parametrize("fault", ["timeout_after_work", "garbled_json"])
def test_an_answer_that_is_lost_after_the_work_is_looked_up_not_sent_again(
    ghn, package, fault
) -> None:
    ghn.fault(fault, CREATE)
    assert booking.attempt(package.pk) == BookingState.UNKNOWN
    assert fresh(package).tracking_number == ""

    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert len(ghn.orders()) == 1
    assert ghn.calls("create") == 1


def test_a_server_error_after_the_work_makes_one_parcel(ghn, package) -> None:
    ghn.fault("status_5xx", CREATE, after_work=True)
    assert booking.attempt(package.pk) == BookingState.UNKNOWN
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert ghn.calls("create") == 1
    assert len(ghn.orders()) == 1


def test_a_send_that_never_arrived_is_sent_again_after_the_look_up(ghn, package) -> None:
    ghn.fault("timeout_before_work", CREATE)
    assert booking.attempt(package.pk) == BookingState.UNKNOWN
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert ghn.calls("create") == 2
    assert len(ghn.orders()) == 1


def test_a_failed_look_up_is_not_a_no(ghn, package) -> None:
    ghn.fault("timeout_after_work", CREATE)
    booking.attempt(package.pk)
    for fault in ("timeout_before_work", "garbled_json", "status_5xx", "expired_token"):
        ghn.fault(fault, LOOK_UP, times=3 if fault != "expired_token" else 1)
        assert booking.attempt(package.pk) == BookingState.UNKNOWN
        ghn.sandbox.control("ghn", "DELETE", "faults")
    assert ghn.calls("create") == 1
    assert booking.attempt(package.pk) == BookingState.BOOKED


def test_a_rate_limit_sent_nothing_and_keeps_its_place_in_the_queue(ghn, package) -> None:
    ghn.fault("rate_limit", CREATE)
    assert booking.attempt(package.pk) == BookingState.QUEUED
    assert fresh(package).next_attempt_at is not None
    assert booking.attempt(package.pk) == BookingState.BOOKED


def test_a_process_that_died_while_sending_is_looked_up(ghn, package) -> None:
    assert booking._claim(package)
    assert fresh(package).booking_state == BookingState.UNKNOWN
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert len(ghn.orders()) == 1


def test_the_sweep_finds_what_waits_and_leaves_what_is_not_due(package) -> None:
    assert packages_due() == [package.pk]
    Package.objects.filter(pk=package.pk).update(next_attempt_at=now() + timedelta(minutes=1))
    assert packages_due() == []


def test_a_refusal_is_shown_with_its_reason_and_may_be_sent_again(ghn, order, package) -> None:
    Order.objects.filter(pk=order.pk).update(street="1 Tràng Tiền, Hà Nội")
    assert booking.attempt(package.pk) == BookingState.REFUSED
    package = fresh(package)
    assert package.booking_error
    [problem] = order.problems.filter(resolved_at=None)
    assert problem.kind == "shipping"
    assert packages_due() == []

    Order.objects.filter(pk=order.pk).update(street="1 Lê Lợi")
    retry_booking(package.pk, actor=ACTOR)
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert not order.problems.filter(resolved_at=None).exists()


def test_a_wrong_token_is_a_refusal(ghn, account, package) -> None:
    account.credentials = {"token": "wrong"}
    account.save()
    assert booking.attempt(package.pk) == BookingState.REFUSED
    assert "Token" in fresh(package).booking_error


def test_the_token_is_not_in_the_call_log(ghn, account, package) -> None:
    booking.attempt(package.pk)
    text = "".join(f"{c.request}{c.response}{c.path}" for c in PartnerCall.objects.all())
    assert account.credentials["token"] not in text


def test_an_old_address_that_ghn_cannot_place_is_sent_once_in_the_new_form(
    ghn, order, package
) -> None:
    Order.objects.filter(pk=order.pk).update(district="Quận Không Có")
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert ghn.calls("create") == 2
    [kept] = ghn.orders().values()
    assert kept["is_new_to_address"] is True


def test_cancelling_a_booked_parcel_asks_the_carrier_and_voids(ghn, order, package) -> None:
    booking.attempt(package.pk)
    cancel_shipment(package.pk, actor=ACTOR)
    assert fresh(package).booking_state == BookingState.BOOKED

    assert booking.attempt(package.pk) == BookingState.VOID
    [kept] = ghn.orders().values()
    assert kept["status"] == "cancel"
    order.refresh_from_db()
    assert order.fulfillment_status == "allocated"


def test_a_cancel_whose_answer_is_lost_is_believed_after_reading_the_parcel(ghn, package) -> None:
    booking.attempt(package.pk)
    cancel_shipment(package.pk, actor=ACTOR)
    ghn.fault("timeout_after_work", "*/switch-status/cancel")
    assert booking.attempt(package.pk) == BookingState.BOOKED
    assert booking.attempt(package.pk) == BookingState.VOID


def test_a_cancel_that_the_carrier_refuses_is_a_problem(ghn, order, package) -> None:
    booking.attempt(package.pk)
    cancel_shipment(package.pk, actor=ACTOR)
    ghn.steer("walk", client_order_code=package.reference, status="delivering")

    assert booking.attempt(package.pk) == BookingState.BOOKED
    package = fresh(package)
    assert package.cancel_requested_at is None
    assert order.problems.filter(resolved_at=None, kind="shipping").exists()


def test_a_cancel_while_the_outcome_is_unknown_waits_for_the_look_up(ghn, package) -> None:
    ghn.fault("timeout_after_work", CREATE)
    booking.attempt(package.pk)
    cancel_shipment(package.pk, actor=ACTOR)

    assert booking.attempt(package.pk) == BookingState.VOID
    [kept] = ghn.orders().values()
    assert kept["status"] == "cancel"


def test_a_cancelled_order_takes_its_parcel_out_of_the_carriers_books(ghn, order, package) -> None:
    from oms.kernel.events import timeline_of
    from shipping.handlers import cancel_parcel

    booking.attempt(package.pk)
    cancel_order(order.pk, actor=ACTOR, reason="khách đổi ý")
    event = timeline_of("order", order.pk).get(name="order.cancelled")
    cancel_parcel(event)
    cancel_parcel(event)

    assert booking.attempt(package.pk) == BookingState.VOID
    [kept] = ghn.orders().values()
    assert kept["status"] == "cancel"


def test_polling_finds_what_lost_callbacks_would_have_told(ghn, order, package) -> None:
    booking.attempt(package.pk)
    ghn.steer("walk", client_order_code=package.reference, status="delivered")

    assert polling.poll(package.pk) >= 3
    assert polling.poll(package.pk) == 0
    order.refresh_from_db()
    assert (order.status, order.cod_status) == ("delivered", "collected")


def test_only_packages_that_have_been_quiet_are_polled(booked) -> None:
    assert polling.quiet_packages() == []
    Package.objects.filter(pk=booked.pk).update(checked_at=now() - timedelta(hours=7))
    assert polling.quiet_packages() == [booked.pk]


def test_a_parcel_that_two_sweeps_put_in_line_is_read_once(booked, monkeypatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(polling, "poll", lambda key: read.append(key) or 1)
    assert polling.poll_if_quiet(booked.pk) == 0  # heard of just now
    Package.objects.filter(pk=booked.pk).update(checked_at=now() - timedelta(hours=7))
    polling.poll_if_quiet(booked.pk)
    Package.objects.filter(pk=booked.pk).update(checked_at=now())  # as poll does
    polling.poll_if_quiet(booked.pk)
    assert read == [booked.pk]


def test_quotes_come_without_storing_anything(ghn, order, account) -> None:
    found = compare_carriers(order.pk, wanted(account), [account])
    quotes = [offer.quote for offer in found.offers]
    assert found.silent == ()
    assert {quote.service_code for quote in quotes} == {"2", "5"}
    assert [quote.fee_vnd for quote in quotes] == sorted(quote.fee_vnd for quote in quotes)
    assert all(quote.expected_at for quote in quotes)
    assert ghn.orders() == {}
    assert not Package.objects.exists()


def test_the_carriers_label_page_opens(ghn, account, package) -> None:
    import requests

    from shipping.ports import carrier_for

    booking.attempt(package.pk)
    url = carrier_for(account).label(fresh(package).tracking_number).url
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200
    assert fresh(package).tracking_number in answer.text
