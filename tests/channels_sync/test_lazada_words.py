"""What Lazada's bytes mean: signatures, states, units, amounts. No network, no database."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from channels_sync.marketplaces.lazada import errors, mapping, sign, status, webhook
from channels_sync.marketplaces.lazada.cancelling import reason_id
from channels_sync.marketplaces.lazada.goods import listings, payload, price_row, stock_row
from channels_sync.ports import (
    AccessExpired,
    AccessLost,
    PriceNumber,
    PushKind,
    RemoteState,
    Sale,
    StockNumber,
    UnreadableSale,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def unit(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "order_item_id": 510022334455001000 + number,
        "product_id": "2300000001",
        "sku_id": "11500000000",
        "sku": "AT-DEN-M",
        "name": "Áo thun",
        "variation": "Màu:Đen",
        "item_price": "149000.00",
        "voucher_amount": "10000.00",
        "voucher_seller": "2500.00",
        "voucher_platform": "7500.00",
        "shipping_amount": "7500.00",
        "status": "pending",
        "package_id": "",
        "warehouse_code": "dropshipping",
        "sla_time_stamp": "2025-12-03T09:15:00+07:00",
        "updated_at": "2025-12-01 09:20:11 +0700",
        "currency": "VND",
        **changes,
    }


def head(**changes: Any) -> dict[str, Any]:
    return {
        "order_id": 510022334455001000,
        "statuses": ["pending"],
        "payment_method": "COD",
        "shipping_fee": "15000.00",
        "created_at": "2025-12-01 09:15:00 +0700",
        "updated_at": "2025-12-01 09:20:11 +0700",
        "address_shipping": {
            "first_name": "N***h",
            "phone": "84******21",
            "address1": "12 ****",
            "address3": "Hồ Chí Minh",
            "address4": "Quận 3",
            "address5": "Phường 5",
        },
        **changes,
    }


def sale(*units: dict[str, Any], **changes: Any) -> Sale:
    read = mapping.sale(head(**changes), units)
    assert isinstance(read, Sale), read
    return read


# Signatures


def test_a_call_is_signed_as_the_documentation_works_it_out():
    values = {
        "access_token": "test",
        "app_key": "123456",
        "order_id": "1234",
        "sign_method": "sha256",
        "timestamp": "1517820392000",
    }
    told = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
    assert sign.sign_call("helloworld", "/order/get", values) == told


def test_a_push_is_genuine_only_over_its_raw_bytes_and_with_a_secret():
    body = b'{"message_type": 0}'
    good = sign.sign_push("100132", "secret", body)
    assert good == good.lower()
    assert sign.push_is_genuine("100132", "secret", body, good)
    assert not sign.push_is_genuine("100132", "secret", body + b" ", good)
    assert not sign.push_is_genuine("100132", "secret", body, good.upper())
    assert not sign.push_is_genuine("100132", "", body, sign.sign_push("100132", "", body))


# Tokens


def test_lives_of_tokens_are_those_of_the_answer():
    body = {"access_token": "a", "refresh_token": "r", "expires_in": 864000,
            "refresh_expires_in": "4320000"}  # fmt: skip
    read = mapping.tokens(body, now=NOW)
    assert (read.expires_at - NOW).days == 10
    assert read.authorised_until is not None
    assert (read.authorised_until - NOW).days == 50
    last = mapping.tokens({**body, "refresh_expires_in": 0}, now=NOW)
    assert (last.refresh_token, last.authorised_until) == ("", last.expires_at)


def test_a_consent_names_the_sellers_of_this_market_under_either_key():
    rows = [{"country": "sg", "seller_id": "1"}, {"country": "vn", "seller_id": "2"}]
    flat = {"access_token": "a", "refresh_token": "r", "expires_in": 1, "refresh_expires_in": 1}
    for key in ("country_user_info", "country_user_info_list"):
        assert mapping.grant({**flat, key: rows}, now=NOW).remote_shop_ids == ("2",)
    with pytest.raises(ServiceRefused):
        mapping.grant({**flat, "country_user_info": rows[:1]}, now=NOW)


# Orders


def test_units_fold_into_quantities_and_keep_their_ids():
    read = sale(unit(1), unit(2), unit(3, sku_id="5", sku="AT-DEN-L"), shipping_fee="22500.00")
    first, second = read.lines
    assert (first.quantity, first.sku, first.listing_ref) == (
        2, "AT-DEN-M", "2300000001:11500000000"
    )  # fmt: skip
    assert first.unit_ids == ("510022334455001001", "510022334455001002")
    assert first.remote_line_id == "510022334455001001"
    assert (second.quantity, second.sku) == (1, "AT-DEN-L")
    assert first.name == "Áo thun - Màu:Đen"


def test_pieces_of_one_sku_at_two_prices_are_two_lines():
    read = sale(unit(1), unit(2, item_price="139000.00"))
    assert [(line.quantity, line.unit_price_vnd) for line in read.lines] == [
        (1, 149000), (1, 139000),
    ]  # fmt: skip


def test_vouchers_are_split_by_payer_and_the_total_is_what_the_buyer_pays():
    read = sale(unit(1), unit(2))
    assert (read.seller_voucher_vnd, read.platform_voucher_vnd) == (5000, 15000)
    assert (read.goods_vnd, read.discount_vnd, read.shipping_fee_buyer_vnd) == (
        298000, 20000, 15000,
    )  # fmt: skip
    assert read.total_vnd == 293000
    assert read.is_cod
    assert read.paid_vnd == 0


def test_a_cancelled_piece_leaves_the_order_with_its_money_and_keeps_the_lines_name():
    read = sale(unit(1, status="canceled"), unit(2))
    [line] = read.lines
    assert (line.quantity, line.remote_line_id) == (1, "510022334455001001")
    assert line.unit_ids == ("510022334455001002",)
    assert (read.goods_vnd, read.discount_vnd, read.shipping_fee_buyer_vnd) == (149000, 10000, 7500)
    assert read.state is RemoteState.TO_SHIP


def test_an_order_of_which_everything_was_cancelled_still_shows_what_it_was():
    read = sale(unit(1, status="canceled", reason="Đổi ý"), unit(2, status="canceled"))
    assert read.state is RemoteState.CANCELLED
    assert read.lines[0].quantity == 2
    assert read.cancel_reason == "Đổi ý"
    assert read.parcels == ()


def test_units_that_the_marketplace_ships_itself_are_not_ours():
    assert sale(unit(1, is_fbl="1")).state is RemoteState.ELSEWHERE
    mixed = sale(unit(1, is_fbl="1", status="delivered"), unit(2))
    assert mixed.state is RemoteState.TO_SHIP
    assert (mixed.lines[0].quantity, mixed.goods_vnd) == (1, 149000)


def test_parcels_are_unnumbered_until_they_are_packed():
    read = sale(
        unit(1, package_id="FP1", status="ready_to_ship", shipment_provider="LEX VN"), unit(2)
    )
    packed, waiting = read.parcels
    assert (packed.package_number, packed.is_numbered, packed.is_arranged) == ("FP1", True, True)
    assert packed.carrier_name == "LEX VN"
    assert (waiting.is_numbered, waiting.unit_ids) == (False, ("510022334455001002",))
    assert read.is_split
    assert read.state is RemoteState.TO_SHIP


def test_a_wish_to_cancel_has_an_end():
    ends = int(datetime(2025, 12, 2, tzinfo=UTC).timestamp() * 1000)
    read = sale(unit(1, need_cancel_confirm=True, cancel_trigger_time=ends), unit(2))
    assert read.state is RemoteState.CANCEL_REQUESTED
    assert read.answer_until == datetime(2025, 12, 2, tzinfo=UTC)
    assert sale(unit(1, need_cancel_confirm=True, status="shipped")).state is RemoteState.SHIPPED


def test_masked_buyers_stay_masked_and_the_district_may_be_misspelt():
    read = sale(unit(1)).recipient
    assert (read.name, read.phone, read.street) == ("N***h", "84******21", "12 ****")
    assert (read.ward, read.district, read.province) == ("Phường 5", "Quận 3", "Hồ Chí Minh")
    where = {"address3": "Huế", "addressDsitrict": "Phú Vang"}
    assert sale(unit(1), address_shipping=where).recipient.district == "Phú Vang"


def test_the_list_and_the_single_order_are_kept_alike():
    listed = head(
        order_id="510022334455001000", voucher_seller="5000.00", is_cancel_pending="false"
    )
    listed["address_shipping"] = {**listed["address_shipping"], "addressDsitrict": "Quận 3"}
    single = head()
    single["address_shipping"] = {**single["address_shipping"], "addressDistrict": "Quận 3"}
    assert mapping.sale(listed, [unit(1)]) == mapping.sale(single, [unit(1)])


@pytest.mark.parametrize(
    ("units", "changes"),
    [
        ([], {}),
        ([unit(1, currency="THB")], {}),
        ([unit(1, item_price="?")], {}),
        ([unit(1)], {"updated_at": ""}),
        ([unit(1)], {"created_at": "2025-12-01 09:15:00"}),
        ([{"order_item_id": 1}], {}),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(units, changes):
    read = mapping.sale(head(**changes), units)
    assert isinstance(read, UnreadableSale)
    assert read.remote_id == "510022334455001000"
    assert read.reason


def test_an_unknown_word_makes_the_order_unknown_and_is_kept():
    read = sale(unit(1, status="teleported"), unit(2))
    assert read.state is RemoteState.UNKNOWN
    assert read.remote_status == "pending,teleported"


@given(st.lists(st.sampled_from(sorted(status.UNIT_STATES)), min_size=1, max_size=6))
@limits(max_examples=60)
def test_the_order_is_where_its_slowest_unit_is_whatever_their_order(words):
    state = status.order_state(words)
    assert state is status.order_state(reversed(words))
    left = [word for word in words if word != "canceled"]
    if not left:
        assert state is RemoteState.CANCELLED
    else:
        ranks = [status.SLOWEST_FIRST.index(status.UNIT_STATES[word]) for word in left]
        assert status.SLOWEST_FIRST.index(state) == min(ranks)


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2"]), st.integers(1, 900_000), st.booleans()),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 50_000),
)
@limits(max_examples=60)
def test_lines_and_money_agree_with_the_units_that_are_left(pieces, voucher):
    units = [
        unit(at, sku_id=sku, item_price=f"{price}.00", status="canceled" if gone else "pending",
             voucher_amount=f"{voucher}.00", voucher_seller="0", voucher_platform="0")
        for at, (sku, price, gone) in enumerate(pieces)
    ]  # fmt: skip
    read = sale(*units)
    left = [piece for piece in pieces if not piece[2]] or pieces
    assert sum(line.quantity for line in read.lines) == len(left)
    assert sum(len(line.unit_ids) for line in read.lines) == len(left)
    assert sum(line.quantity * line.unit_price_vnd for line in read.lines) == read.goods_vnd
    assert read.goods_vnd == sum(price for _sku, price, _gone in left)
    assert read.discount_vnd == voucher * len(left) == read.platform_voucher_vnd
    assert len({line.remote_line_id for line in read.lines}) == len(read.lines)


# Answers and failures


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("IllegalAccessToken", "SYSTEM", AccessExpired),
        ("IllegalRefreshToken", "SYSTEM", AccessLost),
        ("AUTH_TYPE_UNSUPPORTED", "ISV", AccessLost),
        ("901", "ISP", ServiceUnreachable),
        ("ApiCallLimit", "ISP", ServiceUnreachable),
        ("6", "ISP", ServiceUnreachable),
        ("SomethingNew", "SYSTEM", ServiceUnreachable),
        ("IncompleteSignature", "ISV", ServiceRefused),
        ("16", "ISV", ServiceRefused),
    ],
)
def test_codes_are_told_apart(code, kind, expected):
    assert type(errors.failure(code, "", kind=kind, is_write=True)) is expected


def test_a_call_that_was_turned_away_was_not_done_and_a_busy_one_may_be():
    away = errors.failure("901", "", is_write=True)
    busy = errors.failure("6", "", is_write=True)
    assert isinstance(away, ServiceUnreachable)
    assert isinstance(busy, ServiceUnreachable)
    assert (away.maybe_done, away.retry_after, busy.maybe_done) == (False, 1.0, True)


def test_rows_inside_success_have_codes_of_their_own():
    assert errors.row_failure({"item_err_code": "0"}) is None
    assert isinstance(errors.row_failure({"item_err_code": "700024"}), ServiceUnreachable)
    again = errors.row_failure({"item_err_code": "12", "retry": "true"})
    assert isinstance(again, ServiceUnreachable)
    assert isinstance(errors.row_failure({"item_err_code": "700000"}), ServiceRefused)
    assert isinstance(errors.row_failure({}), ServiceRefused)


OPTIONS = [
    {"reason_id": "15", "reason_name": "Out of stock"},
    {"reason_id": "31", "reason_name": "Customer requested to cancel"},
]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("15", "15"), ("OUT_OF_STOCK", "15"), ("CUSTOMER_REQUEST", "31"), ("", "31")],
)
def test_reasons_are_found_by_id_or_by_their_words(reason, expected):
    assert reason_id(reason, OPTIONS) == expected


def test_a_reason_that_the_marketplace_does_not_offer_is_never_guessed():
    assert reason_id("", OPTIONS[:1]) == "15"
    with pytest.raises(ServiceRefused) as refusal:
        reason_id("999", OPTIONS)
    assert "15 Out of stock" in refusal.value.message
    with pytest.raises(ServiceRefused):
        reason_id("", [])


# Products and pushes


def test_listings_show_what_can_be_sold_and_their_warehouses_when_there_are_several():
    sku = {"SkuId": 7, "SellerSku": " AT ", "price": Decimal("199000"), "quantity": 9,
           "saleProp": {"Màu": "Đen", "Size": "M"}}  # fmt: skip
    place = {"warehouseCode": "W1", "sellableQuantity": 3}
    one = {"item_id": 5, "status": "Active", "attributes": {"name": "Áo"}}
    [plain] = listings({**one, "skus": [{**sku, "multiWarehouseInventories": [place]}]})
    assert (plain.name, plain.sku, plain.price_vnd) == ("Áo - Đen,M", "AT", 199000)
    assert (plain.quantity, plain.location_ids) == (3, ())
    several = [place, {"warehouseCode": "W2", "sellableQuantity": 4}]
    [both] = listings({**one, "skus": [{**sku, "multiWarehouseInventories": several}]})
    assert (both.quantity, both.location_ids) == (7, ("W1", "W2"))
    [bare] = listings({**one, "skus": [sku]})
    assert bare.quantity == 9


def test_messages_about_stock_and_prices_name_items_and_skus_by_number():
    document = payload([stock_row(StockNumber("5", "7", 0)), price_row(PriceNumber("5", "8", 9))])
    assert document["Request"]["Product"]["Skus"]["Sku"] == [
        {"ItemId": 5, "SkuId": 7, "SellableQuantity": 0},
        {"ItemId": 5, "SkuId": 8, "Price": 9},
    ]


def push(kind: int, seller: str = "200123456", **data: Any) -> bytes:
    return json.dumps({"message_type": kind, "seller_id": seller, "data": data}).encode()


def test_pushes_point_to_an_order_or_to_the_access():
    read = webhook.read(
        push(0, trade_order_id="51", trade_order_line_id="52", order_status="pending")
    )
    assert (read.kind, read.remote_id, read.remote_shop_ids) == (
        PushKind.ORDER, "51", ("200123456",),
    )  # fmt: skip
    warning = webhook.read(push(8, "null", seller_id="200123456"))
    assert (warning.kind, warning.remote_shop_ids) == (PushKind.ACCESS, ("200123456",))
    assert webhook.read(push(21, id=1)).kind is PushKind.OTHER
    assert webhook.read(push(777)).kind is PushKind.UNKNOWN
    for body in (b"[]", b"{}", b"not json", b'{"message_type": "0"}'):
        with pytest.raises(ValueError):
            webhook.read(body)


def test_a_repeat_has_the_same_key_and_news_another():
    first = push(0, trade_order_line_id="52", order_status="pending", status_update_time=1)
    later = push(0, trade_order_line_id="52", order_status="packed", status_update_time=2)
    assert webhook.read(first).key == webhook.read(first).key
    assert webhook.read(first).key != webhook.read(later).key
