"""Viettel Post and GHTK through the whole house: doubts, callbacks, tokens (A-69, A-74, A-77)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from oms.sandbox.run import Sandbox, running_sandbox
from shipping.models import CarrierAccount, Package
from shipping.services import booking, doubts, shipments
from shipping.services.shipments import create_shipment
from tests.sandbox.conftest import Listener
from tests.shipping.conftest import ACTOR, wanted

SECRET = "khoa-cua-shop"
LOGINS = {
    "viettel_post": ("username", "password"),
    "ghtk": ("partner_code", "token"),
}


class House:
    """One carrier's sandbox, its account with us and a parcel that waits to be sent."""

    def __init__(self, name: str, sandbox: Sandbox, order: Any) -> None:
        self.name, self.sandbox, self.heard = name, sandbox, Listener()
        given = sandbox.credentials()[name]
        number, secret = LOGINS[name]
        self.account = CarrierAccount.objects.create(
            carrier=name,
            name=name,
            shop_id=given[number],
            credentials={secret: given[secret]},
            webhook_secret=SECRET,
        )
        tail = {"viettel_post": f"#{SECRET}", "ghtk": f"?hash={SECRET}"}[name]
        self.steer("callbacks", url=f"{self.heard.url}/{tail}")
        request = wanted(self.account, service_code="")
        self.package_id = create_shipment(order.pk, request, actor=ACTOR).pk

    @property
    def package(self) -> Package:
        return Package.objects.select_related("account").get(pk=self.package_id)

    def steer(self, action: str, **body: Any) -> Any:
        return self.sandbox.control(self.name, "POST", action, body)

    def parcels(self) -> dict[str, Any]:
        return self.sandbox.control(self.name, "GET", "state?collection=orders").get("orders", {})

    def deliver(self, client: Any) -> list[int]:
        """Hand on to our address what the carrier has told; returns our answers."""
        self.sandbox.settle(self.name)
        answers = []
        for path, headers, body in self.heard.raw:
            tail = path.partition("?")[2]
            url = reverse(f"shipping:hook_{self.name}") + (f"?{tail}" if tail else "")
            answers.append(client.post(url, body, content_type=headers["Content-Type"]).status_code)
        self.heard.raw.clear()
        for key in InboxMessage.objects.filter(processed_at=None).values_list("pk", flat=True):
            inbox.process(key)
        return answers


@pytest.fixture(params=sorted(LOGINS))
def house(request, tmp_path, redis_clean, monkeypatch, order) -> Iterator[House]:
    with running_sandbox(tmp_path, [request.param]) as sandbox:
        given = sandbox.credentials()[request.param]
        partners = {**settings.PARTNERS, request.param: given}
        monkeypatch.setattr(settings, "PARTNERS", partners)
        house = House(request.param, sandbox, order)
        yield house
        house.heard.close()


def test_a69_a_parcel_is_booked_told_about_and_delivered(house, client) -> None:
    assert booking.attempt(house.package_id) == "booked"
    [code] = house.parcels()
    assert house.package.tracking_number == code
    assert house.package.service_code in ("VCN", "road")
    assert (house.package.fee_vnd or 0) > 0
    done = "501" if house.name == "viettel_post" else "5"
    own = {"viettel_post": "ORDER_REFERENCE", "ghtk": "partner_id"}[house.name]
    house.steer("walk", status=done, **{own: house.package.reference})
    assert set(house.deliver(client)) == {200}
    assert (house.package.status, house.package.cod_status) == ("delivered", "collected")
    assert SECRET not in "".join(
        bytes(body).decode() for body in InboxMessage.objects.values_list("body", flat=True)
    )


@pytest.mark.parametrize("fault", ["timeout_before_work", "timeout_after_work", "garbled_json"])
def test_a74_a_lost_answer_never_makes_a_second_parcel(house, client, fault) -> None:
    house.steer("faults", kind=fault, path="*rder*")
    assert booking.attempt(house.package_id) == "unknown"
    booking.attempt(house.package_id)
    house.deliver(client)
    assert len(house.parcels()) == 1
    assert house.package.booking_state == "booked"
    assert [house.package.tracking_number] == list(house.parcels())


def test_a_forged_message_is_refused_and_leaves_no_row(house, client) -> None:
    house.steer("faults", kind="bad_signature", path="*")
    booking.attempt(house.package_id)
    assert house.deliver(client) == [401]
    assert not InboxMessage.objects.exists()
    assert inbox.rejected_count(house.name) == 1


def lost_at_viettel_post(house: House) -> None:
    """A parcel of which nobody told us, and a repeat that the carrier refuses."""
    house.steer("faults", kind="timeout_after_work", path="*/createOrderNlp")
    house.steer("faults", kind="lost", path="*", times=9)
    assert booking.attempt(house.package_id) == "unknown"
    assert booking.attempt(house.package_id) == "unknown"


@pytest.mark.parametrize("house", ["viettel_post"], indirect=True)
def test_a_doubt_that_nobody_can_look_up_is_shown_and_ended_by_a_person(
    house, owner_client, order
) -> None:
    lost_at_viettel_post(house)
    [code] = house.parcels()
    [problem] = order.problems.filter(resolved_at=None)
    assert house.package.reference in problem.message
    page = owner_client.get(reverse("shipping:package_detail", args=[house.package_id]))
    assert 'name="tracking_number"' in page.content.decode()
    answer = owner_client.post(
        reverse("shipping:settle", args=[house.package_id]), {"tracking_number": code}
    )
    assert answer.status_code == 302
    assert (house.package.booking_state, house.package.tracking_number) == ("booked", code)
    assert not order.problems.filter(resolved_at=None).exists()


@pytest.mark.parametrize("house", ["viettel_post"], indirect=True)
def test_a_person_may_say_that_the_carrier_has_none_and_a_repeat_stays_one_parcel(house) -> None:
    lost_at_viettel_post(house)
    assert doubts.say_not_booked(house.package_id, actor=ACTOR)
    assert house.package.booking_state == "refused"
    shipments.retry_booking(house.package_id, actor=ACTOR)
    # The person was wrong: the carrier knows the reference, so the doubt is back.
    assert booking.attempt(house.package_id) == "unknown"
    assert len(house.parcels()) == 1


@pytest.mark.parametrize("house", ["viettel_post"], indirect=True)
def test_a_token_is_kept_and_asked_for_again_when_it_is_revoked(house) -> None:
    assert booking.attempt(house.package_id) == "booked"
    account = CarrierAccount.objects.get(pk=house.account.pk)
    first: Any = account.credentials
    assert first["token"]
    house.steer("forget_tokens")
    shipments.cancel_shipment(house.package_id, actor=ACTOR)
    assert booking.attempt(house.package_id) == "void"
    account.refresh_from_db()
    later: Any = account.credentials
    assert (later["password"], later["token"] != first["token"]) == (first["password"], True)
