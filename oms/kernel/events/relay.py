"""Publishing: run the handlers of events that are not published yet."""

import logging
from datetime import timedelta

from django.db.models import Q

from oms.kernel.clock import now
from oms.kernel.events.registry import handlers_of
from oms.kernel.models import Event

log = logging.getLogger(__name__)

FIRST_LOOK = timedelta(seconds=3)  # on_commit has had its chance by then
LONGEST_WAIT = timedelta(minutes=30)


def publish_event(event_id: int) -> bool:
    """Run every handler of one event; True when all went well.

    The row is not locked while handlers run: they repeat safely, and they may take long.
    """
    event = Event.objects.filter(pk=event_id, published_at=None).first()
    if event is None:
        return True
    failures = []
    for handler in handlers_of(event.name):
        try:
            handler(event)
        except Exception as error:
            # One bad handler must not keep the others from hearing; the relay comes back to it.
            log.exception("event_handler_failed event_id=%s name=%s", event.pk, event.name)
            failures.append(f"{handler.__module__}.{handler.__name__}: {error}")
    if failures:
        _postpone(event, "; ".join(failures))
        return False
    Event.objects.filter(pk=event.pk).update(published_at=now(), last_error="")
    return True


def _postpone(event: Event, error: str) -> None:
    wait = min(timedelta(seconds=5) * 2**event.attempts, LONGEST_WAIT)
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
    for event_id in ids:
        publish_event(event_id)
    return len(ids)
