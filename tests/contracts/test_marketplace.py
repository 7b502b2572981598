"""The Marketplace port over real HTTP, against servers written from the vendors' documents.

Every test here holds for every marketplace; what only one of them has is in its own file.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels_sync.ports import (
    Access,
    AccessExpired,
    AccessLost,
    DocumentState,
    Handover,
    PriceNumber,
    RemoteListing,
    RemoteState,
    Sale,
    ShippingOptions,
    StockNumber,
    Tokens,
    UnreadableSale,
)
from oms.kernel import clock
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.models import PartnerCall
from oms.sandbox.run import running_sandbox
from tests.contracts.marketplaces import SIDES, OrderRef, Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture(params=sorted(SIDES))
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    with running_sandbox(tmp_path, [request.param]) as running:
        yield SIDES[request.param](running)


@pytest.fixture
def access(side: Side) -> Access:
    return side.access()


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


# Access


def test_a_consent_code_gives_tokens_once(side):
    code = side.issued_code()
    grant = side.connector.exchange_code(code, side.returned)
    assert grant.remote_shop_ids == (side.shop_id,)
    assert grant.tokens.expires_at > clock.now() + timedelta(hours=3)
    with pytest.raises(ServiceRefused):
        side.connector.exchange_code(code, side.returned)


def test_the_consent_page_gets_our_address_and_state_and_no_secret(side):
    url = side.connector.consent_url(f"http://127.0.0.1:8000/channels/callback/{side.code}/", "s1")
    back = f"redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fchannels%2Fcallback%2F{side.code}%2F"
    assert url.startswith(side.connector.consent_page + "?")
    assert (back in url) is side.names_its_return
    assert "state=s1" in url
    assert "sign=" not in url
    assert side.secret() not in url


def test_a_refresh_token_works_once(side):
    first = side.grant().tokens
    second = side.connector.refresh(side.shop_id, first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert side.connector.shop_info(side.access_with(second)).name == side.shop_name
    with pytest.raises(AccessLost):
        side.connector.refresh(side.shop_id, first.refresh_token)


def test_name_market_and_end_of_the_consent_are_told(side):
    tokens = side.grant().tokens
    info = side.connector.shop_info(side.access_with(tokens))
    assert (info.name, info.region) == (side.shop_name, "VN")
    ends = info.authorised_until or tokens.authorised_until
    assert ends is not None
    assert ends > clock.now() + timedelta(days=40)


def test_an_expired_token_and_a_withdrawn_consent_are_told_apart(side):
    tokens = side.grant().tokens
    access = side.access_with(tokens)
    side("POST", "expire_tokens", {})
    with pytest.raises(AccessExpired):
        side.connector.shop_info(access)
    renewed = side.connector.refresh(side.shop_id, tokens.refresh_token)
    side("POST", "unlink", {})
    with pytest.raises(AccessLost):
        ask_or_renew(side, renewed)


def ask_or_renew(side: Side, tokens: Tokens) -> None:
    """As our services ask: a token that is refused is renewed once."""
    try:
        side.connector.shop_info(side.access_with(tokens))
    except AccessExpired:
        side.connector.refresh(side.shop_id, tokens.refresh_token)


# Orders


def all_orders(side: Side, access: Access, *, by_creation: bool = False) -> list[OrderRef]:
    found: list[OrderRef] = []
    cursor: str | None = ""
    while cursor is not None:
        page = side.connector.list_orders(
            access,
            since=clock.now() - timedelta(days=14),
            until=clock.now() + timedelta(minutes=1),
            cursor=cursor,
            by_creation=by_creation,
        )
        found += page.rows
        cursor = page.next_cursor
    return found


@pytest.mark.parametrize("by_creation", [False, True])
def test_the_order_list_is_read_page_by_page_to_its_end(side, access, by_creation):
    placed = side.place(count=230)
    found = {ref.remote_id for ref in all_orders(side, access, by_creation=by_creation)}
    assert set(placed) <= found


def test_fifty_orders_come_with_everything_that_intake_needs(side, access):
    placed = side.place(
        count=50, lines=[{"sku": "AT-DEN-M", "quantity": 2}], cod=True, note="Gọi trước"
    )
    sales = side.connector.fetch_orders(access, [OrderRef(number) for number in placed])
    assert [type(sale) for sale in sales] == [Sale] * 50
    assert {sale.remote_id for sale in sales} == set(placed)
    sale = sales[0]
    assert sale.state is RemoteState.TO_SHIP
    assert sale.is_cod
    [line] = sale.lines
    assert (line.sku, line.quantity) == ("AT-DEN-M", 2)
    assert sale.goods_vnd == 2 * line.unit_price_vnd
    assert sale.total_vnd == sale.goods_vnd - sale.discount_vnd + sale.shipping_fee_buyer_vnd
    assert sale.buyer_note == "Gọi trước"
    assert sale.ship_by_at is not None
    assert "*" in sale.recipient.phone
    assert len(sale.parcels) == 1
    assert not sale.parcels[0].is_arranged


def test_what_the_list_told_and_a_single_look_give_the_same_order(side, access):
    [number] = side.place(cod=True)
    [listed] = [ref for ref in all_orders(side, access) if ref.remote_id == number]
    [from_list] = side.connector.fetch_orders(access, [listed])
    assert from_list == side.fetch(access, number)
    assert from_list.remote_status == listed.remote_status


def test_an_unknown_status_is_unknown_and_keeps_its_word(side, access):
    [number] = side.place()
    side.fault("unknown_status", side.DETAIL)
    sale = side.fetch(access, number)
    assert sale.state is RemoteState.UNKNOWN
    assert sale.remote_status == "sandbox_unknown_status"


def test_an_order_that_does_not_exist_is_not_answered_as_a_sale(side, access):
    try:
        answers = side.connector.fetch_orders(access, [OrderRef(side.missing_order)])
    except ServiceRefused:
        return
    assert not [sale for sale in answers if not isinstance(sale, UnreadableSale)]


# Products and stock


def products(side: Side, access: Access) -> dict[str, RemoteListing]:
    rows: dict[str, RemoteListing] = {}
    cursor: str | None = ""
    while cursor is not None:
        page = side.connector.list_products(access, cursor)
        rows.update((row.sku, row) for row in page.rows)
        cursor = page.next_cursor
    return rows


def test_products_come_as_sellable_rows_with_sku_price_and_stock(side, access):
    rows = products(side, access)
    shirt, pot = rows["AT-DEN-M"], rows["NOI-5L"]
    assert shirt.price_vnd == 199000
    assert shirt.quantity is not None
    assert 0 < shirt.quantity <= 120
    assert shirt.name == "Áo thun cotton - Đen,M"
    assert pot.price_vnd == 1590000
    [number] = side.place(lines=[{"sku": "AT-DEN-M"}])
    [line] = side.fetch(access, number).lines
    assert line.listing_ref == f"{shirt.remote_item_id}:{shirt.remote_model_id}"


def number_for(row: RemoteListing, quantity: int) -> StockNumber:
    return StockNumber(row.remote_item_id, row.remote_model_id, quantity, row.location_ids)


def test_stock_is_set_and_read_back_and_the_refused_rows_are_told_apart(side, access):
    hat = products(side, access)["MU-LT"]  # some pieces are locked for a promotion
    low = side.connector.update_stock(access, [number_for(hat, 1)])
    ref = f"{hat.remote_item_id}:{hat.remote_model_id}"
    assert low.accepted == frozenset()
    assert low.refused[ref]
    good = side.connector.update_stock(access, [number_for(hat, 200)])
    assert (good.accepted, dict(good.refused)) == ({ref}, {})
    assert products(side, access)["MU-LT"].quantity == 200


def test_prices_are_set_and_read_back(side, access):
    bag, bottle = (products(side, access)[sku] for sku in ("TUI-VAI", "BINH-750"))
    for row, price in ((bag, 95_000), (bottle, 189_000)):
        asked = PriceNumber(row.remote_item_id, row.remote_model_id, price)
        assert side.connector.update_prices(access, [asked]).accepted == {asked.ref}
    after = products(side, access)
    assert (after["TUI-VAI"].price_vnd, after["BINH-750"].price_vnd) == (95_000, 189_000)
    gone = PriceNumber("1", "1", 95_000)
    try:
        assert side.connector.update_prices(access, [gone]).accepted == frozenset()
    except ServiceRefused:
        return


def test_zero_arrives(side, access):
    bottle = products(side, access)["BINH-750"]
    assert side.connector.update_stock(access, [number_for(bottle, 0)]).refused == {}
    assert products(side, access)["BINH-750"].quantity == 0


def test_several_locations_are_refused_without_asking(side, access):
    asked = StockNumber("1", "2", 1, ("VN1", "VN2"))
    assert list(side.connector.update_stock(access, [asked]).refused) == ["1:2"]
    assert side.calls(side.STOCK) == 0


# Shipping


def options_of(side: Side, access: Access, number: str) -> ShippingOptions:
    return side.connector.shipping_options(access, side.parcel(access, number))


def arrange(
    side: Side, access: Access, number: str, options: ShippingOptions | None = None
) -> None:
    parcel = side.parcel(access, number)
    chosen = (options or side.connector.shipping_options(access, parcel)).pickup
    assert chosen is not None
    side.connector.arrange(
        access, parcel, handover=Handover.PICKUP, details=chosen, tracking_number=""
    )


def test_a_parcel_is_arranged_numbered_and_its_label_fetched(side, access):
    [number] = side.place(lines=[{"sku": "AT-DEN-M", "quantity": 2}, {"sku": "SRM-120"}])
    arrange(side, access, number)
    sale = side.fetch(access, number)
    assert sale.state is RemoteState.ARRANGED
    assert [row.is_arranged and row.is_numbered for row in sale.parcels] == [True]
    parcel = side.parcel(access, number)
    until(lambda: side.connector.tracking_number(access, parcel))
    tracking = side.connector.tracking_number(access, parcel)
    kind = side.connector.choose_document(access, parcel)
    side.connector.create_document(access, parcel, document_type=kind, tracking_number=tracking)
    until(lambda: side.connector.document_state(access, parcel, kind) is DocumentState.READY)
    document = side.connector.download_document(access, parcel, kind)
    assert document.content.startswith(b"%PDF")
    assert document.content_type == "application/pdf"


def test_arranging_twice_is_refused(side, access):
    [number] = side.place()
    options = options_of(side, access, number)
    parcel = side.parcel(access, number)
    arrange(side, access, number, options)
    with pytest.raises(ServiceRefused):
        side.connector.arrange(
            access,
            parcel,
            handover=Handover.PICKUP,
            details=options.pickup or {},
            tracking_number="",
        )


# Cancelling


def test_the_seller_cancels_before_shipping(side, access):
    [wish, sold_out] = side.place(count=2)
    side.connector.cancel(access, wish, out_of_stock=[])
    sale = side.fetch(access, sold_out)
    side.connector.cancel(access, sold_out, out_of_stock=[sale.lines[0].listing_ref])
    assert side.fetch(access, wish).state is RemoteState.CANCELLED
    assert side.fetch(access, sold_out).state is RemoteState.CANCELLED


def test_a_buyers_wish_to_cancel_is_accepted_or_rejected(side, access):
    [yes, no] = side.place(count=2)
    for number in (yes, no):
        side.ask_to_cancel(number)
        assert side.fetch(access, number).state is RemoteState.CANCEL_REQUESTED
    side.connector.answer_cancellation(access, yes, accept=True)
    side.connector.answer_cancellation(access, no, accept=False)
    assert side.fetch(access, yes).state is RemoteState.CANCELLED
    assert side.fetch(access, no).state is RemoteState.TO_SHIP
    with pytest.raises(ServiceRefused):
        side.connector.answer_cancellation(access, no, accept=True)


# Faults


def test_a_read_is_tried_again_after_trouble(side, access):
    for kind in ("status_5xx", "rate_limit", "timeout_before_work"):
        side.fault(kind, side.INFO)
        assert side.connector.shop_info(access).name == side.shop_name


def test_a_write_that_was_rate_limited_was_not_done(side, access):
    [number] = side.place()
    side.fault("rate_limit", side.ARRANGE)
    with pytest.raises(ServiceUnreachable) as trouble:
        arrange(side, access, number)
    assert trouble.value.maybe_done is False
    assert not side.was_taken(side.fetch(access, number))


@pytest.mark.parametrize(
    ("kind", "more"),
    [("timeout_after_work", {}), ("status_5xx", {"after_work": True}), ("garbled_json", {})],
)
def test_a_write_without_a_readable_answer_is_in_doubt_and_sent_once(side, access, kind, more):
    [number] = side.place()
    side.fault(kind, side.ARRANGE, **more)
    with pytest.raises(ServiceUnreachable) as trouble:
        arrange(side, access, number)
    assert trouble.value.maybe_done is True
    assert side.calls(side.ARRANGE) == 1
    assert side.was_taken(side.fetch(access, number))


def test_an_expired_token_in_the_middle_of_a_write_is_told_and_nothing_is_done(side, access):
    [number] = side.place()
    side.fault("expired_token", side.ARRANGE)
    with pytest.raises(AccessExpired):
        arrange(side, access, number)
    assert not side.was_taken(side.fetch(access, number))


def test_a_garbled_read_is_trouble_not_data(side, access):
    [number] = side.place()
    side.fault("garbled_json", side.DETAIL)
    with pytest.raises(ServiceUnreachable) as trouble:
        side.connector.fetch_orders(access, [OrderRef(number)])
    assert trouble.value.maybe_done is False


def test_a_slow_answer_is_waited_for(side, access):
    side.fault("delay", side.INFO, seconds=0.5)
    assert side.connector.shop_info(access).name == side.shop_name


def test_a_wrong_key_is_refused_and_never_tried_again(side, access):
    before = side.calls(side.INFO)
    with pytest.raises(ServiceRefused) as refusal:
        side.with_wrong_key().shop_info(access)
    assert refusal.value.code == side.wrong_sign
    assert side.calls(side.INFO) == before + 1


def test_secrets_do_not_reach_the_call_log(side):
    code = side.issued_code()
    tokens = side.connector.exchange_code(code, side.returned).tokens
    side.connector.shop_info(side.access_with(tokens))
    written = " ".join(
        f"{call.path} {call.request} {call.response}" for call in PartnerCall.objects.all()
    )
    for secret in (tokens.access_token, tokens.refresh_token, code, side.secret()):
        assert secret not in written
