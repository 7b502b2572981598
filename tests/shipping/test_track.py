"""A-78: the buyer's page tells the way of a parcel and no person; guessing is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from oms.kernel.clock import now
from orders.models import Order
from shipping import ports
from shipping.models import CarrierAccount, Package
from shipping.ports import TrackingUpdate
from shipping.services import polling, tracking
from shipping.services.shipments import create_shipment
from tests.shipping.conftest import ACTOR, wanted

MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)


def report(status: str, hours: int, **facts) -> TrackingUpdate:
    fields = {
        "tracking_number": "LX7ABC",
        "reference": "",
        "kind": "switch_status",
        "raw_status": status,
        "occurred_at": MORNING + timedelta(hours=hours),
        "status": status,
        "reason": "Khách Ánh hẹn lại",
        "place": "Bưu cục Tân Định",
    }
    return TrackingUpdate(**{**fields, **facts})


@pytest.fixture
def on_its_way(booked, redis_clean) -> Package:
    day = MORNING + timedelta(days=2)
    tracking.apply_event(booked.pk, report("in_transit", 1, expected_at=day))
    tracking.apply_event(booked.pk, report("out_for_delivery", 5))
    return Package.objects.select_related("fulfilment__order").get(pk=booked.pk)


def ask(client, code: str, tail: str, address: str = "203.0.113.7"):
    data = {"code": code, "phone_tail": tail}
    return client.post(reverse("shipping:track"), data, REMOTE_ADDR=address)


def test_a78_the_page_shows_the_way_and_the_day_and_nothing_of_the_person(
    client, on_its_way
) -> None:
    order: Order = on_its_way.fulfilment.order
    for code in ("LX7ABC", "lx7abc", order.number):
        answer = ask(client, code, "4321")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert ("Đang giao" in text, "Đang vận chuyển" in text) == (True, True)
        assert "25/11/2026" in text
        shown = text.replace('value="4321"', "")
        hidden = (order.recipient_name, order.street, "987654321", "680.000", "Tân Định", "Ánh")
        assert [word for word in hidden if word in shown] == []
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_wrong_phone_and_an_unknown_code_are_the_same_answer(client, on_its_way) -> None:
    wrong, unknown = ask(client, "LX7ABC", "0000"), ask(client, "NOBODY", "4321")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.context["journey"] is unknown.context["journey"] is None
    assert "Không tìm thấy" in wrong.content.decode()
    for tail in ("", "432", "54321", "%%%%", "４３２１"):
        assert ask(client, "LX7ABC", tail).status_code == 422


def test_a78_enumeration_is_refused_by_caller_and_by_code(client, on_its_way) -> None:
    by_caller = [ask(client, f"LX{n}", "4321").status_code for n in range(21)]
    assert by_caller == [404] * 20 + [429]
    by_code = [ask(client, "LX7ABC", f"{n:04d}", f"198.51.100.{n}") for n in range(11)]
    assert [answer.status_code for answer in by_code] == [404] * 10 + [429]
    # Even the right digits are not told then.
    right = ask(client, "lx7abc", "4321", "198.51.100.99")
    assert right.status_code == 429
    assert "Đang giao" not in right.content.decode()


def test_the_form_comes_with_the_code_of_the_link(client, redis_clean, db) -> None:
    text = client.get(reverse("shipping:track"), {"code": "LX7ABC"}).content.decode()
    assert 'value="LX7ABC"' in text


def test_a77_a_late_report_changes_neither_state_nor_fee_nor_day(on_its_way) -> None:
    late = report("in_transit", 0, fee_vnd=1, expected_at=MORNING, weight_g=1)
    assert tracking.apply_event(on_its_way.pk, late)
    package = Package.objects.get(pk=on_its_way.pk)
    assert (package.status, package.fee_vnd) == ("out_for_delivery", 24_250)
    assert package.expected_at == MORNING + timedelta(days=2)
    assert package.carrier_weight_g is None


def test_silent_parcels_are_asked_about_in_turn_within_each_carriers_limit(
    make_order, account, monkeypatch
) -> None:
    ghtk = CarrierAccount.objects.create(
        carrier="ghtk", name="GHTK", shop_id="S1", credentials={"token": "t"}
    )
    kinds = {code: replace(kind, polls_per_minute=1) for code, kind in ports._carriers.items()}
    monkeypatch.setattr(ports, "_carriers", kinds)
    monkeypatch.setattr(polling, "SWEEP_MINUTES", 2)
    made = []
    for number, row in enumerate([account, account, account, ghtk]):
        parcel = create_shipment(make_order().pk, wanted(row, service_code=""), actor=ACTOR)
        silent = now() - timedelta(hours=10 - number)
        Package.objects.filter(pk=parcel.pk).update(
            booking_state="booked", tracking_number=f"T{number}", checked_at=silent
        )
        made.append(parcel.pk)
    assert polling.quiet_packages() == [made[0], made[3], made[1]]
