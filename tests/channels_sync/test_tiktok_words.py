"""What TikTok Shop's bytes mean: signatures, states, units, amounts. No network, no database."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from channels_sync.marketplaces.tiktok_shop import errors, mapping, sign
from channels_sync.marketplaces.tiktok_shop.cancelling import WORDS
from channels_sync.marketplaces.tiktok_shop.goods import listings, price_row, stock_row
from channels_sync.marketplaces.tiktok_shop.shipping import provider_id
from channels_sync.marketplaces.tiktok_shop.status import ORDER_STATES
from channels_sync.ports import (
    AccessExpired,
    AccessLost,
    PriceNumber,
    RemoteState,
    Sale,
    StockNumber,
    UnreadableSale,
)
from channels_sync.ports.reading import choose_reason
from oms.kernel.errors import ServiceRefused, ServiceUnreachable


def unit(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(577000111222333500 + number),
        "product_id": "1729000111222333",
        "sku_id": "1729000111222334",
        "seller_sku": "AT-DEN-M",
        "sku_name": "Đen, M",
        "product_name": "Áo thun",
        "original_price": "159000",
        "sale_price": "149000",
        "seller_discount": "10000",
        "platform_discount": "0",
        "currency": "VND",
        "display_status": "AWAITING_SHIPMENT",
        "package_id": "1150000111222333",
        "package_status": "TO_FULFILL",
        **changes,
    }


def order(*units: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The sheet's example, with its sums made to fit the units."""
    rows = list(units) or [unit(1), unit(2)]
    listed, mine, theirs = (
        sum(int(row[name]) for row in rows)
        for name in ("original_price", "seller_discount", "platform_discount")
    )
    goods = listed - mine - theirs
    payment = {
        "currency": "VND",
        "sub_total": str(goods),
        "shipping_fee": "17000",
        "seller_discount": str(mine),
        "platform_discount": str(theirs),
        "original_total_product_price": str(listed),
        "total_amount": str(goods + 17000),
    }
    return {
        "id": "577000111222333444",
        "status": "AWAITING_SHIPMENT",
        "create_time": 1764540000,
        "update_time": 1764543600,
        "paid_time": 0,
        "is_cod": True,
        "shipping_type": "TIKTOK",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "rts_sla_time": 1764716400,
        "buyer_message": "Gọi trước khi giao",
        "payment": payment,
        "recipient_address": {
            "name": "N*** H***",
            "phone_number": "(+84)9******21",
            "full_address": "Việt Nam, Hồ Chí Minh, Quận 3, ***",
            "address_detail": "***",
            "district_info": [
                {"address_level": "L0", "address_level_name": "country", "address_name": "Vietnam"},
                {"address_level": "L1", "address_level_name": "province", "address_name": "HCM"},
                {"address_level": "L2", "address_level_name": "district", "address_name": "Q3"},
                {"address_level": "L3", "address_level_name": "ward", "address_name": "P5"},
            ],
        },
        "line_items": rows,
        **changes,
    }


def sale(*units: dict[str, Any], **changes: Any) -> Sale:
    read = mapping.sale(order(*units, **changes))
    assert isinstance(read, Sale), read
    return read


# Signatures


def test_a_call_is_signed_as_the_documentation_works_it_out():
    query = {"app_key": "29a39d", "timestamp": "1623812664"}
    told = "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"
    assert sign.sign_call("e59af819cc", "/authorization/202309/shops", query, b"") == told
    more = {**query, "sign": "x", "access_token": "y"}
    assert sign.sign_call("e59af819cc", "/authorization/202309/shops", more, b"") == told
    assert sign.sign_call("e59af819cc", "/authorization/202309/shops", query, b"{}") != told


def test_keys_are_ordered_together_with_their_values():
    # "ab" + "a" comes before "a" + "z": a key is not compared alone.
    one = sign.sign_call("s", "/p", {"a": "z", "ab": "a"}, b"")
    assert one == sign.sign_call("s", "/paba", {"a": "z"}, b"")


# Tokens


def test_ends_of_tokens_are_moments_and_not_lives():
    body = {"access_token": "a", "refresh_token": "r", "access_token_expire_in": 1764540000,
            "refresh_token_expire_in": 4903858076}  # fmt: skip
    read = mapping.tokens(body)
    assert read.expires_at == datetime.fromtimestamp(1764540000, UTC)
    assert read.authorised_until == datetime.fromtimestamp(4903858076, UTC)


def test_a_consent_gives_the_shops_of_this_market_with_their_ciphers():
    body = {"access_token": "a", "refresh_token": "r", "access_token_expire_in": 1764540000,
            "refresh_token_expire_in": 1764540000, "open_id": "o"}  # fmt: skip
    shops = [
        {"id": "1", "region": "VN", "cipher": "c1"},
        {"id": "2", "region": "MY", "cipher": "c2"},
    ]
    grant = mapping.grant(body, shops)
    assert (grant.remote_shop_ids, grant.shop_keys, grant.account) == (("1",), {"1": "c1"}, "o")
    with pytest.raises(ServiceRefused):
        mapping.grant(body, shops[1:])


# Orders


def test_the_sheets_example_is_read_to_the_last_dong():
    read = sale()
    assert (read.goods_vnd, read.discount_vnd, read.shipping_fee_buyer_vnd, read.total_vnd) == (
        318000, 20000, 17000, 315000,
    )  # fmt: skip
    assert (read.seller_voucher_vnd, read.platform_voucher_vnd) == (20000, 0)
    [line] = read.lines
    assert (line.quantity, line.sku, line.name) == (2, "AT-DEN-M", "Áo thun - Đen, M")
    assert line.listing_ref == "1729000111222333:1729000111222334"
    assert line.unit_ids == ("577000111222333501", "577000111222333502")
    assert (read.state, read.is_cod, read.paid_vnd) == (RemoteState.TO_SHIP, True, 0)
    [parcel] = read.parcels
    assert (parcel.package_number, parcel.is_numbered) == ("1150000111222333", True)
    assert (parcel.is_arranged, parcel.fulfillment) == (False, "")


def test_masked_buyers_stay_masked_and_a_ward_may_stand_in_the_second_level():
    read = sale().recipient
    assert (read.name, read.phone, read.street) == ("N*** H***", "(+84)9******21", "***")
    assert (read.ward, read.district, read.province) == ("P5", "Q3", "HCM")
    two = {"district_info": [
        {"address_level": "L1", "address_level_name": "province", "address_name": "Huế"},
        {"address_level": "L2", "address_level_name": "Ward", "address_name": "Thuận Hóa"},
    ]}  # fmt: skip
    short = sale(recipient_address=two).recipient
    assert (short.ward, short.district, short.province) == ("Thuận Hóa", "", "Huế")
    assert sale(recipient_address={}).recipient.name == ""


def test_what_the_seller_does_not_pay_of_a_discount_the_marketplace_does():
    read = sale(unit(1, platform_discount="5000"), unit(2))
    assert (read.seller_voucher_vnd, read.platform_voucher_vnd) == (20000, 5000)
    told = order()
    told["payment"] = {**told["payment"], "sub_total": "290000", "total_amount": "307000"}
    more = mapping.sale(told)
    assert isinstance(more, Sale)
    assert (more.platform_voucher_vnd, more.total_vnd) == (8000, 307000)


def test_a_cancelled_piece_leaves_the_order_with_its_money_and_keeps_the_lines_name():
    read = sale(unit(1, display_status="CANCELLED"), unit(2))
    [line] = read.lines
    assert (line.quantity, line.remote_line_id) == (1, "577000111222333501")
    assert (read.goods_vnd, read.discount_vnd, read.total_vnd) == (159000, 10000, 166000)
    whole = sale(unit(1, display_status="CANCELLED"), status="CANCELLED", cancel_reason="đổi ý")
    assert (whole.lines[0].quantity, whole.state) == (1, RemoteState.CANCELLED)
    assert whole.cancel_reason == "đổi ý"


def test_holds_wishes_and_the_platforms_own_warehouses_have_their_states():
    assert sale(status="ON_HOLD").state is RemoteState.HELD
    assert sale(is_on_hold_order=True).state is RemoteState.HELD
    assert sale(is_buyer_request_cancel=True).state is RemoteState.CANCEL_REQUESTED
    assert sale(status="IN_TRANSIT", is_buyer_request_cancel=True).state is RemoteState.SHIPPED
    assert sale(fulfillment_type="FULFILLMENT_BY_TIKTOK").state is RemoteState.ELSEWHERE
    strange = sale(status="TELEPORTED")
    assert (strange.state, strange.remote_status) == (RemoteState.UNKNOWN, "TELEPORTED")


def test_parcels_are_where_their_slowest_unit_is():
    read = sale(
        unit(1, package_id="1", display_status="DELIVERED"),
        unit(2, package_id="1", display_status="IN_TRANSIT"),
        unit(3, package_id="2"),
        unit(4, package_id=""),
        status="PARTIALLY_SHIPPING",
    )
    gone, here = read.parcels
    assert (gone.fulfillment, gone.is_arranged) == ("in_transit", True)
    assert (here.fulfillment, here.is_arranged) == ("", False)
    assert read.is_split
    assert read.state is RemoteState.TO_SHIP


def test_another_version_of_the_call_with_more_fields_is_no_news():
    richer = {**order(), "buyer_nickname": "x", "line_items": [
        {**unit(1), "sku_type": "NORMAL"}, {**unit(2), "sku_type": "NORMAL"},
    ]}  # fmt: skip
    assert mapping.sale(richer) == sale()


@pytest.mark.parametrize(
    "changes",
    [
        {"line_items": []},
        {"payment": {"currency": "MYR"}},
        {"payment": {"currency": "VND", "sub_total": "?", "total_amount": "1"}},
        {"payment": {"currency": "VND", "sub_total": "900000", "total_amount": "900000"}},
        {"update_time": 0},
        {"create_time": "soon"},
        {"line_items": [{"id": "1"}]},
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(changes):
    read = mapping.sale({**order(), **changes})
    assert isinstance(read, UnreadableSale)
    assert (read.remote_id, bool(read.reason)) == ("577000111222333444", True)


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2"]), st.integers(1, 900_000), st.integers(0, 90_000),
                  st.booleans()),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
@limits(max_examples=60)
def test_lines_and_money_agree_with_the_units_that_are_left(pieces):
    units = [
        unit(at, sku_id=sku, original_price=str(price + off), seller_discount="0",
             platform_discount=str(off), display_status="CANCELLED" if gone else "IN_TRANSIT")
        for at, (sku, price, off, gone) in enumerate(pieces)
    ]  # fmt: skip
    read = sale(*units)
    left = [piece for piece in pieces if not piece[3]] or pieces
    assert sum(line.quantity for line in read.lines) == len(left)
    assert sum(line.quantity * line.unit_price_vnd for line in read.lines) == read.goods_vnd
    assert read.goods_vnd == sum(price + off for _sku, price, off, _gone in left)
    assert read.platform_voucher_vnd == sum(off for _sku, _price, off, _gone in left)
    assert read.total_vnd == sum(price for _sku, price, _off, _gone in left) + 17000
    assert len({line.remote_line_id for line in read.lines}) == len(read.lines)


def test_every_documented_word_has_a_meaning():
    assert RemoteState.UNKNOWN not in ORDER_STATES.values()
    assert len(ORDER_STATES) == 9


# Answers and failures


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (105002, "", AccessExpired),
        (36009004, "Invalid header: x-tts-access-token is required", AccessExpired),
        (36009004, "Invalid timestamp", ServiceRefused),
        (36009004, "Unexpected identifier: shop_cipher", ServiceRefused),
        (101000, "", AccessLost),
        (105005, "scope", ServiceRefused),
        (106001, "", ServiceRefused),
        (36009002, "", ServiceUnreachable),
        (12052109, "", ServiceUnreachable),
        (36009003, "", ServiceUnreachable),
        (21011002, "", ServiceRefused),
    ],
)
def test_codes_are_told_apart(code, message, expected):
    assert type(errors.failure(code, message, is_write=True)) is expected


def test_a_call_that_was_turned_away_was_not_done_and_a_busy_one_may_be():
    away = errors.failure(36009002, "", is_write=True)
    busy = errors.failure(36009007, "", is_write=True)
    assert isinstance(away, ServiceUnreachable)
    assert isinstance(busy, ServiceUnreachable)
    assert (away.maybe_done, away.retry_after, busy.maybe_done) == (False, 1.0, True)
    assert errors.asks_for_patience(ServiceRefused("The document is being generated"))
    assert not errors.asks_for_patience(ServiceRefused("The status does not allow to print"))


PAID = dict.fromkeys(
    ("seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price",
     "seller_cancel_paid_reason_address_not_deliver",
     "seller_cancel_paid_reason_buyer_requested_cancellation"), "",
)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("OUT_OF_STOCK", "seller_cancel_reason_out_of_stock"),
        ("CUSTOMER_REQUEST", "seller_cancel_paid_reason_buyer_requested_cancellation"),
        ("NOT_DELIVERABLE", "seller_cancel_paid_reason_address_not_deliver"),
        ("seller_cancel_reason_wrong_price", "seller_cancel_reason_wrong_price"),
    ],
)
def test_reasons_are_those_that_are_open_for_the_order(reason, expected):
    assert choose_reason(PAID, reason, WORDS.get(reason, ()), refusal="%(names)s") == expected


def test_a_reason_that_is_not_offered_is_never_guessed():
    with pytest.raises(ServiceRefused) as refusal:
        choose_reason(PAID, "risk", (), refusal="Chọn: %(names)s")
    assert "wrong_price" in refusal.value.message
    with pytest.raises(ServiceRefused):
        choose_reason({}, "OUT_OF_STOCK", WORDS["OUT_OF_STOCK"], refusal="%(names)s")


PROVIDERS = [{"id": "1", "name": "Giao Hàng Nhanh"}, {"id": "9", "name": "Khác"}]


@pytest.mark.parametrize(("carrier", "expected"), [("ghn", "1"), ("own_bike", "9"), ("", "9")])
def test_our_carrier_is_found_by_its_name_or_is_another_one(carrier, expected):
    assert provider_id(PROVIDERS, carrier) == expected


def test_a_carrier_that_the_marketplace_does_not_take_is_refused():
    assert provider_id(PROVIDERS[:1], "ghtk") == "1"
    named = [*PROVIDERS[:1], {"id": "2", "name": "Viettel Post"}]
    with pytest.raises(ServiceRefused) as refusal:
        provider_id(named, "own_bike")
    assert "Viettel Post" in refusal.value.message


# Products


def test_listings_show_what_can_be_sold_and_their_warehouse():
    sku = {"id": "7", "seller_sku": " AT ", "price": {"tax_exclusive_price": "199000"},
           "inventory": [{"warehouse_id": "W1", "quantity": 3}]}  # fmt: skip
    product = {"id": "5", "title": "Áo", "status": "ACTIVATE", "skus": [sku]}
    [row] = listings(product, {"7": "Đen,M"})
    assert (row.name, row.sku, row.price_vnd) == ("Áo - Đen,M", "AT", 199000)
    assert (row.quantity, row.location_ids) == (3, ("W1",))
    [bare] = listings({**product, "skus": [{"id": "8"}]}, {})
    assert (bare.name, bare.price_vnd, bare.quantity, bare.location_ids) == ("Áo", None, None, ())


def test_messages_about_stock_and_prices_name_warehouse_and_currency():
    assert stock_row(StockNumber("5", "7", 0, ("W1",))) == {
        "id": "7", "inventory": [{"warehouse_id": "W1", "quantity": 0}],
    }  # fmt: skip
    assert price_row(PriceNumber("5", "7", 95_000)) == {
        "id": "7", "price": {"amount": "95000", "currency": "VND"},
    }  # fmt: skip
