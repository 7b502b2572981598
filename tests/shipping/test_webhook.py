"""GHN calls us: a secret in the address, stored first, believed later."""

import json
import time

import pytest

from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from shipping.models import CarrierAccount, Package, TrackingEvent
from shipping.services import booking
from tests.shipping.test_ghn_mapping import hook

URL = "/hooks/ghn/bi-mat-cua-webhook/"


def post(client, body: bytes, url: str = URL):
    return client.post(url, body, content_type="application/json")


def work_inbox() -> None:
    for message_id in InboxMessage.objects.filter(processed_at=None).values_list("pk", flat=True):
        inbox.process(message_id)


def test_a_callback_is_stored_and_answered_then_processed(client, booked, redis_clean) -> None:
    answer = post(client, hook(Status="picked", OrderCode="LX7ABC"))
    assert answer.status_code == 200
    assert TrackingEvent.objects.count() == 0
    work_inbox()
    assert Package.objects.get(pk=booked.pk).status == "in_transit"
    assert InboxMessage.objects.get().processed_at is not None


@pytest.mark.parametrize("secret", ["x", "bi-mat-cua-webhooK", "bi-mat-cua-webhook-dai-hon"])
def test_a_wrong_secret_is_refused_counted_and_leaves_no_row(
    client, account, redis_clean, secret
) -> None:
    answer = post(client, hook(), f"/hooks/ghn/{secret}/")
    assert answer.status_code == 401
    assert not InboxMessage.objects.exists()
    assert inbox.rejected_count("ghn") == 1


def test_the_secret_of_an_account_out_of_use_is_wrong(client, account, redis_clean) -> None:
    CarrierAccount.objects.update(is_active=False)
    assert post(client, hook()).status_code == 401


def test_a_repeat_is_one_message(client, booked, redis_clean) -> None:
    for _ in range(3):
        assert post(client, hook()).status_code == 200
    assert InboxMessage.objects.count() == 1


def test_garbage_with_the_right_secret_is_kept_and_retried_not_lost(
    client, account, redis_clean
) -> None:
    assert post(client, b"\xff{garbage").status_code == 200
    work_inbox()
    message = InboxMessage.objects.get()
    assert message.processed_at is None
    assert message.attempts == 1


def test_a_callback_of_an_unknown_parcel_waits_for_it(client, account, redis_clean) -> None:
    post(client, hook(OrderCode="NOBODY", ClientOrderCode="nobody"))
    work_inbox()
    assert InboxMessage.objects.get().processed_at is None


def test_another_accounts_callback_does_not_move_our_parcel(
    client, booked, warehouse, redis_clean
) -> None:
    CarrierAccount.objects.create(
        carrier="ghn", name="Khác", shop_id="2", credentials={"token": "t"}, webhook_secret="khac"
    )
    post(client, hook(Status="delivered"), "/hooks/ghn/khac/")
    work_inbox()
    assert Package.objects.get(pk=booked.pk).status == "released"


def test_a_callback_that_overtakes_the_answer_of_create_settles_the_booking(
    client, ghn, package
) -> None:
    ghn.fault("timeout_after_work", "*/shipping-order/create")
    booking.attempt(package.pk)
    [code] = ghn.orders()
    ghn.steer("walk", order_code=code, status="picked")
    body = hook(OrderCode=code, ClientOrderCode=package.reference, Status="picked")
    post(client, body)
    work_inbox()
    package = Package.objects.get(pk=package.pk)
    assert (package.booking_state, package.tracking_number) == ("booked", code)
    assert package.status == "in_transit"


def test_get_is_not_a_callback(client, account) -> None:
    assert client.get(URL).status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["", "duplicate", "reorder", "lost", "unknown_webhook_status"])
def test_a_real_ghn_reports_the_whole_way_whatever_its_line_does(
    live_server, ghn, package, fault
) -> None:
    """Callbacks over HTTP; what they lose, polling finds."""
    from shipping.services.polling import poll

    booking.attempt(package.pk)
    if fault:
        ghn.fault(fault, "switch_status", times=2, seconds=0.5)
    ghn.steer("callbacks", url=live_server.url + URL, scope="190001")
    ghn.steer("walk", client_order_code=package.reference, status="delivered")
    ghn.sandbox.settle("ghn", 30)
    end = time.monotonic() + 30
    while InboxMessage.objects.filter(processed_at=None).exists() and time.monotonic() < end:
        work_inbox()
    poll(package.pk)

    package = Package.objects.get(pk=package.pk)
    assert (package.status, package.cod_status) == ("delivered", "collected")
    keys = set(InboxMessage.objects.values_list("key", flat=True))
    assert len(keys) == InboxMessage.objects.count()
    if fault == "unknown_webhook_status":
        assert TrackingEvent.objects.filter(known=False).exists()


def test_the_headers_kept_hold_no_secret(client, booked, redis_clean) -> None:
    post(client, hook())
    assert "bi-mat" not in json.dumps(InboxMessage.objects.get().headers)
