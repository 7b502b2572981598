import pytest
from django.db import DatabaseError, connection, transaction

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_event, record_events, registry, relay, timeline_of
from oms.kernel.models import Event

ROBOT = Actor.system("test")


@pytest.fixture
def heard(monkeypatch):
    """The events that reached a handler; the handler fails as often as `fail` says."""
    calls: list[int] = []
    state = {"fail": 0}

    def handler(event):
        if state["fail"]:
            state["fail"] -= 1
            raise RuntimeError("not today")
        calls.append(event.pk)

    monkeypatch.setitem(registry._handlers, "lamp.lit", [handler])
    return calls, state


@pytest.mark.django_db
def test_an_event_nobody_hears_is_history_at_once():
    event = record_event("lamp.dusted", ("lamp", 7), actor=ROBOT, data={"by": "hand"})
    assert event.published_at is not None
    assert list(timeline_of("lamp", 7)) == [event]


@pytest.mark.django_db
def test_a_failed_handler_is_tried_again_later(heard):
    calls, state = heard
    state["fail"] = 1
    event = record_event("lamp.lit", ("lamp", 7), actor=ROBOT)
    assert relay.publish_event(event.pk) is False
    event.refresh_from_db()
    assert (event.published_at, event.attempts) == (None, 1)
    assert "not today" in event.last_error
    assert relay.relay_events() == 0  # not due yet
    Event.objects.filter(pk=event.pk).update(next_attempt_at=now())
    assert relay.relay_events() == 1
    assert calls == [event.pk]
    assert relay.publish_event(event.pk) is True  # a second time changes nothing
    assert calls == [event.pk]


@pytest.mark.django_db
def test_events_of_a_name_are_handled_together_and_a_bad_one_alone_waits(monkeypatch):
    groups: list[list[int]] = []

    def handler(events):
        groups.append([event.subject_id for event in events])
        if 2 in groups[-1]:
            raise RuntimeError("not this one")

    monkeypatch.setitem(registry._handlers, "lamp.lit", [registry.Together(handler)])
    ids = [record_event("lamp.lit", ("lamp", n), actor=ROBOT).pk for n in (1, 2, 3)]
    assert relay.publish_events(ids) is False
    assert groups == [[1, 2, 3], [1], [2], [3]]
    waiting = Event.objects.get(published_at=None)
    assert (waiting.subject_id, waiting.attempts) == (2, 1)
    assert "handler: not this one" in waiting.last_error


@pytest.mark.django_db
def test_publishing_many_takes_the_statements_of_one(monkeypatch, django_assert_num_queries):
    heard: list[int] = []
    together = registry.Together(lambda events: heard.extend(e.subject_id for e in events))
    monkeypatch.setitem(registry._handlers, "lamp.lit", [together])
    for count in (1, 20):
        ids = [record_event("lamp.lit", ("lamp", n), actor=ROBOT).pk for n in range(count)]
        with django_assert_num_queries(2):
            assert relay.publish_events(ids)
    assert heard == [0, *range(20)]


@pytest.mark.django_db
def test_a_batch_is_one_statement(heard, django_assert_num_queries):
    rows = [EventRow("lamp.lit", "lamp", n, {"n": n}, "room", 1) for n in range(50)]
    with django_assert_num_queries(1):
        record_events(rows, actor=ROBOT)
    assert timeline_of("room", 1).count() == 50
    assert Event.objects.filter(published_at=None).count() == 50


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE kernel_event SET data='{}'", "DELETE FROM kernel_event"]
)
def test_history_cannot_be_rewritten(change):
    record_event("lamp.lit", ("lamp", 1), actor=ROBOT, data={"a": 1})
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.django_db
def test_what_has_failed_for_days_keeps_no_other_event_waiting(heard):
    calls, state = heard
    old, new = (record_event("lamp.lit", ("lamp", n), actor=ROBOT) for n in (7, 8))
    Event.objects.update(next_attempt_at=now())
    Event.objects.filter(pk=old.pk).update(attempts=60)
    state["fail"] = 1
    assert (relay.relay_events(), calls) == (2, [new.pk])
    old.refresh_from_db()
    assert old.attempts == 61
    assert old.next_attempt_at - now() <= relay.LONGEST_WAIT
