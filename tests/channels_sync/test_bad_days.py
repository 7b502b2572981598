"""What may go wrong at any marketplace while its orders are read; nothing is lost by it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from channels_sync.models import RemoteOrder, Shop, SyncCursor, SyncProblem
from channels_sync.ports import AccessLost
from channels_sync.services import importing
from channels_sync.services.access import fresh_access
from channels_sync.services.connecting import disconnect_shop
from channels_sync.services.importing import import_orders, import_window, poll_shop
from inventory.models import StockMovement, Variant, Warehouse
from inventory.services import stock
from oms.kernel.clock import now
from orders.models import Order

from .conftest import ACTOR
from .markets import MARKETS, Market, connect, running_market, stocked

# The call that renews tokens.
RENEWALS = {
    "shopee": "*access_token/get",
    "lazada": "*/auth/token/refresh",
    "tiktok_shop": "*/token/refresh",
}
PAGE = 100


@pytest.fixture(params=sorted(MARKETS))
def market(request: Any, tmp_path: Path, settings: Any, redis_clean: object) -> Iterator[Market]:
    with running_market(request.param, tmp_path, settings) as hand:
        yield hand


@pytest.fixture
def ready(db: None, market: Market) -> Shop:
    return stocked(connect(market))


@pytest.mark.django_db(transaction=True)
def test_a02_two_workers_renew_one_token_once(market):
    shop = connect(market)
    Shop.objects.filter(pk=shop.pk).update(token_expires_at=now() + timedelta(minutes=5))
    renewal = RENEWALS[market.code_name]
    market.fault("delay", renewal, seconds=0.3)
    before = market.sent(renewal)
    tokens: list[str] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            tokens.append(fresh_access(shop.pk).token)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert market.sent(renewal) == before + 1
    assert (len(tokens), len(set(tokens))) == (2, 1)
    assert tokens[0] != shop.credentials["access_token"]
    assert Shop.objects.get(pk=shop.pk).status == Shop.Status.CONNECTED


def test_a18_a_disconnect_in_the_middle_of_a_catch_up_stops_it_and_loses_nothing(
    market, ready, monkeypatch
):
    numbers = market.place(count=3)
    known, cursor = Order.objects.count(), SyncCursor.objects.get().position
    pages = importing.order_pages

    def leave(*args: Any, **options: Any) -> Iterator[Any]:
        for page in pages(*args, **options):
            disconnect_shop(ready.pk, actor=ACTOR)
            yield page

    monkeypatch.setattr(importing, "order_pages", leave)
    with pytest.raises(AccessLost):
        import_window(ready.pk)
    shop = Shop.objects.get()
    assert (shop.status, shop.credentials) == (Shop.Status.DISCONNECTED, {})
    assert Order.objects.count() == known
    assert SyncCursor.objects.get().position == cursor
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    monkeypatch.setattr(importing, "order_pages", pages)
    connect(market)
    import_window(ready.pk)
    assert Order.objects.filter(remote_id__in=numbers).count() == 3


def test_a_clock_that_is_wrong_refuses_calls_in_words_and_costs_no_consent(
    market, ready, monkeypatch
):
    """Beyond what the marketplace tolerates: nothing is read, nothing is thought lost."""
    before = SyncCursor.objects.get().position
    ahead = 3 * 3600  # Lazada takes two hours, the others five minutes
    now_there = market.sandbox.clock.now
    monkeypatch.setattr(market.sandbox.clock, "now", lambda: now_there() + ahead)
    numbers = market.place(count=2)
    assert poll_shop(ready.pk) is None
    shop = Shop.objects.get()
    assert shop.status == Shop.Status.CONNECTED
    assert shop.last_error
    assert SyncCursor.objects.get().position == before
    monkeypatch.setattr(market.sandbox.clock, "now", now_there)
    # Dated by a clock that ran ahead: listed once ours has come there too.
    import_window(ready.pk, until=now() + timedelta(seconds=ahead + 60))
    assert Order.objects.filter(remote_id__in=numbers).count() == 2
    assert Shop.objects.get().last_error == ""


def test_orders_of_a_marketplace_that_is_a_little_ahead_are_found_when_their_time_comes(
    market, ready
):
    """Within its tolerance calls pass; the windows overlap, so no order falls between two."""
    market.sandbox.clock.advance(120)
    numbers = market.place(count=2)
    import_window(ready.pk)
    import_window(ready.pk, until=now() + timedelta(seconds=125))
    assert Order.objects.filter(remote_id__in=numbers).count() == 2


def test_a_poison_order_in_a_page_of_100_loses_only_itself(market, ready, monkeypatch):
    numbers = market.place(count=PAGE, lines=[{"sku": "TUI-VAI", "quantity": 1}])
    stock_for(PAGE)
    poison = numbers[41]
    mapping = import_module(f"channels_sync.marketplaces.{market.code_name}.mapping")
    whole = mapping._sale

    def spoilt(remote_id: str, *told: Any) -> Any:
        if remote_id == poison:
            raise KeyError("the marketplace left this out")
        return whole(remote_id, *told)

    monkeypatch.setattr(mapping, "_sale", spoilt)
    import_window(ready.pk)
    assert Order.objects.filter(remote_id__in=numbers).count() == PAGE - 1
    [problem] = SyncProblem.objects.filter(resolved_at=None)
    assert (problem.kind, problem.remote_id) == (SyncProblem.Kind.BAD_ORDER, poison)
    assert not RemoteOrder.objects.filter(remote_id=poison).exists()
    monkeypatch.setattr(mapping, "_sale", whole)
    import_orders(ready.pk, [poison])
    assert Order.objects.filter(remote_id__in=numbers).count() == PAGE
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def stock_for(units: int) -> None:
    """Enough on the shelf that no order of the page waits."""
    bag, place = Variant.objects.get(sku="TUI-VAI"), Warehouse.objects.get()
    rows = [stock.Posting(bag.pk, place.pk, units, StockMovement.Kind.OPENING)]
    stock.post(rows, actor=ACTOR)
