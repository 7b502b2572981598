"""Many orders at once: a page costs what one order costs, and no order is missed on the way."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_sync.models import RemoteOrder, Shop, SyncProblem
from channels_sync.services import importing
from channels_sync.services.importing import import_orders
from channels_sync.services.problems import report_problem
from channels_sync.services.reconciling import catch_up
from oms.kernel.models import Event
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem

from .conftest import ACTOR
from .markets import MARKETS, Market, connect, order_of, running_market, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def ready(market: Market) -> Shop:
    return stocked(connect(market))


def statements(shop: Shop, numbers: list[str]) -> int:
    """Without the call log: one row for each call, and Lazada tells heads one by one."""
    with CaptureQueriesContext(connection) as asked:
        import_orders(shop.pk, numbers)
    told = [query["sql"] for query in asked if "kernel_partnercall" not in query["sql"]]
    return len(told)


def test_a08_the_statements_of_a_page_do_not_grow_with_its_orders(market, ready):
    statements(ready, market.place(count=2))
    few = statements(ready, market.place(count=2))
    many = statements(ready, market.place(count=20))
    assert many <= few
    assert not RemoteOrder.objects.exclude(applied_version__gt=0).exists()


def test_a08_a_plain_order_that_had_a_problem_is_still_looked_at(market, ready):
    """A wish to cancel that was taken back and a word known by now: what they opened ends."""
    numbers = market.place(count=3)
    first, second, _third = numbers
    import_orders(ready.pk, numbers)
    ours = RemoteOrder.objects.filter(remote_id__in=numbers)
    open_problem(order_of(first).pk, OrderProblem.Kind.CANCEL_REQUESTED, "Khách yêu cầu hủy", {})
    report_problem(ready.pk, SyncProblem.Kind.UNKNOWN_STATUS, second, "Trạng thái lạ")
    ours.update(applied_version=0)
    import_orders(ready.pk, numbers)
    still_open = OrderProblem.objects.filter(order__remote_id__in=numbers, resolved_at=None)
    assert not still_open.exists()
    assert not SyncProblem.objects.filter(remote_id__in=numbers, resolved_at=None).exists()
    assert not ours.exclude(applied_version__gt=0).exists()
    assert Order.objects.filter(remote_id__in=numbers).count() == 3


def test_a18_what_is_missing_or_different_is_fetched_and_written_down(market, ready):
    missing, stale = market.place(count=2)
    import_orders(ready.pk, [missing, stale])
    Order.objects.filter(remote_id=missing).delete()
    market.move(stale, "cancelled")
    found = catch_up(ready.pk, actor=ACTOR, settle=timedelta(0))
    assert (found.missing, found.stale, found.fetched) == ([missing], [stale], 2)
    assert order_of(missing).status == "pending_confirmation"
    assert order_of(stale).status == "cancelled"
    told = Event.objects.get(name="shop.reconciled").data
    assert (told["missing_ids"], told["stale_ids"]) == ([missing], [stale])


def test_a18_an_order_that_was_cancelled_while_it_was_placed_is_cancelled_here(
    market, ready, monkeypatch
):
    """A poll and a push read the same order, and the newer word is kept first."""
    [remote_id] = market.place()
    place = importing.place_sales

    def late(*given):
        monkeypatch.setattr(importing, "place_sales", place)
        market.move(remote_id, "cancelled")
        import_orders(ready.pk, [remote_id])
        assert not Order.objects.filter(remote_id=remote_id).exists()
        return place(*given)

    monkeypatch.setattr(importing, "place_sales", late)
    import_orders(ready.pk, [remote_id])
    assert order_of(remote_id).status == "cancelled"
