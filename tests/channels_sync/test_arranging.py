"""Shipments arranged with the marketplace: once, numbered, labelled; cancellations answered."""

import threading

import pytest
from django.db import connection, transaction

from channels_sync.handlers import order_cancelled, shipment_booked
from channels_sync.models import RemoteOrder, RemotePackage
from channels_sync.services.arranging import (
    arrange_shipment,
    due_package_ids,
    mark_arranged,
    send_arrangement,
    tell_own_tracking,
)
from channels_sync.services.cancelling import answer_cancellation, cancel_at_marketplace
from channels_sync.services.importing import import_orders
from channels_sync.services.listings import pull_listings
from channels_sync.services.waybills import fetch_waybill
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.models import Order, OrderProblem
from orders.services import lifecycle
from orders.services.states import lock_order
from shipping.labels.batch import print_batch
from shipping.labels.build import packages_for_print
from shipping.models import Package
from tests.races.test_place_races import wait_until_somebody_waits

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(shop, variants):
    pull_listings(shop.pk)
    return shop


@pytest.fixture
def confirmed(shopee, ready):
    """confirmed(**wanted) is an order of the shop, imported and confirmed."""

    def make(**wanted) -> Order:
        [number] = shopee.place(**wanted)
        import_orders(ready.pk, [number])
        order = Order.objects.get(remote_id=number)
        return lifecycle.confirm_order(order.pk, actor=ACTOR)

    return make


def the_package(order: Order) -> RemotePackage:
    return RemotePackage.objects.get(remote_order__order=order)


def test_an_order_is_arranged_numbered_and_its_label_stored(shopee, confirmed, until):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    assert send_arrangement(package.pk).arrangement == "arranged"
    until(lambda: fetch_waybill(package.pk).waybill == "stored")
    parcel = Package.objects.get(fulfilment__order=order)
    assert parcel.is_external
    assert parcel.tracking_number == the_package(order).tracking_number != ""
    with parcel.waybill.open("rb") as stored:
        assert stored.read(5) == b"%PDF-"
    order.refresh_from_db()
    assert order.fulfillment_status == "released"
    assert order.tracking_number == parcel.tracking_number
    assert due_package_ids() == []
    assert len(shopee.calls("ship_order")) == 1


def test_a_second_click_arranges_nothing_more(shopee, confirmed):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    assert len(shopee.calls("ship_order")) == 1
    assert Event.objects.filter(name="channel.shipment_requested").count() == 1


@pytest.mark.parametrize(
    ("kind", "more"),
    [("timeout_after_work", {}), ("garbled_json", {}), ("status_5xx", {"after_work": True})],
)
def test_a_lost_answer_is_looked_up_and_never_sent_twice(shopee, confirmed, kind, more):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    shopee.fault(kind, "*ship_order", **more)
    assert send_arrangement(package.pk).arrangement == "unknown"
    assert send_arrangement(package.pk).arrangement == "arranged"
    assert len(shopee.calls("ship_order")) == 1


def test_a_lost_request_is_looked_up_and_sent_again(shopee, confirmed):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    shopee.fault("timeout_before_work", "*ship_order")
    assert send_arrangement(package.pk).arrangement == "unknown"
    assert send_arrangement(package.pk).arrangement == "arranged"
    assert len(shopee.calls("ship_order")) == 2


def test_a_failed_look_up_is_not_a_no(shopee, confirmed):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    shopee.fault("timeout_after_work", "*ship_order")
    send_arrangement(package.pk)
    shopee.fault("status_5xx", "*get_order_detail", times=3)
    assert send_arrangement(package.pk).arrangement == "unknown"
    assert len(shopee.calls("ship_order")) == 1
    assert send_arrangement(package.pk).arrangement == "arranged"


def test_a_rate_limit_leaves_the_wish_in_the_queue(shopee, confirmed):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    shopee.fault("rate_limit", "*ship_order")
    assert send_arrangement(package.pk).arrangement == "queued"
    assert send_arrangement(package.pk).arrangement == "arranged"


def test_an_order_nobody_confirmed_or_that_is_held_is_not_arranged(shopee, ready):
    [number] = shopee.place()
    import_orders(ready.pk, [number])
    order = Order.objects.get(remote_id=number)
    with pytest.raises(DomainError) as refusal:
        arrange_shipment(order.pk, actor=ACTOR)
    assert refusal.value.code == "order.not_ready"
    lifecycle.confirm_order(order.pk, actor=ACTOR)
    lifecycle.hold_order(order.pk, actor=ACTOR, reason="chờ gọi")
    with pytest.raises(DomainError):
        arrange_shipment(order.pk, actor=ACTOR)
    assert the_package(order).arrangement == "none"


def test_a_refusal_is_a_problem_of_the_order(shopee, confirmed):
    order = confirmed(channel_id=50066)  # the seller carries it: no pickup to arrange
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    assert send_arrangement(package.pk).arrangement == "refused"
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.SHIPPING
    assert shopee.calls("ship_order") == []


def test_our_own_carriers_number_is_told_to_the_marketplace(shopee, confirmed):
    order = confirmed(channel_id=50066)
    [package] = tell_own_tracking(order.pk, "GHN0001", actor=ACTOR)
    assert send_arrangement(package.pk).arrangement == "arranged"
    [call] = shopee.calls("ship_order")
    assert '"non_integrated": {"tracking_number": "GHN0001"}' in call["body"]
    assert the_package(order).waybill == "none"
    assert not Package.objects.filter(fulfilment__order=order).exists()


def test_a_marketplaces_own_parcel_is_not_told_back(shopee, confirmed, until):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    until(lambda: fetch_waybill(package.pk).waybill == "stored")
    for event in Event.objects.filter(name="shipment.booked"):
        shipment_booked(event)
    assert the_package(order).own_tracking_number == ""
    assert len(shopee.calls("ship_order")) == 1


def test_a_label_that_fails_is_a_problem(shopee, confirmed, until):
    shopee("POST", "behaviour", {"document_result": "FAILED"})
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    until(lambda: fetch_waybill(package.pk).waybill == "failed")
    assert order.problems.get(resolved_at=None).kind == OrderProblem.Kind.SHIPPING
    assert the_package(order).next_attempt_at is None


def test_a_label_comes_although_answers_get_lost(shopee, confirmed, until):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    for path in ("*create_shipping_document", "*get_shipping_document_result"):
        shopee.fault("garbled_json", path)
    shopee.fault("status_5xx", "*download_shipping_document", times=3)
    until(lambda: fetch_waybill(package.pk).waybill == "stored")
    assert Package.objects.filter(fulfilment__order=order).count() == 1


def test_a75_a_label_that_was_cut_on_its_way_is_fetched_again_and_never_kept(
    shopee, confirmed, until
):
    """One label that nobody can read would take a whole batch with it at the printer."""
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    shopee.fault("garbled_json", "*download_shipping_document")
    until(lambda: "chưa trọn" in fetch_waybill(package.pk).last_error)
    assert not Package.objects.get(fulfilment__order=order).waybill
    until(lambda: fetch_waybill(package.pk).waybill == "stored")
    kept = Package.objects.get(fulfilment__order=order)
    assert print_batch(packages_for_print([kept.pk], Package.objects.all())).startswith(b"%PDF")


def test_a75_a_label_that_never_comes_whole_is_a_problem_of_the_order(shopee, confirmed, until):
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)
    send_arrangement(package.pk)
    shopee.fault("garbled_json", "*download_shipping_document", times=None)
    until(lambda: fetch_waybill(package.pk).waybill == "failed")
    [problem] = order.problems.filter(resolved_at=None)
    assert (problem.kind, "PDF" in problem.message) == (OrderProblem.Kind.SHIPPING, True)


def test_cash_the_marketplace_collected_follows_delivery_and_completion(shopee, confirmed, ready):
    order = confirmed(cod=True)
    for status in ("SHIPPED", "TO_CONFIRM_RECEIVE"):
        shopee.move(order.remote_id, status)
        import_orders(ready.pk, [order.remote_id])
    order.refresh_from_db()
    assert (order.status, order.cod_status, order.paid_vnd) == ("delivered", "collected", 0)
    shopee.move(order.remote_id, "COMPLETED")
    import_orders(ready.pk, [order.remote_id])
    order.refresh_from_db()
    assert (order.status, order.cod_status) == ("completed", "remitted")
    assert order.paid_vnd == order.total_vnd


def test_a_wish_to_cancel_is_accepted(shopee, confirmed, ready):
    order = confirmed()
    shopee.move(order.remote_id, "IN_CANCEL")
    import_orders(ready.pk, [order.remote_id])
    answer_cancellation(order.pk, accept=True, actor=ACTOR)
    order.refresh_from_db()
    assert order.status == "cancelled"
    remote = RemoteOrder.objects.get(order=order)
    assert (remote.state, remote.cancel_answer) == ("cancelled", "accepted")
    with pytest.raises(DomainError):
        answer_cancellation(order.pk, accept=False, actor=ACTOR)


def test_a_wish_to_cancel_is_rejected(shopee, confirmed, ready):
    order = confirmed()
    shopee.move(order.remote_id, "IN_CANCEL")
    import_orders(ready.pk, [order.remote_id])
    answer_cancellation(order.pk, accept=False, actor=ACTOR)
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert not order.needs_attention


def test_we_cancel_at_the_marketplace_and_ours_follows(shopee, confirmed):
    order = confirmed()
    cancel_at_marketplace(order.pk, actor=ACTOR)
    order.refresh_from_db()
    assert order.status == "cancelled"
    cancel_at_marketplace(order.pk, actor=ACTOR)
    assert len(shopee.calls("cancel_order")) == 1


def test_an_order_cancelled_here_is_cancelled_at_the_marketplace(shopee, confirmed):
    order = confirmed()
    lifecycle.cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    event = Event.objects.get(name="order.cancelled")
    order_cancelled(event)
    order_cancelled(event)
    assert len(shopee.calls("cancel_order")) == 1
    remote = RemoteOrder.objects.get(order=order)
    assert remote.state == "cancelled"
    # The reason that was chosen, in the marketplace's own word and with its goods.
    assert remote.payload["cancel_reason"] == "OUT_OF_STOCK"


def test_a_cancellation_that_the_marketplace_refuses_needs_a_person(shopee, confirmed):
    order = confirmed()
    RemoteOrder.objects.filter(order=order).update(state="shipped")
    lifecycle.cancel_order(order.pk, actor=ACTOR, reason="Hết hàng")
    order_cancelled(Event.objects.get(name="order.cancelled"))
    order.refresh_from_db()
    assert order.needs_attention
    assert shopee.calls("cancel_order") == []


def test_an_order_that_was_stopped_since_the_wish_is_not_shipped(shopee, confirmed):
    cancelled, held = confirmed(), confirmed()
    wishes = {order: arrange_shipment(order.pk, actor=ACTOR)[0] for order in (cancelled, held)}
    lifecycle.cancel_order(cancelled.pk, actor=ACTOR, reason="Hết hàng")
    lifecycle.hold_order(held.pk, actor=ACTOR, reason="Chờ khách")
    assert send_arrangement(wishes[cancelled].pk).arrangement == "none"
    assert send_arrangement(wishes[held].pk).arrangement == "queued"
    assert shopee.calls("ship_order") == []
    lifecycle.release_hold(held.pk, actor=ACTOR)
    assert send_arrangement(wishes[held].pk).arrangement == "arranged"


def test_who_arranges_takes_the_order_before_its_parcel(shopee, confirmed):
    """As who follows the order does: the other way round they would wait for each other."""
    order = confirmed()
    [package] = arrange_shipment(order.pk, actor=ACTOR)

    def arranged() -> None:
        try:
            mark_arranged(package.pk)
        finally:
            connection.close()

    worker = threading.Thread(target=arranged)
    with transaction.atomic():
        lock_order(order.pk)
        worker.start()
        wait_until_somebody_waits()
        RemotePackage.objects.select_for_update(nowait=True).get(pk=package.pk)
    worker.join(timeout=30)
    assert the_package(order).arrangement == "arranged"
