"""A burst of push messages: many orders in few calls, and trouble that stays where it belongs."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_sync.models import Shop
from channels_sync.ports import marketplace
from channels_sync.services import pushes
from channels_sync.services.access import renew_access
from channels_sync.services.connecting import connect_shop
from oms.kernel import inbox
from oms.kernel.clock import now
from oms.kernel.models import InboxMessage
from oms.kernel.ratelimit import Pace
from orders.models import Order

from .conftest import ACTOR
from .markets import MARKETS, Market, connect, running_market, stocked, take_pushes

SECOND_SHOP = 88067890
RENEWAL = "*access_token/get"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def ready(market: Market) -> Shop:
    return stocked(connect(market))


def test_a09_the_orders_of_a_burst_are_asked_for_together(market, ready, client):
    numbers = market.place(count=6)
    for number in [*numbers, numbers[0]]:
        assert market.send(client, market.push(number)) == 200
    before = market.sent(market.DETAIL)
    assert inbox.process_waiting() == 6  # the repeat was not kept
    assert market.sent(market.DETAIL) - before == 1
    assert Order.objects.filter(remote_id__in=numbers).count() == 6
    assert not InboxMessage.objects.filter(processed_at=None).exists()


def test_a09_a_long_burst_takes_no_more_statements_than_a_short_one(market, ready, client):
    def statements(count: int) -> int:
        for number in market.place(count=count):
            market.send(client, market.push(number))
        with CaptureQueriesContext(connection) as asked:
            assert inbox.process_waiting() == count
        # Each call of the marketplace is logged; Lazada is asked for one order at a time.
        return len([row for row in asked if "kernel_partnercall" not in row["sql"]])

    statements(2)  # what is read once for a process
    assert statements(12) <= statements(3)


def test_a09_a_partner_in_trouble_keeps_the_messages_for_later(market, ready, client):
    numbers = market.place(count=3)
    for number in numbers:
        market.send(client, market.push(number))
    market.fault("status_5xx", market.DETAIL, times=3)
    inbox.process_waiting()
    assert InboxMessage.objects.filter(processed_at=None, attempts=1).count() == 3
    for message in InboxMessage.objects.all():
        assert inbox.process(message.pk)
    assert Order.objects.filter(remote_id__in=numbers).count() == 3


def test_a_silent_partner_holds_up_nobody_elses_orders(tmp_path, settings, client):
    with (
        running_market("lazada", tmp_path / "silent", settings) as silent,
        running_market("shopee", tmp_path / "alive", settings) as alive,
    ):
        connect(silent)
        stocked(connect(alive))
        lost, [number] = silent.place(count=2), alive.place()
        for each in lost:
            silent.send(client, silent.push(each))
        alive.send(client, alive.push(number))
        silent.fault("timeout_before_work", silent.DETAIL, times=None)
        assert inbox.process_waiting() == 3
        assert Order.objects.filter(remote_id=number).exists()
        asked = silent.sent(silent.DETAIL)
        lost += silent.place()
        silent.send(client, silent.push(lost[-1]))
        assert inbox.process_waiting() == 1
        assert silent.sent(silent.DETAIL) == asked  # it rests: what is new waits without a call
        waiting = InboxMessage.objects.filter(processed_at=None)
        assert [row.source for row in waiting] == ["lazada"] * 3
        silent("DELETE", "faults")
        for message in waiting:
            assert inbox.process(message.pk)
        assert Order.objects.filter(remote_id__in=lost).count() == 3


# Two shops of one marketplace: what stalls for one holds up nothing of the other


@pytest.fixture
def shopee(tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market("shopee", tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def pair(shopee: Market) -> tuple[Shop, Shop]:
    """The shop of every test, and a second one of the same marketplace."""
    first = stocked(connect(shopee))
    code = shopee("POST", "issue_code", {"shop_id": SECOND_SHOP})["code"]
    returned = {"shop_id": str(SECOND_SHOP)}
    [second] = connect_shop("shopee", code, returned=returned, actor=ACTOR)
    return first, second


def two_pushes(shopee: Market, client: Any) -> tuple[str, str]:
    """An order of each shop, told of in one burst; the first shop's message is the older."""
    [first], [second] = shopee.place(), shopee.place(shop_id=SECOND_SHOP)
    shopee.send(client, shopee.push(first))
    told = json.loads(shopee.push(second)) | {"shop_id": SECOND_SHOP}
    assert shopee.send(client, json.dumps(told).encode()) == 200
    return first, second


def assert_only(found: str, waits: str) -> None:
    assert Order.objects.get(remote_id__in=[found, waits]).remote_id == found
    [message] = InboxMessage.objects.filter(processed_at=None)
    assert waits in bytes(message.body).decode()


def test_a_renewal_that_stalls_holds_up_no_other_shop(shopee, pair, client):
    first, second = two_pushes(shopee, client)
    Shop.objects.filter(pk=pair[0].pk).update(token_expires_at=now())
    shopee.fault("delay", RENEWAL, seconds=30, times=None)
    renewals = shopee.sent(RENEWAL)
    assert inbox.process_waiting() == 2
    assert shopee.sent(RENEWAL) == renewals  # whoever has others behind renews nothing
    assert_only(second, waits=first)
    shopee("DELETE", "faults")
    renew_access(pair[0].pk)
    take_pushes()
    assert Order.objects.filter(remote_id=first).exists()


def test_a_token_that_is_turned_down_is_renewed_elsewhere(shopee, pair, client):
    first, second = two_pushes(shopee, client)
    credentials = {**pair[0].credentials, "access_token": "spent"}
    Shop.objects.filter(pk=pair[0].pk).update(credentials=credentials)
    renewals = shopee.sent(RENEWAL)
    assert inbox.process_waiting() == 2
    assert shopee.sent(RENEWAL) == renewals
    assert_only(second, waits=first)
    renew_access(pair[0].pk)
    assert shopee.sent(RENEWAL) == renewals + 1
    take_pushes()
    assert Order.objects.filter(remote_id=first).exists()


def test_a_token_that_lives_a_while_is_used_until_it_is_renewed(shopee, pair, client):
    first, second = two_pushes(shopee, client)
    Shop.objects.update(token_expires_at=now() + timedelta(minutes=5))
    renewals = shopee.sent(RENEWAL)
    assert inbox.process_waiting() == 2
    assert shopee.sent(RENEWAL) == renewals
    assert Order.objects.filter(remote_id__in=[first, second]).count() == 2


def test_a_shop_that_was_told_to_wait_holds_up_no_other_shop(shopee, pair, client, monkeypatch):
    first, second = two_pushes(shopee, client)
    # Shorter than a call waits for its turn where nobody stands behind.
    monkeypatch.setattr(pushes, "SHORT_S", 1.0)
    http = marketplace("shopee").client.http
    monkeypatch.setattr(http, "pace", Pace(200, 100))  # each shop has a limit of its own
    http.hold_back(4, pair[0].remote_shop_id)
    assert inbox.process_waiting() == 2
    assert_only(second, waits=first)
