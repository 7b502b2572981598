"""What only Shopee has at its side of the Marketplace port."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels_sync.marketplaces.shopee import escrow
from channels_sync.ports import Access, DocumentState, Handover, ParcelRef, RemoteState, Sale
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import ShopeeSide
from tests.contracts.test_marketplace import arrange, until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture
def shopee(tmp_path: Path) -> Iterator[ShopeeSide]:
    with running_sandbox(tmp_path, ["shopee"]) as running:
        yield ShopeeSide(running)


@pytest.fixture
def access(shopee: ShopeeSide) -> Access:
    return shopee.access()


def test_a_window_longer_than_the_marketplace_takes_is_refused(shopee, access):
    with pytest.raises(ServiceRefused) as refusal:
        shopee.connector.list_orders(
            access,
            since=clock.now() - timedelta(days=16),
            until=clock.now(),
            cursor="",
            by_creation=False,
        )
    assert refusal.value.code == "order.order_list_invalid_time"


def test_a_code_without_a_shop_is_refused_without_asking(shopee):
    with pytest.raises(ServiceRefused):
        shopee.connector.exchange_code(shopee.issued_code(), {"shop_id": "x"})
    assert shopee.calls("token/get") == 0


def test_a_bundle_deal_with_price_zero_gets_its_price_from_escrow(shopee, access):
    [number] = shopee.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    plain = shopee.fetch(access, number)
    assert shopee.calls("get_escrow_detail") == 0
    detail = shopee.connector.client.get(
        access, "/api/v2/payment/get_escrow_detail", {"order_sn": number}
    )["response"]["order_income"]
    [item] = plain.payload["item_list"]
    zero = {**plain.payload, "item_list": [{**item, "model_discounted_price": 0}]}
    priced = escrow.with_escrow_prices(zero, detail)
    assert isinstance(priced, Sale)
    assert priced.goods_vnd == plain.goods_vnd


def test_a_label_that_is_not_ready_is_asked_again_later(shopee, access):
    shopee("POST", "behaviour", {"document_delay_s": 60})
    [number] = shopee.place()
    parcel = ParcelRef(number)
    arrange(shopee, access, number)
    until(lambda: shopee.connector.tracking_number(access, parcel))
    kind = shopee.connector.choose_document(access, parcel)
    tracking = shopee.connector.tracking_number(access, parcel)
    shopee.connector.create_document(access, parcel, document_type=kind, tracking_number=tracking)
    assert shopee.connector.document_state(access, parcel, kind) is DocumentState.PROCESSING
    with pytest.raises(ServiceUnreachable):
        shopee.connector.download_document(access, parcel, kind)


def test_dropoff_and_our_own_carrier_are_offered_where_the_channel_has_them(shopee, access):
    [spx] = shopee.place()
    [own] = shopee.place(channel_id=50066)
    spx_ways = shopee.connector.shipping_options(access, ParcelRef(spx))
    assert spx_ways.dropoff == {}
    assert spx_ways.own_carrier is None
    own_ways = shopee.connector.shipping_options(access, ParcelRef(own))
    assert (own_ways.pickup, own_ways.dropoff, own_ways.own_carrier) == (None, None, {})
    shopee.connector.arrange(
        access,
        ParcelRef(own),
        handover=Handover.OWN_CARRIER,
        details={},
        tracking_number="GHN123456",
    )
    assert shopee.fetch(access, own).state is RemoteState.ARRANGED
    assert shopee.connector.tracking_number(access, ParcelRef(own)) == "GHN123456"
