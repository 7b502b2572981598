"""Many numbers that are owed at once: the fewest messages, and none left lying."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from channels_sync import queue, tasks
from channels_sync.models import Listing, Shop, StockPush
from channels_sync.ports import ListingOutcome, StockNumber, marketplace
from channels_sync.services import importing, stock_push
from inventory.models import Variant, Warehouse
from inventory.services import stock
from oms.kernel import queue as kernel_queue
from oms.kernel.clock import now
from oms.kernel.errors import ServiceUnreachable
from oms.kernel.locks import LockBusy, redis_lock
from tests.inventory.makers import make_variant

from .conftest import ACTOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


class Sent(list[list[StockNumber]]):
    """The messages that an adapter was given; it takes every number."""

    then: Any = None

    def take(self, numbers: Sequence[StockNumber]) -> ListingOutcome:
        self.append(list(numbers))
        if self.then is not None:
            self.then()
        return ListingOutcome(frozenset(number.ref for number in numbers), {})


@pytest.fixture(params=["lazada", "shopee", "tiktok_shop"])
def code(request: Any) -> str:
    return request.param


@pytest.fixture
def sent(code: str, monkeypatch: pytest.MonkeyPatch) -> Sent:
    sent = Sent()
    adapter = type(marketplace(code))
    monkeypatch.setattr(adapter, "update_stock", lambda self, access, rows: sent.take(rows))
    return sent


@pytest.fixture
def shop(code: str) -> Shop:
    moment = now()
    return Shop.objects.create(
        marketplace=code,
        name="Gian hàng",
        region="VN",
        remote_shop_id="1",
        credentials={"access_token": "x"},
        token_expires_at=moment + timedelta(days=1),
        connected_at=moment,
        last_poll_at=moment,
        status=Shop.Status.CONNECTED,
    )


def offer(shop: Shop, items: int, models: int) -> list[Listing]:
    """Listings of so many products, each of a variant with ten pieces, in a mixed order."""
    place, _ = Warehouse.objects.get_or_create(code="K", name="Kho")
    rows = []
    for model in range(models):
        for item in range(items):
            variant: Variant = make_variant()
            stock.post([stock.Posting(variant.pk, place.pk, 10, "opening")], actor=ACTOR)
            rows.append(
                Listing.objects.create(
                    shop=shop,
                    remote_item_id=f"{shop.pk}{item}",
                    remote_model_id=str(1 + model),
                    name="Áo",
                    variant=variant,
                    location_ids=["1"],
                )
            )
    return rows


def owe(rows: Sequence[Listing]) -> None:
    stock_push.mark_listings([row.pk for row in rows])


def is_owed() -> bool:
    return StockPush.objects.filter(version__gt=F("sent_version")).exists()


def test_a11_changed_variants_take_the_fewest_messages(shop, sent, code, monkeypatch):
    """A product is not cut in two where a message tells one product only."""
    monkeypatch.setattr(stock_push, "PER_ROUND", 8)
    rows = offer(shop, items=4, models=3)
    for _change in range(3):
        owe(rows)
    assert stock_push.push_stock(shop.pk) == 12
    one_product = {"shopee", "tiktok_shop"}
    assert [len(message) for message in sent] == ([3, 3, 3, 3] if code in one_product else [8, 4])
    assert {number.quantity for message in sent for number in message} == {10}
    assert not is_owed()


def test_a11_what_changes_while_numbers_are_sent_is_sent_by_the_same_worker(shop, sent):
    rows = offer(shop, items=1, models=2)
    owe(rows)

    def sold_meanwhile() -> None:
        sent.then = None
        owe(rows[:1])
        with pytest.raises(LockBusy):  # the other worker's task finds the shop taken, and leaves
            stock_push.push_stock(shop.pk)

    sent.then = sold_meanwhile
    stock_push.push_stock(shop.pk)
    assert [len(message) for message in sent] == [2, 1]
    assert not is_owed()


def test_a11_the_statements_of_a_message_do_not_grow_with_its_rows(shop, sent):
    def statements(rows: Sequence[Listing]) -> int:
        owe(rows)
        with CaptureQueriesContext(connection) as asked:
            stock_push.push_stock(shop.pk)
        return len(asked)

    rows = offer(shop, items=1, models=15)
    statements(rows[:1])
    assert statements(rows) <= statements(rows[:1])
    assert Listing.objects.filter(pushed_quantity=10, remote_quantity=10).count() == 15
    assert StockPush.objects.filter(state=StockPush.State.SENT, quantity=10).count() == 15


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was put into the queue: the task and when, or for whom."""
    put: list[tuple[Any, ...]] = []
    monkeypatch.setattr(kernel_queue, "hurry", lambda task, *args: put.append((task.name, *args)))
    monkeypatch.setattr(tasks, "hurry_later", lambda task, *args: put.append((task.name, *args)))
    return put


def test_a11_a_shop_whose_orders_are_being_read_is_told_when_that_is_done(
    shop, sent, hurried, monkeypatch, django_capture_on_commit_callbacks
):
    owe(offer(shop, items=1, models=1))
    Shop.objects.update(last_poll_at=None)
    with redis_lock(f"channel-import:{shop.pk}", 10):
        tasks.push_stock(shop.pk)
    assert (sent, hurried) == ([], [])
    monkeypatch.setattr(importing, "import_window", lambda shop_id: importing.Imported())
    with django_capture_on_commit_callbacks(execute=True):
        importing.poll_shop(shop.pk)
    assert hurried == [(tasks.push_stock.name, shop.pk)]


def test_a11_a_long_list_leaves_the_rest_to_a_task_behind_the_others(
    shop, sent, hurried, django_capture_on_commit_callbacks
):
    owe(offer(shop, items=1, models=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert stock_push.push_stock(shop.pk, seconds=-1) == 0
    assert (sent, hurried) == ([], [(tasks.push_stock.name, shop.pk)])


@pytest.mark.parametrize(
    ("told", "waits", "again"), [(2.0, (2, 2), [2.05, 2.05]), (None, (30, 60), [])]
)
def test_a11_a_call_that_was_turned_away_waits_as_long_as_the_partner_says(
    frozen, shop, sent, hurried, told, waits, again
):
    def turn_away() -> None:
        raise ServiceUnreachable("429", retry_after=told)

    sent.then = turn_away
    owe(offer(shop, items=1, models=2))
    for seconds in waits:
        tasks.push_stock(shop.pk)
        assert set(StockPush.objects.values_list("next_attempt_at", flat=True)) == {
            now() + timedelta(seconds=seconds)
        }
        frozen.shift(timedelta(seconds=seconds))
        Shop.objects.update(last_poll_at=now(), token_expires_at=now() + timedelta(days=1))
    assert hurried == [(tasks.push_stock.name, seconds, shop.pk) for seconds in again]


def test_many_changes_put_one_task_into_the_queue(monkeypatch, django_capture_on_commit_callbacks):
    put: list[tuple[Any, ...]] = []
    monkeypatch.setattr(kernel_queue, "hurry", lambda task, *args: put.append((task.name, *args)))

    def change() -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            queue.hurry_once("push_stock", 7)

    for _ in range(3):
        change()
    assert put == [(tasks.push_stock.name, 7)]
    kernel_queue.begun(tasks.push_stock, 7)
    change()
    assert len(put) == 2
