"""Writing events, and reading them back as a timeline."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from oms.kernel import queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events.registry import is_heard
from oms.kernel.models import Event
from oms.kernel.sql import run

Subject = Model | tuple[str, int]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of a batch; `about` is whose timeline tells it (default: the subject's)."""

    name: str
    kind: str
    id: int
    data: dict[str, Any] = field(default_factory=dict)
    about_kind: str = ""
    about_id: int | None = None


def reference(subject: Subject) -> tuple[str, int]:
    if isinstance(subject, tuple):
        return subject
    return str(subject._meta.model_name), subject.pk


def record_event(
    name: str,
    subject: Subject,
    *,
    actor: Actor,
    data: dict[str, Any] | None = None,
    about: Subject | None = None,
) -> Event:
    """Write one event in the caller's transaction; handlers run after its commit.

    An event that nobody handles is history only and is born published.
    """
    kind, key = reference(subject)
    about_kind, about_id = reference(about) if about is not None else (kind, key)
    moment = now()
    event = Event.objects.create(
        name=name,
        subject_kind=kind,
        subject_id=key,
        about_kind=about_kind,
        about_id=about_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        data=data or {},
        created_at=moment,
        published_at=None if is_heard(name) else moment,
    )
    if is_heard(name):
        transaction.on_commit(partial(hurry, [event.pk]))
    return event


_INSERT = """
INSERT INTO kernel_event (name, subject_kind, subject_id, about_kind, about_id, data,
    actor_kind, actor_id, actor_label, created_at, published_at, attempts, last_error)
SELECT name, kind, id, about_kind, about_id, data, %(actor_kind)s::text, %(actor_id)s::bigint,
    %(actor_label)s::text, %(moment)s::timestamptz,
    CASE WHEN heard THEN NULL ELSE %(moment)s::timestamptz END, 0, ''
FROM unnest(%(names)s::text[], %(kinds)s::text[], %(ids)s::bigint[], %(about_kinds)s::text[],
    %(about_ids)s::bigint[], %(data)s::jsonb[], %(heard)s::boolean[])
    AS row (name, kind, id, about_kind, about_id, data, heard)
RETURNING CASE WHEN published_at IS NULL THEN id END
"""


def record_events(rows: Iterable[EventRow], *, actor: Actor) -> None:
    """Write many events with one statement."""
    batch = list(rows)
    if not batch:
        return
    written = run(
        _INSERT,
        {
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_label": actor.label,
            "moment": now(),
            "names": [row.name for row in batch],
            "kinds": [row.kind for row in batch],
            "ids": [row.id for row in batch],
            "about_kinds": [row.about_kind or row.kind for row in batch],
            "about_ids": [row.id if row.about_id is None else row.about_id for row in batch],
            "data": [json.dumps(row.data) for row in batch],
            "heard": [is_heard(row.name) for row in batch],
        },
    )
    waiting = [key for (key,) in written if key is not None]
    if waiting:
        transaction.on_commit(partial(hurry, waiting))


def hurry(event_ids: list[int]) -> None:
    """Ask a worker to publish soon. A lost message costs seconds: the relay finds the rows."""
    _gathered.add(event_ids)


def _send(event_ids: list[int]) -> None:
    from oms.kernel.tasks import publish_events

    queue.hurry(publish_events, event_ids)


_gathered = queue.Gathered(_send)


def timeline_of(kind: str, key: int) -> QuerySet[Event]:
    """What happened to one thing, newest first."""
    return Event.objects.filter(about_kind=kind, about_id=key).order_by("-id")
