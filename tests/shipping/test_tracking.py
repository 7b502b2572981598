"""Reports of carriers: appended, followed, and what they do to the order and its money."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from inventory.models import StockLevel
from oms.kernel.events import timeline_of
from orders.services.lifecycle import cancel_order
from shipping.carriers.ghn.status import STATUS
from shipping.models import Package, TrackingEvent
from shipping.ports import TrackingUpdate
from shipping.services.handover import hand_over
from shipping.services.tracking import apply_event
from tests.shipping.conftest import ACTOR

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def told(raw_status: str, minutes: int = 0, **changes) -> TrackingUpdate:
    meaning = STATUS.get(raw_status)
    return TrackingUpdate(
        **{
            "tracking_number": "LX7ABC",
            "reference": "",
            "kind": "switch_status",
            "raw_status": raw_status,
            "occurred_at": START + timedelta(minutes=minutes),
            "status": meaning.status if meaning else "",
            "known": meaning is not None,
            "problem": meaning.problem if meaning else "",
            **changes,
        }
    )


def state_of(package: Package) -> tuple[str, str]:
    package = Package.objects.get(pk=package.pk)
    return package.status, package.raw_status


@pytest.fixture
def sent(booked) -> Package:
    hand_over([booked.pk], actor=ACTOR)
    return booked


def test_the_order_follows_its_package_to_delivery_and_the_carrier_holds_the_cash(
    order, sent
) -> None:
    for minutes, raw in enumerate(["picked", "storing", "delivering", "delivered"]):
        apply_event(sent.pk, told(raw, minutes))

    order.refresh_from_db()
    assert (order.status, order.fulfillment_status, order.cod_status) == (
        "delivered",
        "delivered",
        "collected",
    )
    assert order.payment_status == "unpaid"
    assert Package.objects.get(pk=sent.pk).cod_status == "collected"


def test_a_repeat_is_known_already(sent) -> None:
    assert apply_event(sent.pk, told("picked"))
    assert not apply_event(sent.pk, told("picked"))
    assert TrackingEvent.objects.count() == 1


def test_a_late_report_is_kept_but_moves_nothing(order, sent) -> None:
    apply_event(sent.pk, told("delivered", 10))
    apply_event(sent.pk, told("delivering", 5))

    assert state_of(sent) == ("delivered", "delivered")
    assert TrackingEvent.objects.count() == 2
    order.refresh_from_db()
    assert order.fulfillment_status == "delivered"


def test_an_unknown_code_moves_nothing_and_needs_a_person(order, sent) -> None:
    apply_event(sent.pk, told("picked"))
    apply_event(sent.pk, told("teleporting", 1))

    assert Package.objects.get(pk=sent.pk).status == "in_transit"
    [problem] = order.problems.filter(resolved_at=None)
    assert problem.kind == "unknown_status"
    assert "teleporting" in problem.message


def test_a_failed_delivery_needs_a_person_until_the_next_attempt(order, sent) -> None:
    apply_event(sent.pk, told("delivering", 1))
    apply_event(sent.pk, told("delivery_fail", 2, reason="Không nghe máy"))
    [problem] = order.problems.filter(resolved_at=None)
    assert problem.kind == "delivery_failed"
    assert "Không nghe máy" in problem.message

    apply_event(sent.pk, told("delivering", 3))
    assert not order.problems.filter(resolved_at=None).exists()


def test_a_carrier_that_took_it_without_our_hand_over_empties_the_shelf_once(
    order, booked, variant
) -> None:
    apply_event(booked.pk, told("picked"))
    assert hand_over([booked.pk], actor=ACTOR).done == [booked.pk]

    level = StockLevel.objects.get(variant=variant)
    assert (level.on_hand, level.reserved) == (498, 0)
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("shipped", "in_transit")


def test_delivery_is_believed_even_when_every_step_before_was_lost(order, booked) -> None:
    apply_event(booked.pk, told("delivered"))
    order.refresh_from_db()
    assert (order.status, order.cod_status) == ("delivered", "collected")


def test_a_return_ends_without_cash(order, sent) -> None:
    for minutes, raw in enumerate(["delivery_fail", "waiting_to_return", "return", "returned"]):
        apply_event(sent.pk, told(raw, minutes))
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status, order.cod_status) == (
        "returned",
        "returned",
        "none",
    )


def test_goods_that_come_back_after_delivery_move_the_order_back(order, sent) -> None:
    apply_event(sent.pk, told("delivered", 1))
    apply_event(sent.pk, told("return", 2))
    order.refresh_from_db()
    assert order.status == "returning"


@pytest.mark.parametrize(
    ("raw", "ours"), [("lost", "lost"), ("damage", "damaged"), ("scrap", "damaged")]
)
def test_a_mishap_is_a_state_and_a_problem(order, sent, raw, ours) -> None:
    apply_event(sent.pk, told(raw))
    assert state_of(sent) == (ours, raw)
    assert order.problems.filter(resolved_at=None, kind="shipping").exists()


def test_an_exception_is_a_problem_and_no_state(order, sent) -> None:
    apply_event(sent.pk, told("picked", 1))
    apply_event(sent.pk, told("exception", 2))
    assert Package.objects.get(pk=sent.pk).status == "in_transit"
    assert order.problems.filter(resolved_at=None, kind="shipping").exists()


def test_a_carrier_that_cancels_gives_the_order_back_to_be_shipped(order, booked) -> None:
    apply_event(booked.pk, told("cancel"))
    order.refresh_from_db()
    assert Package.objects.get(pk=booked.pk).booking_state == "void"
    assert (order.fulfillment_status, order.tracking_number) == ("allocated", "")
    assert order.problems.filter(resolved_at=None, kind="shipping").exists()


def test_a_cancelled_orders_parcel_that_moves_is_a_problem_not_a_crash(order, booked) -> None:
    cancel_order(order.pk, actor=ACTOR, reason="khách đổi ý")
    apply_event(booked.pk, told("picked"))
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.problems.filter(resolved_at=None, kind="shipping").exists()


def test_a_reweighing_is_kept_beside_our_own_weight(sent) -> None:
    update = told("picked", kind="update_weight", status="", weight_g=1200)
    apply_event(sent.pk, update)
    package = Package.objects.get(pk=sent.pk)
    assert (package.weight_g, package.carrier_weight_g, package.status) == (
        850,
        1200,
        "handed_over",
    )


def test_a_fee_corrected_under_the_same_state_and_time_is_kept(sent) -> None:
    """Viettel Post sends corrections in the shape of the message before."""
    assert apply_event(sent.pk, told("storing", 5, fee_vnd=30_000, weight_g=900))
    assert not apply_event(sent.pk, told("storing", 5, fee_vnd=30_000, weight_g=900))
    assert apply_event(sent.pk, told("storing", 5, fee_vnd=41_000, weight_g=1500))
    apply_event(sent.pk, told("picked", 1, fee_vnd=1, weight_g=1))  # older, and late
    package = Package.objects.get(pk=sent.pk)
    assert (package.fee_vnd, package.carrier_weight_g) == (41_000, 1500)
    assert TrackingEvent.objects.filter(package=sent, raw_status="storing").count() == 1


def test_that_the_carrier_says_it_transferred_is_a_fact_beside_and_pays_nothing(
    order, sent, owner_client
) -> None:
    apply_event(sent.pk, told("delivered", 20))
    paid_out = {"cod_transferred_at": START + timedelta(days=3)}
    assert apply_event(sent.pk, told("delivered", 20, **paid_out))  # under the state told before
    assert not apply_event(sent.pk, told("delivered", 20, **paid_out))
    assert not apply_event(sent.pk, told("delivered", 20))
    later = {"cod_transferred_at": START + timedelta(days=4)}
    assert not apply_event(sent.pk, told("delivered", 20, **later))
    package = Package.objects.get(pk=sent.pk)
    assert package.cod_told_at == paid_out["cod_transferred_at"]
    order.refresh_from_db()
    assert (package.cod_status, package.cod_received_at, order.payment_status) == (
        *("collected", None, "unpaid"),
    )
    card = owner_client.get(reverse("shipping:package_detail", args=[sent.pk])).content.decode()
    assert "hãng báo đã chuyển" in card
    cash = owner_client.get(reverse("shipping:cod_list") + "?tab=collected").content.decode()
    assert "Hãng báo đã chuyển" in cash


def test_a77_a_delivery_told_late_happened_at_its_own_time(order, sent) -> None:
    apply_event(sent.pk, told("transporting", 30))
    apply_event(sent.pk, told("delivered", 20))
    package = Package.objects.get(pk=sent.pk)
    assert package.status == "delivered"
    assert package.delivered_at == package.cod_collected_at == START + timedelta(minutes=20)


def test_a27_what_is_delivered_or_comes_back_waits_for_no_other_attempt(order, sent) -> None:
    apply_event(sent.pk, told("delivery_fail", 1))
    assert order.problems.filter(resolved_at=None, kind="delivery_failed").exists()
    apply_event(sent.pk, told("returning", 2))
    assert not order.problems.filter(resolved_at=None, kind="delivery_failed").exists()
    apply_event(sent.pk, told("delivery_fail", 3))
    assert Package.objects.get(pk=sent.pk).status == "returning"
    assert not order.problems.filter(resolved_at=None, kind="delivery_failed").exists()


def test_delivery_stands_on_the_orders_timeline_once(order, sent) -> None:
    apply_event(sent.pk, told("delivered", 1))
    apply_event(sent.pk, told("delivered", 2))
    assert timeline_of("order", order.pk).filter(name="order.delivered").count() == 1
