"""A burst of push messages: many orders in few calls, and trouble that stays where it belongs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_sync.models import Shop
from oms.kernel import inbox
from oms.kernel.models import InboxMessage
from orders.models import Order

from .markets import MARKETS, Market, connect, running_market, stocked

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
