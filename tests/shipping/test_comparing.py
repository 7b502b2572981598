"""A-79: carriers side by side, asked at once; A-27 and A-71: what is asked of a carrier later."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from oms.kernel.errors import DomainError, ServiceRefused, ServiceUnreachable
from oms.sandbox.run import Sandbox, running_sandbox
from orders.models import Order
from shipping.models import CarrierAccount, Package
from shipping.ports import Quote
from shipping.services import booking, changes
from shipping.services.asking import ask_all
from shipping.services.quoting import Offer, compare_carriers, mark_best
from shipping.services.shipments import create_shipment
from tests.shipping.conftest import ACTOR, wanted

MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)


@dataclass
class Voice:
    """A carrier that answers, refuses, breaks off or stays on the line."""

    says: Any
    heard: list[Any] = field(default_factory=list)

    def quote(self, parcel: Any) -> list[Quote]:
        self.heard.append(parcel)
        if isinstance(self.says, Event):
            self.says.wait(60)
            return []
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def offer(fee_vnd: int, hours: int | None, pk: int = 1) -> Offer:
    day = None if hours is None else MORNING + timedelta(hours=hours)
    return Offer(CarrierAccount(pk=pk), Quote("S", "S", fee_vnd, day), 1000)


def test_a79_one_silent_carrier_does_not_keep_the_others_waiting() -> None:
    held = Event()
    price = [Quote("S", "S", 30_000, MORNING)]
    voices = [Voice(price), Voice(held), Voice(ServiceRefused("Sai token")), Voice([])]
    voices.append(Voice(ServiceUnreachable("im lặng")))
    rows: list[Any] = [(CarrierAccount(pk=n, name=str(n)), v, None) for n, v in enumerate(voices)]
    started = time.monotonic()
    answers = ask_all(rows, patience_s=1.5)
    assert time.monotonic() - started < 30
    held.set()
    assert [answer.account.pk for answer in answers] == [0, 1, 2, 3, 4]
    assert answers[0].quotes == tuple(price)
    assert answers[2].silence == "Sai token"
    assert all(answer.silence and not answer.quotes for answer in answers[1:])


def test_a79_the_cheapest_and_the_fastest_are_marked_when_there_is_a_choice() -> None:
    found = mark_best(
        [offer(40_000, 24), offer(30_000, None), offer(30_000, 72), offer(55_000, 24)]
    )
    assert [(o.quote.fee_vnd, o.is_cheapest, o.is_fastest) for o in found] == [
        (30_000, True, False),
        (30_000, True, False),
        (40_000, False, True),
        (55_000, False, True),
    ]
    assert found[0].quote.expected_at is not None
    [alone] = mark_best([offer(1, 1)])
    assert not (alone.is_cheapest or alone.is_fastest)


def test_a79_an_account_of_another_warehouse_and_a_parcel_too_heavy_are_said(
    order, account, warehouse
) -> None:
    ghtk = CarrierAccount.objects.create(
        carrier="ghtk", name="GHTK", shop_id="S1", credentials={"token": "t"}
    )
    account.warehouse_id = warehouse.pk + 1
    found = compare_carriers(order.pk, wanted(ghtk, weight_g=30_000), [account, ghtk])
    assert found.offers == ()
    assert [answer.account for answer in found.silent] == [account, ghtk]
    assert "kho của đơn" in found.silent[0].silence
    assert "Khối lượng" in found.silent[1].silence


@pytest.fixture
def three(tmp_path, redis_clean, monkeypatch, db) -> Iterator[Sandbox]:
    names = ("ghn", "viettel_post", "ghtk")
    with running_sandbox(tmp_path, names) as sandbox:
        given = sandbox.credentials()
        partners = {**settings.PARTNERS, **{name: given[name] for name in names}}
        monkeypatch.setattr(settings, "PARTNERS", partners)
        logins = {
            "ghn": (str(given["ghn"]["shop_id"]), {"token": given["ghn"]["token"]}),
            "viettel_post": (
                given["viettel_post"]["username"],
                {"password": given["viettel_post"]["password"]},
            ),
            "ghtk": (given["ghtk"]["partner_code"], {"token": given["ghtk"]["token"]}),
        }
        for name in names:
            number, secrets = logins[name]
            CarrierAccount.objects.create(
                carrier=name, name=name, shop_id=number, credentials=secrets
            )
        yield sandbox


@pytest.mark.django_db(transaction=True)
def test_a79_three_carriers_are_compared_and_one_is_chosen_without_javascript(
    three, owner_client, order
) -> None:
    three.control("ghtk", "POST", "faults", {"kind": "status_5xx", "times": None})
    account = CarrierAccount.objects.get(carrier="ghn")
    form = {
        "account": account.pk,
        "service_code": "",
        "weight_g": "850",
        "length_cm": "25",
        "width_cm": "20",
        "height_cm": "6",
        "inspection_note": "look",
        "fee_payer": "shop",
    }
    url = reverse("shipping:create", args=[order.pk])
    page = owner_client.post(url, {**form, "quote": "1"})
    found = page.context["comparison"]
    assert {o.account.carrier for o in found.offers} == {"ghn", "viettel_post"}
    assert [answer.account.carrier for answer in found.silent] == ["ghtk"]
    assert sum(o.is_cheapest for o in found.offers) == 1
    viettel = CarrierAccount.objects.get(carrier="viettel_post")
    button = f'value="{viettel.pk}:VTK"'
    assert button in page.content.decode()
    [(caller, times)] = page.context["slots"]
    assert (caller, len(times)) == (account, 6)
    assert times[0].label in page.content.decode()
    shift = f"{account.pk}|{times[0].code}|{times[0].label}"
    owner_client.post(url, {**form, "choice": f"{viettel.pk}:VTK", "pickup": shift})
    package = Package.objects.get()
    assert (package.carrier_code, package.service_code) == ("viettel_post", "VTK")
    assert package.pickup_code == ""  # a time of GHN's is none of Viettel Post's


def test_a_time_for_the_courier_goes_with_the_parcel_and_stands_on_its_card(
    order, account, owner_client
) -> None:
    form = {
        "account": account.pk,
        "service_code": "2",
        "weight_g": "850",
        "length_cm": "25",
        "width_cm": "20",
        "height_cm": "6",
        "inspection_note": "look",
        "fee_payer": "shop",
        "pickup": f"{account.pk}|4|Ca sáng 23-11-2026 (7h00 - 12h00)",
    }
    owner_client.post(reverse("shipping:create", args=[order.pk]), form)
    package = Package.objects.get()
    assert booking.parcel_of(package).pickup_code == "4"
    card = owner_client.get(reverse("shipping:package_detail", args=[package.pk])).content.decode()
    assert "Hẹn hãng đến lấy" in card and "Ca sáng 23-11-2026" in card


@pytest.fixture
def failed(ghn, order, account) -> Package:
    """A parcel whose delivery failed, as GHN told."""
    from shipping.services.polling import poll

    package = create_shipment(order.pk, wanted(account), actor=ACTOR)
    booking.attempt(package.pk)
    ghn.steer("walk", client_order_code=package.reference, status="delivery_fail")
    poll(package.pk)
    return Package.objects.get(pk=package.pk)


def test_a27_a_failed_delivery_is_a_problem_with_next_steps_on_the_card(
    failed, owner_client, order
) -> None:
    [problem] = order.problems.filter(resolved_at=None)
    assert (failed.status, problem.kind) == ("delivery_failed", "delivery_failed")
    page = owner_client.get(reverse("shipping:package_detail", args=[failed.pk])).content.decode()
    for name in ("redeliver", "send_back", "receiver"):
        assert reverse(f"shipping:{name}", args=[failed.pk]) in page
    assert f"tel:{order.recipient_phone}" in page


@pytest.mark.parametrize("verb", ["redeliver", "send_back"])
def test_a27_the_carrier_is_asked_once_and_the_problem_is_closed(
    failed, ghn, owner_client, order, verb
) -> None:
    url = reverse(f"shipping:{verb}", args=[failed.pk])
    owner_client.post(url)
    assert not order.problems.filter(resolved_at=None).exists()
    [there] = ghn.orders().values()
    assert there["status"] == {"redeliver": "storing", "send_back": "return"}[verb]
    again = owner_client.post(url, follow=True).content.decode()
    assert "Hãng không nhận" in again


def test_a27_another_phone_and_street_reach_the_carrier_and_the_order(
    failed, ghn, owner_client, order
) -> None:
    ghn.steer("move", client_order_code=failed.reference, status="storing")
    url = reverse("shipping:receiver", args=[failed.pk])
    owner_client.post(url, {"phone": "0911 222 333", "street": "99 đường mới"})
    [there] = ghn.orders().values()
    assert (there["to_phone"], there["to_address"]) == ("0911222333", "99 đường mới")
    order.refresh_from_db()
    assert (order.recipient_phone, order.street) == ("+84911222333", "99 đường mới")


def test_a_silent_carrier_leaves_the_order_as_it_was(failed, ghn, order) -> None:
    ghn.fault("timeout_after_work", "*/shipping-order/update")
    with pytest.raises(DomainError) as lost:
        changes.change_receiver(failed.pk, phone="0911222333", street="99", actor=ACTOR)
    assert lost.value.code == "carrier.unreachable"
    assert Order.objects.get(pk=order.pk).street == order.street


def test_a71_another_cod_is_told_to_the_carrier_first(ghn, order, account, owner_client) -> None:
    package = create_shipment(order.pk, wanted(account), actor=ACTOR)
    booking.attempt(package.pk)
    url = reverse("shipping:change_cod", args=[package.pk])
    owner_client.post(url, {"cod_vnd": "500.000"})
    [there] = ghn.orders().values()
    order.refresh_from_db()
    package.refresh_from_db()
    assert (there["cod_amount"], package.cod_vnd, order.cod_vnd) == (500_000, 500_000, 500_000)
    refused = owner_client.post(url, {"cod_vnd": "9.000.000"}, follow=True).content.decode()
    assert "Hãng không nhận" in refused
    assert Package.objects.get(pk=package.pk).cod_vnd == 500_000


def test_only_who_may_asks_the_carrier(failed, user_factory, login) -> None:
    client = login(user_factory("warehouse"))
    for name in ("redeliver", "send_back", "receiver", "change_cod"):
        assert client.post(reverse(f"shipping:{name}", args=[failed.pk])).status_code == 403
