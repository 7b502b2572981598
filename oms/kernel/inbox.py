"""Webhooks: stored under a unique key, answered, processed later, tried again when it fails.

Workers take what waits in groups: a burst of messages of one source is one piece of work. Sources
take turns: the messages of one stand in no other's way.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from redis import RedisError

from oms.kernel import queue
from oms.kernel.clock import backoff, now
from oms.kernel.models import InboxMessage
from oms.kernel.redis import redis_client
from oms.kernel.sql import run

log = logging.getLogger(__name__)

Handler = Callable[[InboxMessage], None]
# Handles all of a source's messages; tells which of them failed and why, by message id.
GroupHandler = Callable[[Sequence[InboxMessage]], Mapping[int, Exception]]
_handlers: dict[str, Handler] = {}
_group_handlers: dict[str, GroupHandler] = {}

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=30)
GROUP = 50
LONGEST_KEY = 200
# Who took messages and was killed leaves them to the others after so long.
LEASE = timedelta(minutes=1)

_STORE = """
INSERT INTO kernel_inboxmessage
    (source, key, body, headers, meta, received_at, attempts, last_error)
VALUES (%(source)s::text, %(key)s::text, %(body)s::bytea, %(headers)s::jsonb, %(meta)s::jsonb,
    %(moment)s::timestamptz, 0, '')
ON CONFLICT (source, key) DO NOTHING
RETURNING id
"""
# Chosen once: as a subquery of the update it may be run again for other rows, beyond its limit.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM kernel_inboxmessage
    WHERE source = %(source)s::text AND processed_at IS NULL
        AND (next_attempt_at IS NULL OR next_attempt_at <= %(moment)s::timestamptz)
    ORDER BY id LIMIT %(size)s::int FOR UPDATE SKIP LOCKED)
UPDATE kernel_inboxmessage m SET next_attempt_at = %(until)s::timestamptz
FROM due WHERE m.id = due.id RETURNING m.id
"""
_SOURCES = """
SELECT s.source FROM unnest(%(known)s::text[]) WITH ORDINALITY AS s (source, place)
WHERE EXISTS (
    SELECT FROM kernel_inboxmessage m
    WHERE m.source = s.source AND m.processed_at IS NULL
        AND (m.next_attempt_at IS NULL OR m.next_attempt_at <= %(moment)s::timestamptz))
ORDER BY s.place
"""


def inbox_handler(source: str) -> Callable[[Handler], Handler]:
    """Register the one handler of a source; used in an app's handlers.py. It may run twice."""

    def register(handler: Handler) -> Handler:
        _handlers[source] = handler
        return handler

    return register


def inbox_group_handler(source: str) -> Callable[[GroupHandler], GroupHandler]:
    """Register what handles many messages of a source with less work than one by one."""

    def register(handler: GroupHandler) -> GroupHandler:
        _group_handlers[source] = handler
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
) -> int | None:
    """Keep a verified message; its id, or None when one of its key is here already."""
    stored = run(
        _STORE,
        {
            "source": source,
            "key": _storable(key),
            "body": body,
            "headers": json.dumps(headers),
            "meta": json.dumps(meta or {}),
            "moment": now(),
        },
    )
    if not stored:
        return None
    message_id = int(stored[0][0])
    transaction.on_commit(partial(_arrived.add, [message_id]))
    return message_id


def _storable(key: str) -> str:
    """The key, or what stands for one that no column takes."""
    if key.isprintable() and len(key) <= LONGEST_KEY:
        return key
    return "sha256:" + hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _hurry(message_ids: list[int]) -> None:
    """A worker takes whatever waits: the ids are only the reason to look."""
    from oms.kernel.tasks import process_inbox

    queue.hurry_once(process_inbox)


_arrived = queue.Gathered(_hurry)


def process_waiting(limit: int = 500) -> int:
    """Process what was received but not done, in groups that no other worker has taken.

    A group of each source in turn. Returns how many were tried; a lost hurry or a killed worker
    costs until the next sweep.
    """
    tried = 0
    sources = [row[0] for row in run(_SOURCES, {"known": sorted(_handlers), "moment": now()})]
    while sources:
        for source in list(sources):
            size = min(GROUP, limit - tried)
            if size <= 0:
                _hurry([])
                return tried
            taken = _process_some(source, size)
            tried += taken
            if taken < size:
                sources.remove(source)
    return tried


def _process_some(source: str, size: int) -> int:
    """Take the oldest due messages of a source and process them; how many there were."""
    moment = now()
    asked = {"source": source, "moment": moment, "until": moment + LEASE, "size": size}
    taken = [row[0] for row in run(_CLAIM, asked)]
    if taken:
        _process_group(source, list(InboxMessage.objects.filter(pk__in=taken).order_by("pk")))
    return len(taken)


def _process_group(source: str, messages: Sequence[InboxMessage]) -> None:
    together = _group_handlers.get(source)
    if together is None or len(messages) == 1:
        for message in messages:
            _process(message)
        return
    try:
        failed = together(messages)
    except Exception:
        log.exception("inbox_group_failed source=%s messages=%s", source, len(messages))
        for message in messages:  # one that cannot be handled must not keep the others waiting
            _process(message)
        return
    for message in messages:
        if message.pk in failed:
            _postpone(message, failed[message.pk])
    done = [message.pk for message in messages if message.pk not in failed]
    InboxMessage.objects.filter(pk__in=done).update(processed_at=now(), last_error="")


def process(message_id: int) -> bool:
    """Hand one message to its source's handler, unless that was done; False when it failed."""
    message = InboxMessage.objects.filter(pk=message_id, processed_at=None).first()
    return message is None or _process(message)


def _process(message: InboxMessage) -> bool:
    """A failure is kept with the row and tried again."""
    try:
        _handlers[message.source](message)
    except Exception as error:
        log.exception("inbox_failed message_id=%s source=%s", message.pk, message.source)
        _postpone(message, error)
        return False
    InboxMessage.objects.filter(pk=message.pk).update(processed_at=now(), last_error="")
    return True


def _postpone(message: InboxMessage, error: Exception) -> None:
    wait = backoff(FIRST_WAIT, message.attempts, LONGEST_WAIT)
    InboxMessage.objects.filter(pk=message.pk).update(
        attempts=message.attempts + 1,
        next_attempt_at=now() + wait,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def count_rejected(source: str) -> None:
    """Count a message whose signature or secret was wrong; it leaves no row."""
    with suppress(RedisError):
        redis_client().incr(f"inbox:rejected:{source}")


def rejected_count(source: str) -> int:
    """Messages of a partner that were turned away; zero while Redis is away."""
    with suppress(RedisError):
        return int(redis_client().get(f"inbox:rejected:{source}") or 0)
    return 0
