"""Messages that wait are taken in groups, by one worker each, and none spoils its neighbours."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection

from oms.kernel import inbox, queue
from oms.kernel.clock import now
from oms.kernel.models import InboxMessage
from oms.kernel.tasks import process_inbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_clean")]


class Heard:
    """What the handlers of the source "demo" were given."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.alone: list[int] = []
        self.refuse: set[int] = set()
        self.broken: set[int] = set()

    def group(self, messages: Sequence[InboxMessage]) -> dict[int, Exception]:
        numbers = {message.json()["n"]: message.pk for message in messages}
        if self.broken & numbers.keys():
            raise KeyError("ordersn")
        self.groups.append(sorted(numbers))
        return {numbers[n]: OSError("no answer") for n in self.refuse & numbers.keys()}

    def one(self, message: InboxMessage) -> None:
        number = message.json()["n"]
        if number in self.broken:
            raise KeyError("ordersn")
        self.alone.append(number)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    heard = Heard()
    monkeypatch.setitem(inbox._handlers, "demo", heard.one)
    monkeypatch.setitem(inbox._group_handlers, "demo", heard.group)
    yield heard


def keep(*numbers: int) -> list[int]:
    kept = [inbox.receive("demo", f"k{n}", b'{"n": %d}' % n, {}) for n in numbers]
    return [key for key in kept if key is not None]


def waiting() -> list[int]:
    rows = InboxMessage.objects.filter(processed_at=None)
    return sorted(row.json()["n"] for row in rows)


def test_what_waits_is_handled_together_once(heard: Heard) -> None:
    keep(1, 2, 3)
    assert (inbox.process_waiting(), waiting()) == (3, [])
    assert inbox.process_waiting() == 0
    assert (heard.groups, heard.alone) == ([[1, 2, 3]], [])


def test_a_failure_waits_for_its_next_try_and_keeps_its_reason(heard: Heard, frozen) -> None:
    keep(1, 2, 3)
    heard.refuse = {2}
    inbox.process_waiting()
    assert waiting() == [2]
    assert InboxMessage.objects.get(processed_at=None).last_error == "OSError: no answer"
    assert inbox.process_waiting() == 0  # not due
    heard.refuse = set()
    frozen.shift(timedelta(seconds=11))
    assert (inbox.process_waiting(), waiting()) == (1, [])


def test_a_group_that_breaks_is_handled_one_by_one(heard: Heard) -> None:
    """A poison message loses only itself."""
    keep(1, 2, 3)
    heard.broken = {2}
    inbox.process_waiting()
    assert (heard.alone, waiting()) == ([1, 3], [2])


def test_messages_that_a_worker_took_are_left_to_it_until_its_lease_is_over(
    heard: Heard, frozen
) -> None:
    keep(1)
    InboxMessage.objects.update(next_attempt_at=now() + inbox.LEASE)
    keep(2)
    inbox.process_waiting()
    assert heard.alone == [2]
    frozen.shift(inbox.LEASE)
    inbox.process_waiting()
    assert heard.alone == [2, 1]


def test_a_long_queue_is_cut_into_tasks_that_call_the_next(heard: Heard, monkeypatch) -> None:
    sent: list[Callable] = []
    monkeypatch.setattr(queue, "hurry", lambda task, *args: sent.append(task))
    monkeypatch.setattr(inbox, "GROUP", 2)
    keep(*range(5))
    assert inbox.process_waiting(limit=4) == 4
    assert (heard.groups, sent) == ([[0, 1], [2, 3]], [process_inbox])


def test_sources_take_turns_however_much_one_of_them_sends(heard: Heard, monkeypatch) -> None:
    other = Heard()
    monkeypatch.setitem(inbox._handlers, "other", other.one)
    monkeypatch.setitem(inbox._group_handlers, "other", other.group)
    monkeypatch.setattr(inbox, "GROUP", 2)
    monkeypatch.setattr(queue, "hurry", lambda task, *args: None)
    keep(*range(5))
    for number in (7, 8):
        inbox.receive("other", f"o{number}", b'{"n": %d}' % number, {})
    assert inbox.process_waiting(limit=5) == 5
    assert (heard.groups, heard.alone) == ([[0, 1]], [2])
    assert other.groups == [[7, 8]]


def test_what_waits_of_a_source_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('inbox_source_waiting'::regclass)")
        [(definition,)] = cursor.fetchall()
    assert definition.endswith("USING btree (source, id) WHERE (processed_at IS NULL)")


def test_a_burst_sends_one_word_to_the_workers(monkeypatch) -> None:
    timers: list[Callable[[], None]] = []

    class Timer:
        def __init__(self, _seconds: float, work: Callable[[], None]) -> None:
            timers.append(work)

        def start(self) -> None:
            """It goes off when the test says so."""

    monkeypatch.setattr(queue.threading, "Timer", Timer)
    sent: list[list[int]] = []
    gathered = queue.Gathered(sent.append)
    for number in range(5):
        gathered.add([number])
    assert (len(timers), sent) == (1, [])
    timers.pop()()
    gathered.add([9])
    timers.pop()()
    assert sent == [[0, 1, 2, 3, 4], [9]]


def test_what_has_failed_for_days_keeps_nobody_waiting(heard: Heard) -> None:
    [old, _new] = keep(1, 2)
    InboxMessage.objects.filter(pk=old).update(attempts=60)
    heard.broken = {1}
    assert (inbox.process_waiting(), waiting(), heard.alone) == (2, [1], [2])
    message = InboxMessage.objects.get(pk=old)
    assert message.attempts == 61 and message.next_attempt_at is not None
    assert message.next_attempt_at - now() <= inbox.LONGEST_WAIT
