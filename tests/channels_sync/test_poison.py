"""Push messages that are genuine and senseless: kept or refused, and never in the way of others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import SyncProblem
from oms.kernel.models import InboxMessage
from orders.models import Order

from .markets import MARKETS, Market, connect, running_market, take_pushes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]
EVENT = {"shopee": "code", "lazada": "message_type", "tiktok_shop": "type"}
ORDER = {"shopee": "ordersn", "lazada": "trade_order_id", "tiktok_shop": "order_id"}
DEEP = b'{"data":' * 100_000 + b"1" + b"}" * 100_000


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


def spoilt(market: Market, number: str, **changes: Any) -> bytes:
    """A push about an order with other words in its data."""
    message = json.loads(market.push(number))
    message["data"] |= changes
    message.pop("tts_notification_id", None)
    return json.dumps(message).encode()


def poisons(market: Market, number: str) -> dict[str, bytes]:
    good = market.push(number)
    order = ORDER[market.code_name]
    return {
        "NUL in a name": spoilt(market, "A\0B"),
        "half a character": spoilt(market, "A\ud800B"),
        "no UTF-8": good.replace(number.encode(), b"\xff\xfe"),
        "a name without end": spoilt(market, "9" * 5_000),
        "deep nesting": DEEP,
        "a number without end": good.replace(b'"timestamp": 1', b'"timestamp": ' + b"1" * 5_000),
        "lists for texts": spoilt(market, number, package_list=5, shop_id_list=5, **{order: [1]}),
        "no object": b"[1, 2]",
        "nothing": b"",
    }


def test_a_poisoned_push_is_kept_or_refused_and_the_next_one_comes_in(market, client, settings):
    settings.WEBHOOK_MAX_BYTES = 2_000_000
    shop = connect(market)
    [number] = market.place()
    for name, body in poisons(market, number).items():
        answer = market.send(client, body)
        assert answer in (200, 400), name
    assert market.send(client, market.push(number)) == 200
    take_pushes()
    assert Order.objects.get(remote_id=number).shop_ref == shop.pk
    waiting = InboxMessage.objects.filter(processed_at=None)
    assert not waiting.exclude(next_attempt_at__isnull=False).exists()


def test_words_with_nul_in_what_nobody_reads_are_kept_as_they_came(market, client):
    connect(market)
    [number] = market.place()
    assert market.send(client, spoilt(market, number, note="a\0b", buyer="\0")) == 200
    take_pushes()
    assert Order.objects.filter(remote_id=number).exists()
    assert not InboxMessage.objects.filter(processed_at=None).exists()


def test_a_body_of_five_megabytes_is_refused_unread(market, client):
    connect(market)
    body = market.push("1")[:-1] + b', "more": "' + b"x" * 5_000_000 + b'"}'
    assert market.send(client, body) == 413
    assert not InboxMessage.objects.exists()


def test_the_last_of_two_equal_names_counts_and_a_repeat_is_one_message(market, client):
    connect(market)
    [number] = market.place()
    order = ORDER[market.code_name].encode()
    twice = market.push(number).replace(
        b'"' + order + b'"', b'"' + order + b'": "X", "' + order + b'"'
    )
    for _time in range(2):
        assert market.send(client, twice) == 200
    take_pushes()
    assert InboxMessage.objects.count() == 1
    assert Order.objects.filter(remote_id=number).exists()


def test_a18_an_event_that_nobody_knows_is_a_problem_that_shows_its_code(
    market, client, owner_client
):
    shop = connect(market)
    message = json.loads(market.push("1")) | {EVENT[market.code_name]: 777}
    for _time in range(2):
        assert market.send(client, json.dumps(message).encode()) == 200
        take_pushes()
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.shop, problem.kind, problem.remote_id) == (shop, "unknown_event", "777")
    page = owner_client.get(f"/channels/{shop.pk}/").content.decode()
    assert "loại 777" in page
    assert "Đã xem" in page
    owner_client.post(f"/channels/problems/{problem.pk}/retry/")
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def test_an_event_that_is_known_and_not_ours_is_no_problem(market, client):
    connect(market)
    message = json.loads(market.push("1")) | {EVENT[market.code_name]: 13}
    assert market.send(client, json.dumps(message).encode()) == 200
    take_pushes()
    assert not SyncProblem.objects.exists()
