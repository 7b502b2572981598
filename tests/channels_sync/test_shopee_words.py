"""What Shopee's bytes mean: signatures, states, amounts. No network, no database."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from channels_sync.marketplaces.shopee import errors, mapping, sign, status, webhook
from channels_sync.marketplaces.shopee import escrow as prices
from channels_sync.ports import (
    AccessExpired,
    AccessLost,
    PushKind,
    RemoteState,
    Sale,
    UnreadableSale,
)
from oms.kernel.errors import ServiceRefused, ServiceUnreachable

KEY = "shpk6b6579"


def order(**changes: object) -> dict:
    row = {
        "order_sn": "2512019QK8XY7Z",
        "currency": "VND",
        "cod": True,
        "order_status": "READY_TO_SHIP",
        "message_to_seller": "Giao giờ hành chính",
        "create_time": 1764540000,
        "update_time": 1764543600,
        "ship_by_date": 1764716400,
        "total_amount": Decimal("315000.0"),
        "shipping_carrier": "SPX Express",
        "recipient_address": {
            "name": "N******h", "phone": "******21", "town": "", "district": "Phường 5",
            "city": "Quận 3", "state": "TP. Hồ Chí Minh", "full_address": "12******",
        },
        "item_list": [line()],
        "package_list": [
            {"package_number": "OFG1", "logistics_status": "LOGISTICS_READY",
             "shipping_carrier": "SPX Express"}
        ],
    }  # fmt: skip
    return {**row, **changes}


def line(**changes: object) -> dict:
    row = {
        "item_id": 23620001111,
        "item_name": "Áo thun",
        "item_sku": "AT",
        "model_id": 221400002222,
        "model_name": "Đen,M",
        "model_sku": "AT-DEN-M",
        "model_quantity_purchased": 2,
        "model_original_price": 199000,
        "model_discounted_price": 149000,
        "order_item_id": 23620001111,
        "promotion_group_id": 0,
    }
    return {**row, **changes}


def test_signatures_follow_the_published_base_strings():
    # Digests made with openssl dgst -sha256 -hmac over the base strings of the sheet.
    import hashlib
    import hmac

    def digest(text: str) -> str:
        return hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()

    assert sign.sign_public(7, KEY, "/api/v2/auth/token/get", 1) == digest(
        "7/api/v2/auth/token/get1"
    )
    assert sign.sign_shop(7, KEY, "/api/v2/x", 1, token="tok", shop_id="88") == digest(
        "7/api/v2/x1tok88"
    )


def test_a_push_is_genuine_only_over_url_bar_raw_body():
    url, body = "https://oms.example/hooks/shopee/", b'{"code": 3}'
    good = sign.sign_push(KEY, url, body)
    assert sign.push_is_genuine(KEY, url, body, good)
    assert not sign.push_is_genuine(KEY, url, body + b" ", good)
    assert not sign.push_is_genuine(KEY, url + "x", body, good)
    assert not sign.push_is_genuine(KEY, url, body, good.upper())
    assert not sign.push_is_genuine("", url, body, sign.sign_push("", url, body))
    assert not sign.push_is_genuine(KEY, url, body, "chữ ký")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("UNPAID", RemoteState.UNPAID),
        ("PENDING", RemoteState.HELD),
        ("READY_TO_SHIP", RemoteState.TO_SHIP),
        ("PROCESSED", RemoteState.ARRANGED),
        ("RETRY_SHIP", RemoteState.ATTENTION),
        ("SHIPPED", RemoteState.SHIPPED),
        ("TO_CONFIRM_RECEIVE", RemoteState.DELIVERED),
        ("COMPLETED", RemoteState.COMPLETED),
        ("IN_CANCEL", RemoteState.CANCEL_REQUESTED),
        ("CANCELLED", RemoteState.CANCELLED),
        ("TO_RETURN", RemoteState.RETURNING),
        ("INVOICE_PENDING", RemoteState.UNKNOWN),
        ("ready_to_ship", RemoteState.UNKNOWN),
        ("", RemoteState.UNKNOWN),
    ],
)
def test_each_status_has_one_meaning_and_any_other_is_unknown(word, state):
    assert status.order_state(word) is state


def test_an_order_is_read_with_whole_dong_and_its_stars_kept():
    sale = mapping.sale(order())
    assert isinstance(sale, Sale)
    assert (sale.goods_vnd, sale.shipping_fee_buyer_vnd, sale.discount_vnd, sale.total_vnd) == (
        298000, 17000, 0, 315000,
    )  # fmt: skip
    assert sale.is_cod is True
    assert sale.version == 1764543600
    assert sale.ship_by_at == datetime.fromtimestamp(1764716400, UTC)
    assert (sale.recipient.name, sale.recipient.phone) == ("N******h", "******21")
    assert (sale.recipient.ward, sale.recipient.district, sale.recipient.province) == (
        "Phường 5", "Quận 3", "TP. Hồ Chí Minh",
    )  # fmt: skip
    [only] = sale.lines
    assert (only.sku, only.quantity, only.unit_price_vnd) == ("AT-DEN-M", 2, 149000)
    assert only.listing_ref == "23620001111:221400002222"
    json.dumps(sale.payload)


def test_a_total_below_the_goods_is_a_discount():
    sale = mapping.sale(order(total_amount=Decimal(280000)))
    assert isinstance(sale, Sale)
    assert (sale.discount_vnd, sale.shipping_fee_buyer_vnd, sale.total_vnd) == (18000, 0, 280000)


def test_the_parent_sku_stands_in_for_an_empty_model_sku():
    sale = mapping.sale(order(item_list=[line(model_sku="", model_id=0)]))
    assert isinstance(sale, Sale)
    assert sale.lines[0].sku == "AT"
    assert sale.lines[0].listing_ref == "23620001111:0"


def test_repeated_items_of_a_bundle_keep_separate_line_ids():
    sale = mapping.sale(order(item_list=[line(line_item_id=1), line(line_item_id=2), line()]))
    assert isinstance(sale, Sale)
    assert len({row.remote_line_id for row in sale.lines}) == 3
    twins = mapping.sale(order(item_list=[line(), line()]))
    assert isinstance(twins, Sale)
    assert len({row.remote_line_id for row in twins.lines}) == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"item_list": []},
        {"currency": "THB"},
        {"update_time": None},
        {"item_list": [{"item_name": "không mã"}]},
        {"item_list": [line(model_quantity_purchased=0)]},
        {"create_time": "hôm qua"},
    ],
)
def test_an_order_that_lacks_what_it_needs_is_unreadable_not_an_exception(broken):
    read = mapping.sale(order(**broken))
    assert isinstance(read, UnreadableSale)
    assert read.remote_id == "2512019QK8XY7Z"
    assert read.reason


def bundle() -> dict:
    return order(
        total_amount=Decimal(290000),
        item_list=[
            line(line_item_id=1, model_discounted_price=0, model_quantity_purchased=3),
            line(line_item_id=2, item_id=5, model_id=0, model_quantity_purchased=1),
        ],
    )


def escrow(first: int, **totals: int) -> dict:
    return {
        "items": [
            {"item_id": 23620001111, "model_id": 221400002222, "line_item_id": 1,
             "discounted_price": first},
            {"item_id": 5, "model_id": 0, "line_item_id": 2, "discounted_price": 149000},
        ],
        **totals,
    }  # fmt: skip


def test_a_zero_bundle_price_is_taken_from_escrow_as_a_line_total():
    assert prices.lacks_price(bundle())
    sale = prices.with_escrow_prices(bundle(), escrow(141000, order_discounted_price=290000))
    assert isinstance(sale, Sale)
    assert [(row.quantity, row.unit_price_vnd) for row in sale.lines] == [(3, 47000), (1, 149000)]
    assert sale.goods_vnd == 290000


def test_a_zero_bundle_price_is_taken_from_escrow_per_piece_when_that_adds_up():
    sale = prices.with_escrow_prices(bundle(), escrow(47000, order_discounted_price=290000))
    assert isinstance(sale, Sale)
    assert [row.unit_price_vnd for row in sale.lines] == [47000, 149000]


def test_odd_dong_of_a_bundle_line_go_to_one_piece():
    sale = prices.with_escrow_prices(bundle(), escrow(141001, order_discounted_price=290001))
    assert isinstance(sale, Sale)
    assert [(row.quantity, row.unit_price_vnd) for row in sale.lines] == [
        (2, 47000), (1, 47001), (1, 149000),
    ]  # fmt: skip
    assert sale.goods_vnd == 290001


def test_escrow_figures_that_add_up_to_nothing_known_leave_the_order_unreadable():
    read = prices.with_escrow_prices(bundle(), escrow(99, order_discounted_price=290000))
    assert isinstance(read, UnreadableSale)


@pytest.mark.parametrize(
    ("name", "message", "kind"),
    [
        ("invalid_acceess_token", "", AccessExpired),
        ("invalid_access_token", "", AccessExpired),
        ("error_auth", "Invalid access_token.", AccessExpired),
        ("common.error_auth", "Invalid access_token.", AccessExpired),
        ("error_auth", "No permission to current api.", ServiceRefused),
        ("error_auth", "Invalid refresh_token.", AccessLost),
        ("error_shop_refresh_token", "", AccessLost),
        ("shop_no_linked", "", AccessLost),
        ("error_param", "", ServiceRefused),
        ("error_sign", "Wrong sign.", ServiceRefused),
        ("logistics.ship_order_not_ready_to_ship", "", ServiceRefused),
    ],
)
def test_error_names_become_the_right_refusal(name, message, kind):
    assert type(errors.failure(name, message, is_write=True)) is kind


@pytest.mark.parametrize("name", ["error_server", "error_inner", "product.error_system_busy"])
def test_a_busy_backend_leaves_a_write_in_doubt(name):
    trouble = errors.failure(name, "", is_write=True)
    assert isinstance(trouble, ServiceUnreachable)
    assert trouble.maybe_done is True


def test_a_rate_limited_write_was_not_done():
    trouble = errors.failure("error_rate_limit", "", is_write=True)
    assert trouble.retry_after == 1.0
    assert isinstance(trouble, ServiceUnreachable)
    assert trouble.maybe_done is False


def push(code: int, data: dict, **more: object) -> bytes:
    return json.dumps({"code": code, "shop_id": 88, "timestamp": 5, "data": data, **more}).encode()


def test_both_spellings_of_the_order_code_are_read():
    for name in ("ordersn", "order_sn"):
        read = webhook.read(push(3, {name: "A1", "status": "SHIPPED", "update_time": 9}))
        assert (read.kind, read.remote_id, read.remote_shop_ids) == (
            PushKind.ORDER, "A1", ("88",),
        )  # fmt: skip


def test_a_repeated_push_has_the_same_key_and_news_has_another():
    first = webhook.read(push(3, {"ordersn": "A1", "status": "SHIPPED", "update_time": 9}))
    again = webhook.read(
        push(3, {"ordersn": "A1", "status": "SHIPPED", "update_time": 9}, timestamp=305)
    )
    news = webhook.read(push(3, {"ordersn": "A1", "status": "COMPLETED", "update_time": 12}))
    assert first.key == again.key
    assert first.key != news.key


def test_partner_level_pushes_name_their_shops():
    read = webhook.read(b'{"code": 2, "partner_id": 1, "data": {"shop_id_list": [1, 2]}}')
    assert (read.kind, read.remote_shop_ids) == (PushKind.ACCESS, ("1", "2"))
    soon = webhook.read(b'{"code": 12, "data": {"shop_expire_soon": [5]}}')
    assert (soon.kind, soon.remote_shop_ids) == (PushKind.ACCESS, ("5",))


def test_the_callback_test_message_is_a_check():
    assert webhook.read(b'{"code":0,"data":{"verify_info":"x"}}').kind is PushKind.CHECK


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data": {}}', b'{"code": "3"}'])
def test_what_is_no_push_message_is_refused(body):
    with pytest.raises(ValueError):
        webhook.read(body)


def test_a_lifetime_may_come_as_a_moment():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    body = {"access_token": "a", "refresh_token": "r", "expire_in": 14400}
    assert (mapping.tokens(body, now=now).expires_at - now).total_seconds() == 14400
    body["expire_in"] = 1900000000
    assert mapping.tokens(body, now=now).expires_at == datetime.fromtimestamp(1900000000, UTC)


def test_the_street_leaves_out_the_units_that_come_apart():
    from channels_sync.marketplaces.shopee.mapping import _street

    address = {
        "full_address": "12 Nguyễn Phi Khanh, Phường Tân Định, TP. Hồ Chí Minh",
        "district": "Phường Tân Định",
        "state": "TP. Hồ Chí Minh",
    }
    assert _street(address) == "12 Nguyễn Phi Khanh"
    assert _street({**address, "full_address": "12******"}) == "12******"
    assert _street({**address, "full_address": "Phường Tân Định"}) == "Phường Tân Định"
