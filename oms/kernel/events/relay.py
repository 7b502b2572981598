"""Publishing: run the handlers of events that are not published yet."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from oms.kernel.clock import backoff, now
from oms.kernel.events.registry import Handler, Together, handlers_of
from oms.kernel.models import Event

log = logging.getLogger(__name__)

FIRST_LOOK = timedelta(seconds=3)  # on_commit has had its chance by then
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=30)
GROUP = 50


def publish_event(event_id: int) -> bool:
    """Run every handler of one event; True when all went well."""
    return publish_events([event_id])


def publish_events(event_ids: Sequence[int]) -> bool:
    """The same for many, a group at a time; True when all went well.

    The rows are not locked while handlers run: they repeat safely, and they may take long.
    """
    well = True
    for start in range(0, len(event_ids), GROUP):
        well &= _publish(event_ids[start : start + GROUP])
    return well


def _publish(event_ids: Sequence[int]) -> bool:
    named: dict[str, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(pk__in=event_ids, published_at=None).order_by("pk"):
        named[event.name].append(event)
    failures: dict[int, list[str]] = defaultdict(list)
    for name, events in named.items():
        for handler in handlers_of(name):
            _tell(handler, events, failures)
    everything = [event for events in named.values() for event in events]
    for event in everything:
        if event.pk in failures:
            _postpone(event, "; ".join(failures[event.pk]))
    done = [event.pk for event in everything if event.pk not in failures]
    if done:
        Event.objects.filter(pk__in=done).update(published_at=now(), last_error="")
    return not failures


def _tell(handler: Handler, events: Sequence[Event], failures: dict[int, list[str]]) -> None:
    """One bad handler must not keep the others from hearing, one bad event not its neighbours."""
    if isinstance(handler, Together) and len(events) > 1:
        try:
            handler.handle(events)
            return
        except Exception:
            log.exception("event_group_failed name=%s events=%s", events[0].name, len(events))
    for event in events:
        try:
            handler(event)
        except Exception as error:
            log.exception("event_handler_failed event_id=%s name=%s", event.pk, event.name)
            failures[event.pk].append(f"{handler.__module__}.{_name(handler)}: {error}")


def _name(handler: Handler) -> str:
    return str(getattr(handler, "__name__", handler))


def _postpone(event: Event, error: str) -> None:
    wait = backoff(FIRST_WAIT, event.attempts, LONGEST_WAIT)
    Event.objects.filter(pk=event.pk).update(
        attempts=event.attempts + 1, next_attempt_at=now() + wait, last_error=error[:2000]
    )


def due_event_ids(limit: int = 500) -> list[int]:
    moment = now()
    due = Q(next_attempt_at=None, created_at__lt=moment - FIRST_LOOK) | Q(
        next_attempt_at__lte=moment
    )
    waiting = Event.objects.filter(due, published_at=None)
    return list(waiting.order_by("id").values_list("pk", flat=True)[:limit])


def relay_events(limit: int = 500) -> int:
    """Publish what `on_commit` lost or what failed before. Returns how many were tried."""
    ids = due_event_ids(limit)
    publish_events(ids)
    return len(ids)
