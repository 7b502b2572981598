"""Our own carrier and the orders of a marketplace: asked before anything is booked."""

from collections.abc import Callable

import pytest

from channels_sync.services.arranging import arrange_shipment, send_arrangement, tell_own_tracking
from channels_sync.services.importing import import_orders
from channels_sync.services.listings import pull_listings
from channels_sync.services.own_carrier import own_carrier_refusal
from oms.kernel.errors import DomainError
from oms.kernel.models import PartnerCall
from orders.models import Order
from orders.services import lifecycle
from shipping.models import CarrierAccount, Package
from shipping.services.preflight import ShipmentRequest
from shipping.services.quoting import compare_carriers
from shipping.services.shipments import create_shipment

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)
SHOPEES_OWN, SELLERS_OWN_FLEET = 50021, 50066


@pytest.fixture
def confirmed(shopee, shop, variants) -> Callable[..., Order]:
    """confirmed(**wanted) is an order of the shop with its buyer in clear, ready to be shipped."""
    pull_listings(shop.pk)

    def make(**wanted) -> Order:
        [number] = shopee.place(masked=False, **wanted)
        import_orders(shop.pk, [number])
        return lifecycle.confirm_order(Order.objects.get(remote_id=number).pk, actor=ACTOR)

    return make


@pytest.fixture
def wanted(warehouse) -> ShipmentRequest:
    account = CarrierAccount.objects.create(
        carrier="ghn", name="GHN", shop_id="1", credentials={"token": "x"}
    )
    size = {"weight_g": 500, "length_cm": 20, "width_cm": 20, "height_cm": 5}
    return ShipmentRequest(account_id=account.pk, service_code="2", **size)


def test_an_order_in_clear_that_shopee_carries_is_not_booked_at_our_carrier(
    shopee, confirmed, wanted
):
    order = confirmed(channel_id=SHOPEES_OWN)
    attempts = (
        lambda: create_shipment(order.pk, wanted, actor=ACTOR),
        lambda: compare_carriers(order.pk, wanted, CarrierAccount.objects.all()),
    )
    for attempt in attempts:
        with pytest.raises(DomainError) as refusal:
            attempt()
        assert refusal.value.code == "order.own_carrier_refused"
        assert "Sắp xếp giao với sàn" in refusal.value.message
    assert not Package.objects.exists()
    assert not PartnerCall.objects.filter(partner="ghn").exists()
    assert not order.problems.exists()


def test_an_order_of_the_sellers_own_fleet_may_go_with_our_carrier(confirmed, wanted):
    order = confirmed(channel_id=SELLERS_OWN_FLEET)
    package = create_shipment(order.pk, wanted, actor=ACTOR)
    assert package.booking_state == "queued"


def test_a_marketplace_that_is_silent_is_asked_again_before_anything_is_booked(
    shopee, confirmed, wanted
):
    order = confirmed(channel_id=SELLERS_OWN_FLEET)
    shopee.fault("status_5xx", "*get_shipping_parameter", status=503, times=3)
    with pytest.raises(DomainError) as refusal:
        create_shipment(order.pk, wanted, actor=ACTOR)
    assert "bấm lại sau ít phút" in refusal.value.message
    assert not Package.objects.exists()
    assert create_shipment(order.pk, wanted, actor=ACTOR).booking_state == "queued"


def test_a_parcel_that_is_ours_already_may_be_booked_anew(confirmed):
    order = confirmed(channel_id=SELLERS_OWN_FLEET)
    [package] = tell_own_tracking(order.pk, "GHN0001", actor=ACTOR)
    assert send_arrangement(package.pk).arrangement == "arranged"
    assert own_carrier_refusal(order.pk) == ""


def test_what_the_marketplace_carries_gets_no_second_parcel(confirmed):
    order = confirmed(channel_id=SHOPEES_OWN)
    arrange_shipment(order.pk, actor=ACTOR)
    assert "đã sắp xếp giao với sàn" in own_carrier_refusal(order.pk)


def test_an_order_of_no_marketplace_is_nobodys_to_refuse():
    assert own_carrier_refusal(0) == ""
