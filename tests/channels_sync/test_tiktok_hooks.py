"""What TikTok Shop's pushes mean: genuine or not, of what, and twice. No network, no database."""

import json
from typing import Any

import pytest

from channels_sync.marketplaces.tiktok_shop import sign, webhook
from channels_sync.ports import (
    PushKind,
)


def test_a_webhook_is_genuine_only_over_its_raw_bytes_and_with_a_secret():
    body = b'{"type": 1}'
    good = sign.sign_webhook("key", "secret", body)
    assert sign.webhook_is_genuine("key", "secret", body, good)
    assert not sign.webhook_is_genuine("key", "secret", body + b" ", good)
    assert not sign.webhook_is_genuine("key", "secret", body, good.upper())
    assert not sign.webhook_is_genuine("key", "", body, sign.sign_webhook("key", "", body))
    assert good != sign.sign_call("secret", "", {}, body)


# Webhooks


def hook(kind: int, number: str | None = "N1", shop: str = "7495", **data: Any) -> bytes:
    named = {} if number is None else {"tts_notification_id": number}
    return json.dumps({"type": kind, "shop_id": shop, "data": data, **named}).encode()


def test_webhooks_point_to_orders_or_to_the_access():
    read = webhook.read(hook(1, order_id="577", order_status="UNPAID"))
    assert (read.kind, read.remote_id, read.remote_shop_ids) == (PushKind.ORDER, "577", ("7495",))
    parcels = [{"package_id": "1", "order_id_list": ["577", "578"]}]
    both = webhook.read(hook(4, package_list=parcels))
    assert (both.remote_id, both.more_ids) == ("577", ("578",))
    for kind in (6, 7):
        assert webhook.read(hook(kind, message="x")).kind is PushKind.ACCESS
    assert webhook.read(hook(5, product_id="1")).kind is PushKind.OTHER
    assert webhook.read(hook(777)).kind is PushKind.UNKNOWN
    for body in (b"[]", b"{}", b"not json", b'{"type": "1"}'):
        with pytest.raises(ValueError):
            webhook.read(body)


def test_a_repeat_has_the_same_key_with_and_without_a_number():
    assert webhook.read(hook(1, "N1")).key == webhook.read(hook(1, "N1", order_id="2")).key
    assert webhook.read(hook(1, "N1")).key != webhook.read(hook(1, "N2")).key
    old = {"number": None, "order_id": "577", "order_status": "UNPAID", "update_time": 5}
    first, later = webhook.read(hook(1, **old)), webhook.read(hook(1, **{**old, "update_time": 6}))
    assert first.key == webhook.read(hook(1, **old)).key
    assert first.key != later.key
