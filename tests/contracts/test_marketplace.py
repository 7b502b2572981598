"""The Marketplace port over real HTTP, against a server written from the vendor's documents."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels_sync.marketplaces.shopee.client import ShopeeClient
from channels_sync.marketplaces.shopee.connector import REDACTED, ShopeeConnector
from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    DocumentState,
    Handover,
    ParcelRef,
    RemoteState,
    Sale,
    StockNumber,
    UnreadableSale,
)
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.http import PartnerSession
from oms.sandbox.run import Sandbox, running_sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_clean")]

SHOP = "88012345"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path, ["shopee"]) as running:
        running.control(
            "shopee", "POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0}
        )
        yield running


@pytest.fixture
def shopee(sandbox: Sandbox) -> ShopeeConnector:
    keys = sandbox.credentials()["shopee"]
    http = PartnerSession("shopee", keys["base_url"], rate_per_second=1000, redact=REDACTED)
    return ShopeeConnector(
        ShopeeClient(http, keys["partner_id"], keys["partner_key"]), keys["consent_url"]
    )


@pytest.fixture
def access(sandbox: Sandbox, shopee: ShopeeConnector) -> Access:
    return Access(SHOP, consent(sandbox, shopee).tokens.access_token)


@pytest.fixture
def place(sandbox: Sandbox) -> Callable[..., list[str]]:
    def make(**wanted: object) -> list[str]:
        return sandbox.control("shopee", "POST", "orders", {"push": False, **wanted})["order_sns"]

    return make


def consent(sandbox: Sandbox, shopee: ShopeeConnector):
    issued = sandbox.control("shopee", "POST", "issue_code", {})
    return shopee.exchange_code(issued["code"], shop_id=str(issued["shop_id"]), main_account_id="")


def fault(sandbox: Sandbox, kind: str, path: str, **more: object) -> None:
    sandbox.control("shopee", "POST", "faults", {"kind": kind, "path": path, **more})


def calls(sandbox: Sandbox, path: str) -> int:
    return len(sandbox.control("shopee", "GET", f"calls?path={path}&limit=1000"))


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_a_consent_code_gives_tokens_once(sandbox, shopee):
    issued = sandbox.control("shopee", "POST", "issue_code", {})
    grant = shopee.exchange_code(issued["code"], shop_id=SHOP, main_account_id="")
    assert grant.remote_shop_ids == (SHOP,)
    assert grant.tokens.expires_at > clock.now() + timedelta(hours=3)
    with pytest.raises(ServiceRefused):
        shopee.exchange_code(issued["code"], shop_id=SHOP, main_account_id="")


def test_the_consent_page_gets_our_address_and_state_and_no_signature(shopee):
    url = shopee.consent_url("http://127.0.0.1:8000/channels/callback/shopee/", "s1")
    assert url.startswith(shopee.consent_page + "?partner_id=1000001&auth_type=seller&")
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fchannels%2Fcallback%2Fshopee%2F" in url
    assert "state=s1" in url
    assert "sign=" not in url


def test_a_refresh_token_works_once(sandbox, shopee):
    first = consent(sandbox, shopee).tokens
    second = shopee.refresh(SHOP, first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert shopee.shop_info(Access(SHOP, second.access_token)).name == "Đơn Nhanh Demo"
    with pytest.raises(AccessLost):
        shopee.refresh(SHOP, first.refresh_token)


def test_shop_info_tells_name_market_and_end_of_the_consent(shopee, access):
    info = shopee.shop_info(access)
    assert (info.name, info.region) == ("Đơn Nhanh Demo", "VN")
    assert info.authorised_until is not None
    assert info.authorised_until > clock.now() + timedelta(days=300)


def test_an_expired_token_and_a_withdrawn_consent_are_told_apart(sandbox, shopee, access):
    sandbox.control("shopee", "POST", "expire_tokens", {})
    with pytest.raises(AccessExpired):
        shopee.shop_info(access)
    sandbox.control("shopee", "POST", "unlink", {})
    with pytest.raises(AccessLost):
        shopee.shop_info(Access(SHOP, consent_again(sandbox, shopee)))


def consent_again(sandbox: Sandbox, shopee: ShopeeConnector) -> str:
    token = consent(sandbox, shopee).tokens.access_token
    sandbox.control("shopee", "POST", "unlink", {})
    return token


def all_orders(shopee: ShopeeConnector, access: Access, **more: object) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shopee.list_orders(
            access,
            since=clock.now() - timedelta(days=14),
            until=clock.now() + timedelta(minutes=1),
            cursor=cursor,
            by_creation=False,
        )
        found += [row.remote_id for row in page.rows]
        cursor = page.next_cursor
    return found


def test_the_order_list_is_read_page_by_page_to_its_end(shopee, access, place):
    placed = place(count=230)
    found = all_orders(shopee, access)
    assert set(placed) <= set(found)
    assert len(found) == len(set(found))


def test_a_window_longer_than_the_marketplace_takes_is_refused(shopee, access):
    with pytest.raises(ServiceRefused) as refusal:
        shopee.list_orders(
            access,
            since=clock.now() - timedelta(days=16),
            until=clock.now(),
            cursor="",
            by_creation=False,
        )
    assert refusal.value.code == "order.order_list_invalid_time"


def test_fifty_orders_come_with_everything_that_intake_needs(shopee, access, place):
    placed = place(count=50, lines=[{"sku": "AT-DEN-M", "quantity": 2}], cod=True, note="Gọi trước")
    sales = shopee.fetch_orders(access, placed)
    assert [type(sale) for sale in sales] == [Sale] * 50
    sale = sales[0]
    assert sale.state is RemoteState.TO_SHIP
    assert sale.is_cod
    assert sale.lines[0].sku == "AT-DEN-M"
    assert sale.lines[0].quantity == 2
    assert sale.goods_vnd == 2 * sale.lines[0].unit_price_vnd
    assert sale.total_vnd == sale.goods_vnd - sale.discount_vnd + sale.shipping_fee_buyer_vnd
    assert sale.buyer_note == "Gọi trước"
    assert sale.ship_by_at is not None
    assert "*" in sale.recipient.phone
    assert sale.parcels[0].logistics_status == "LOGISTICS_READY"


def test_a_bundle_deal_with_price_zero_gets_its_price_from_escrow(sandbox, shopee, access, place):
    [number] = place(lines=[{"sku": "AT-DEN-M", "quantity": 2}])
    [plain] = shopee.fetch_orders(access, [number])
    answered = calls(sandbox, "get_escrow_detail")
    assert answered == 0
    detail = shopee.client.get(access, "/api/v2/payment/get_escrow_detail", {"order_sn": number})[
        "response"
    ]["order_income"]
    from channels_sync.marketplaces.shopee import escrow

    zero = {**plain.payload, "item_list": [
        {**plain.payload["item_list"][0], "model_discounted_price": 0}
    ]}  # fmt: skip
    priced = escrow.with_escrow_prices(zero, detail)
    assert isinstance(priced, Sale)
    assert priced.goods_vnd == plain.goods_vnd


def test_an_unknown_status_is_unknown(sandbox, shopee, access, place):
    [number] = place()
    fault(sandbox, "unknown_status", "*get_order_detail")
    [sale] = shopee.fetch_orders(access, [number])
    assert isinstance(sale, Sale)
    assert sale.state is RemoteState.UNKNOWN


def test_products_come_as_sellable_rows_with_sku_price_and_stock(shopee, access):
    rows = {row.sku: row for row in products(shopee, access)}
    shirt, pot = rows["AT-DEN-M"], rows["NOI-5L"]
    assert shirt.price_vnd == 199000
    assert shirt.quantity is not None
    assert 0 < shirt.quantity <= 120
    assert shirt.name == "Áo thun cotton - Đen,M"
    assert shirt.remote_model_id != "0"
    assert (pot.remote_model_id, pot.price_vnd) == ("0", 1590000)


def products(shopee: ShopeeConnector, access: Access) -> list:
    rows: list = []
    cursor: str | None = ""
    while cursor is not None:
        page = shopee.list_products(access, cursor)
        rows += page.rows
        cursor = page.next_cursor
    return rows


def test_stock_is_set_and_the_refused_models_are_told_apart(shopee, access):
    rows = {row.sku: row for row in products(shopee, access)}
    hat = rows["MU-LT"]  # 5 pieces are reserved for a promotion
    low = shopee.update_stock(access, hat.remote_item_id, [StockNumber("0", 1)])
    assert low.accepted == frozenset()
    assert low.refused["0"]
    good = shopee.update_stock(access, hat.remote_item_id, [StockNumber("0", 40)])
    assert good.accepted == {"0"}
    assert {row.sku: row for row in products(shopee, access)}["MU-LT"].quantity == 40


def test_several_locations_are_refused_without_asking(sandbox, shopee, access):
    outcome = shopee.update_stock(access, "1", [StockNumber("0", 1, ("VN1", "VN2"))])
    assert list(outcome.refused) == ["0"]
    assert calls(sandbox, "update_stock") == 0


def arrange(shopee: ShopeeConnector, access: Access, number: str) -> None:
    parcel = ParcelRef(number)
    options = shopee.shipping_options(access, parcel)
    assert options.pickup is not None
    shopee.arrange(
        access, parcel, handover=Handover.PICKUP, details=options.pickup, tracking_number=""
    )


def state_of(shopee: ShopeeConnector, access: Access, number: str) -> RemoteState:
    [sale] = shopee.fetch_orders(access, [number])
    assert isinstance(sale, Sale)
    return sale.state


def test_pickup_is_arranged_numbered_and_its_label_fetched_in_four_steps(shopee, access, place):
    [number] = place()
    parcel = ParcelRef(number)
    arrange(shopee, access, number)
    assert state_of(shopee, access, number) is RemoteState.ARRANGED
    until(lambda: shopee.tracking_number(access, parcel))
    tracking = shopee.tracking_number(access, parcel)
    kind = shopee.choose_document(access, parcel)
    shopee.create_document(access, parcel, document_type=kind, tracking_number=tracking)
    until(lambda: shopee.document_state(access, parcel, kind) is DocumentState.READY)
    document = shopee.download_document(access, parcel, kind)
    assert document.content.startswith(b"%PDF")
    assert document.content_type == "application/pdf"


def test_a_label_that_is_not_ready_is_asked_again_later(sandbox, shopee, access, place):
    sandbox.control("shopee", "POST", "behaviour", {"document_delay_s": 60})
    [number] = place()
    parcel = ParcelRef(number)
    arrange(shopee, access, number)
    until(lambda: shopee.tracking_number(access, parcel))
    kind = shopee.choose_document(access, parcel)
    tracking = shopee.tracking_number(access, parcel)
    shopee.create_document(access, parcel, document_type=kind, tracking_number=tracking)
    assert shopee.document_state(access, parcel, kind) is DocumentState.PROCESSING
    with pytest.raises(ServiceUnreachable):
        shopee.download_document(access, parcel, kind)


def test_dropoff_and_our_own_carrier_are_offered_where_the_channel_has_them(shopee, access, place):
    [spx] = place()
    [own] = place(channel_id=50066)
    spx_ways = shopee.shipping_options(access, ParcelRef(spx))
    assert spx_ways.dropoff == {}
    assert spx_ways.own_carrier is None
    own_ways = shopee.shipping_options(access, ParcelRef(own))
    assert (own_ways.pickup, own_ways.dropoff, own_ways.own_carrier) == (None, None, {})
    shopee.arrange(
        access,
        ParcelRef(own),
        handover=Handover.OWN_CARRIER,
        details={},
        tracking_number="GHN123456",
    )
    assert state_of(shopee, access, own) is RemoteState.ARRANGED
    assert shopee.tracking_number(access, ParcelRef(own)) == "GHN123456"


def test_arranging_twice_is_refused(shopee, access, place):
    [number] = place()
    options = shopee.shipping_options(access, ParcelRef(number))
    arrange(shopee, access, number)
    with pytest.raises(ServiceRefused):
        shopee.arrange(
            access,
            ParcelRef(number),
            handover=Handover.PICKUP,
            details=options.pickup or {},
            tracking_number="",
        )


def test_the_seller_cancels_before_shipping(shopee, access, place):
    [wish, sold_out] = place(count=2)
    shopee.cancel(access, wish, out_of_stock=[])
    [sale] = shopee.fetch_orders(access, [sold_out])
    assert isinstance(sale, Sale)
    shopee.cancel(access, sold_out, out_of_stock=[sale.lines[0].listing_ref])
    assert state_of(shopee, access, wish) is RemoteState.CANCELLED
    assert state_of(shopee, access, sold_out) is RemoteState.CANCELLED


def test_a_buyers_wish_to_cancel_is_accepted_or_rejected(shopee, access, place, sandbox):
    [yes, no] = place(count=2)
    for number in (yes, no):
        body = {"order_sn": number, "status": "IN_CANCEL"}
        sandbox.control("shopee", "POST", "order_status", body)
    shopee.answer_cancellation(access, yes, accept=True)
    shopee.answer_cancellation(access, no, accept=False)
    assert state_of(shopee, access, yes) is RemoteState.CANCELLED
    assert state_of(shopee, access, no) is RemoteState.TO_SHIP
    with pytest.raises(ServiceRefused):
        shopee.answer_cancellation(access, no, accept=True)


# Faults


def test_a_read_is_tried_again_after_trouble(sandbox, shopee, access):
    for kind in ("status_5xx", "rate_limit", "timeout_before_work"):
        fault(sandbox, kind, "*get_shop_info")
        assert shopee.shop_info(access).name == "Đơn Nhanh Demo"


def test_a_write_that_was_rate_limited_was_not_done(sandbox, shopee, access, place):
    [number] = place()
    fault(sandbox, "rate_limit", "*ship_order")
    with pytest.raises(ServiceUnreachable) as trouble:
        arrange(shopee, access, number)
    assert trouble.value.maybe_done is False
    assert state_of(shopee, access, number) is RemoteState.TO_SHIP


@pytest.mark.parametrize(
    ("kind", "more"),
    [("timeout_after_work", {}), ("status_5xx", {"after_work": True}), ("garbled_json", {})],
)
def test_a_write_without_a_readable_answer_is_in_doubt_and_sent_once(
    sandbox, shopee, access, place, kind, more
):
    [number] = place()
    fault(sandbox, kind, "*ship_order", **more)
    with pytest.raises(ServiceUnreachable) as trouble:
        arrange(shopee, access, number)
    assert trouble.value.maybe_done is True
    assert calls(sandbox, "ship_order") == 1
    assert state_of(shopee, access, number) is RemoteState.ARRANGED


def test_a_garbled_read_is_trouble_not_data(sandbox, shopee, access, place):
    [number] = place()
    fault(sandbox, "garbled_json", "*get_order_detail")
    with pytest.raises(ServiceUnreachable) as trouble:
        shopee.fetch_orders(access, [number])
    assert trouble.value.maybe_done is False


def test_a_slow_answer_is_waited_for(sandbox, shopee, access):
    fault(sandbox, "delay", "*get_shop_info", seconds=0.5)
    assert shopee.shop_info(access).name == "Đơn Nhanh Demo"


def test_a_wrong_key_is_refused_and_never_tried_again(sandbox, access):
    keys = sandbox.credentials()["shopee"]
    http = PartnerSession("shopee", keys["base_url"], rate_per_second=1000)
    stranger = ShopeeConnector(ShopeeClient(http, keys["partner_id"], "shpkfalse"), "")
    with pytest.raises(ServiceRefused) as refusal:
        stranger.shop_info(access)
    assert refusal.value.code == "error_sign"
    assert calls(sandbox, "get_shop_info") == 1


def test_secrets_do_not_reach_the_call_log(shopee, access):
    from oms.kernel.models import PartnerCall

    shopee.shop_info(access)
    written = " ".join(
        f"{call.path} {call.request} {call.response}" for call in PartnerCall.objects.all()
    )
    assert access.token not in written
    assert shopee.client.partner_key not in written


def test_an_order_that_does_not_exist_is_not_answered_as_a_sale(shopee, access):
    try:
        answers = shopee.fetch_orders(access, ["2601010NOSUCH1"])
    except ServiceRefused:
        return
    assert not [sale for sale in answers if not isinstance(sale, UnreadableSale)]
