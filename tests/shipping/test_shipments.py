"""Making shipments: what is asked, what is refused, what is written."""

import pytest

from inventory.models import Allocation, StockLevel
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from orders.models import Order
from orders.services.lifecycle import cancel_order, hold_order
from shipping.models import BookingState, Fulfilment, Package
from shipping.services.handover import hand_over
from shipping.services.shipments import cancel_shipment, create_shipment, due_cod_vnd
from tests.shipping.conftest import ACTOR, wanted


def test_c27_a_shipment_is_one_fulfilment_its_lines_and_a_queued_package(order, account) -> None:
    package = create_shipment(order.pk, wanted(account), actor=ACTOR)

    assert package.booking_state == BookingState.QUEUED
    assert package.reference.startswith(f"{order.number}-")
    [line] = package.fulfilment.lines.all()
    assert (line.order_line.sku, line.quantity) == ("AT-01", 2)
    order.refresh_from_db()
    assert (order.fulfillment_status, order.status) == ("released", "processing")
    assert timeline_of("order", order.pk).filter(name="shipment.created").count() == 1


def test_a_second_call_returns_the_first_package(order, account) -> None:
    first = create_shipment(order.pk, wanted(account), actor=ACTOR)
    second = create_shipment(order.pk, wanted(account), actor=ACTOR)
    assert first.pk == second.pk
    assert Package.objects.count() == 1


def test_a71_cod_is_the_unpaid_goods_and_the_buyers_fee(order, package) -> None:
    assert package.cod_vnd == 680_000
    assert package.cod_status == "to_collect"


def test_what_is_paid_is_not_collected(make_order, account) -> None:
    paid = make_order(paid_vnd=200_000)
    assert due_cod_vnd(paid, fee_payer="shop") == 480_000


def test_a73_the_buyers_fee_is_not_collected_when_the_receiver_pays_the_carrier(
    order,
) -> None:
    assert due_cod_vnd(order, fee_payer="receiver") == 650_000


def test_a_prepaid_order_collects_nothing(make_order, account) -> None:
    paid = make_order(is_cod=False)
    package = create_shipment(paid.pk, wanted(account), actor=ACTOR)
    assert (package.cod_vnd, package.cod_status) == (0, "none")


def test_a71_another_cod_needs_the_permission_and_is_on_the_timeline(order, account) -> None:
    with pytest.raises(DomainError) as refusal:
        create_shipment(order.pk, wanted(account, cod_vnd=100_000), actor=ACTOR)
    assert refusal.value.field == "cod_vnd"
    assert not Package.objects.exists()

    create_shipment(order.pk, wanted(account, cod_vnd=100_000), actor=ACTOR, may_edit_cod=True)
    event = timeline_of("order", order.pk).get(name="shipment.created")
    assert (event.data["cod_vnd"], event.data["cod_due_vnd"]) == (100_000, 680_000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weight_g": 0}, "weight_g"),
        ({"weight_g": -5}, "weight_g"),
        ({"weight_g": 50_001}, "weight_g"),
        ({"length_cm": 0}, "length_cm"),
        ({"height_cm": 201}, "height_cm"),
        ({"cod_vnd": 50_000_001}, "cod_vnd"),
        ({"cod_vnd": -1}, "cod_vnd"),
        ({"fee_payer": "nobody"}, "fee_payer"),
        ({"inspection_note": "maybe"}, "inspection_note"),
        ({"account_id": 0}, "account"),
    ],
)
def test_a_bad_parcel_is_refused_by_field_and_leaves_nothing(
    order, account, changes, field
) -> None:
    with pytest.raises(DomainError) as refusal:
        create_shipment(order.pk, wanted(account, **changes), actor=ACTOR, may_edit_cod=True)
    assert refusal.value.field == field
    assert not Fulfilment.objects.exists()
    order.refresh_from_db()
    assert order.fulfillment_status == "allocated"


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("recipient_phone", "12", "recipient_phone"),
        ("recipient_phone", "", "recipient_phone"),
        ("ward", "", "ward"),
        ("ward", "???", "ward"),
        ("province", "Atlantis", "province"),
        ("street", " ", "street"),
        ("recipient_name", "", "recipient_name"),
    ],
)
def test_an_incomplete_address_is_refused_by_field(order, account, column, value, field) -> None:
    Order.objects.filter(pk=order.pk).update(**{column: value})
    with pytest.raises(DomainError) as refusal:
        create_shipment(order.pk, wanted(account), actor=ACTOR)
    assert refusal.value.field == field


def test_an_order_without_promised_stock_is_refused(make_order, account, variant) -> None:
    from orders.services.intake import NewLine

    short = make_order(lines=[NewLine(quantity=501, unit_price_vnd=1_000, variant_id=variant.pk)])
    with pytest.raises(DomainError) as refusal:
        create_shipment(short.pk, wanted(account), actor=ACTOR)
    assert refusal.value.code == "order.not_allocated"


def test_a_held_order_is_refused(order, account) -> None:
    hold_order(order.pk, actor=ACTOR, reason="chờ khách")
    with pytest.raises(DomainError):
        create_shipment(order.pk, wanted(account), actor=ACTOR)


def test_cancelling_before_the_send_voids_and_the_order_may_be_shipped_anew(
    order, package, account
) -> None:
    voided = cancel_shipment(package.pk, actor=ACTOR)

    assert voided.booking_state == BookingState.VOID
    order.refresh_from_db()
    assert (order.fulfillment_status, order.carrier_code) == ("allocated", "")
    again = create_shipment(order.pk, wanted(account), actor=ACTOR)
    assert again.pk != package.pk
    assert again.reference != package.reference


def test_c09_a_cancelled_shipment_leaves_exactly_the_promise_that_was_there(
    order, account, variant
) -> None:
    def stock() -> tuple[list, list]:
        levels = StockLevel.objects.filter(variant=variant).values_list("on_hand", "reserved")
        held = Allocation.objects.order_by("id").values_list("id", "quantity", "status")
        return list(levels), list(held)

    before = stock()
    package = create_shipment(order.pk, wanted(account), actor=ACTOR)
    assert stock() == before
    cancel_shipment(package.pk, actor=ACTOR)
    assert stock() == before
    again = create_shipment(order.pk, wanted(account), actor=ACTOR)
    assert (again.pk != package.pk, stock()) == (True, before)


def test_cancelling_twice_changes_nothing_more(order, package) -> None:
    cancel_shipment(package.pk, actor=ACTOR)
    cancel_shipment(package.pk, actor=ACTOR)
    assert timeline_of("order", order.pk).filter(name="shipment.cancelled").count() == 1


def test_hand_over_takes_the_goods_out_of_stock_once(order, booked, variant) -> None:
    first = hand_over([booked.pk], actor=ACTOR)
    second = hand_over([booked.pk], actor=ACTOR)

    assert first.done == second.done == [booked.pk]
    level = StockLevel.objects.get(variant=variant)
    assert (level.on_hand, level.reserved) == (498, 0)
    assert set(Allocation.objects.values_list("status", flat=True)) == {"consumed"}
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("shipped", "handed_over")


def test_hand_over_names_what_may_not_leave_and_lets_the_rest_go(
    make_order, account, booked
) -> None:
    other = make_order()
    waiting = create_shipment(other.pk, wanted(account), actor=ACTOR)

    result = hand_over([waiting.pk, booked.pk], actor=ACTOR)

    assert result.done == [booked.pk]
    assert result.refused == {waiting.pk: "Kiện chưa có mã vận đơn."}


def test_a_cancelled_order_stops_at_the_door(order, booked, variant) -> None:
    cancel_order(order.pk, actor=ACTOR, reason="khách đổi ý")
    result = hand_over([booked.pk], actor=ACTOR)
    assert "HỦY" in result.refused[booked.pk]
    assert StockLevel.objects.get(variant=variant).on_hand == 500


def test_what_has_left_cannot_be_cancelled(booked) -> None:
    hand_over([booked.pk], actor=ACTOR)
    with pytest.raises(DomainError) as refusal:
        cancel_shipment(booked.pk, actor=ACTOR)
    assert refusal.value.code == "package.has_left"
