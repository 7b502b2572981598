"""Webhooks: stored under a unique key, answered, processed later, tried again when it fails."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from redis import RedisError

from oms.kernel.clock import now
from oms.kernel.models import InboxMessage
from oms.kernel.queue import hurry
from oms.kernel.redis import redis_client

log = logging.getLogger(__name__)

Handler = Callable[[InboxMessage], None]
_handlers: dict[str, Handler] = {}

FIRST_LOOK = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)


def inbox_handler(source: str) -> Callable[[Handler], Handler]:
    """Register the one handler of a source; used in an app's handlers.py. It may run twice."""

    def register(handler: Handler) -> Handler:
        _handlers[source] = handler
        return handler

    return register


def body_within(request: HttpRequest, limit: int) -> bytes | None:
    """The body of a webhook, or None, unread, when it announces more than `limit` bytes."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limit:
        return None
    return request.body


def receive(
    source: str,
    key: str,
    body: bytes,
    headers: dict[str, str],
    meta: dict[str, Any] | None = None,
) -> tuple[InboxMessage, bool]:
    """Keep a verified message; (message, True) only for the first of its key."""
    with transaction.atomic():
        message, created = InboxMessage.objects.get_or_create(
            source=source,
            key=key,
            defaults={
                "body": body,
                "headers": headers,
                "meta": meta or {},
                "received_at": now(),
            },
        )
        if created:
            transaction.on_commit(partial(_hurry, message.pk))
    return message, created


def _hurry(message_id: int) -> None:
    from oms.kernel.tasks import process_message

    hurry(process_message, message_id)


def process(message_id: int) -> bool:
    """Hand one message to its source's handler; a failure is kept with the row and tried again."""
    message = InboxMessage.objects.filter(pk=message_id, processed_at=None).first()
    if message is None:
        return True
    try:
        _handlers[message.source](message)
    except Exception as error:
        log.exception("inbox_failed message_id=%s source=%s", message.pk, message.source)
        wait = min(timedelta(seconds=10) * 2**message.attempts, LONGEST_WAIT)
        InboxMessage.objects.filter(pk=message.pk).update(
            attempts=message.attempts + 1,
            next_attempt_at=now() + wait,
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
        return False
    InboxMessage.objects.filter(pk=message.pk).update(processed_at=now(), last_error="")
    return True


def sweep(limit: int = 500) -> int:
    """Process what was received but not done. Returns how many were tried."""
    moment = now()
    due = Q(next_attempt_at=None, received_at__lt=moment - FIRST_LOOK) | Q(
        next_attempt_at__lte=moment
    )
    waiting = InboxMessage.objects.filter(due, processed_at=None).order_by("id")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    for message_id in ids:
        process(message_id)
    return len(ids)


def count_rejected(source: str) -> None:
    """Count a message whose signature or secret was wrong; it leaves no row."""
    with suppress(RedisError):
        redis_client().incr(f"inbox:rejected:{source}")


def rejected_count(source: str) -> int:
    """Messages of a partner that were turned away; zero while Redis is away."""
    with suppress(RedisError):
        return int(redis_client().get(f"inbox:rejected:{source}") or 0)
    return 0
