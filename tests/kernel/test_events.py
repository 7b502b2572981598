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
