"""Alerts: one open row per thing that crossed its limit, closed when it is well again.

A caller says what is crossed now. What was open already stays the same alert, however often it is
seen, so that nobody is told twice of one crossing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from psycopg.types.json import Jsonb

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import EventRow, record_events
from oms.kernel.locks import advisory_lock
from oms.kernel.models import Alert
from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class Crossing:
    """Something beyond its limit; `permission` and `place` say who may know of it."""

    key: str
    message: str
    permission: str
    url: str = ""
    place: tuple[str, int] | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """Keys that crossed since the last look, and those that are well again."""

    opened: list[str]
    closed: list[str]


_OPEN = """
INSERT INTO kernel_alert AS a (kind, key, message, permission, url, place_kind, place_id, data,
    opened_at, seen_at)
SELECT %(kind)s::text, r.*, %(now)s::timestamptz, %(now)s::timestamptz
FROM unnest(%(keys)s::text[], %(messages)s::text[], %(permissions)s::text[], %(urls)s::text[],
    %(place_kinds)s::text[], %(place_ids)s::bigint[], %(data)s::jsonb[])
    AS r (key, message, permission, url, place_kind, place_id, data)
ORDER BY r.key
ON CONFLICT (kind, key) WHERE closed_at IS NULL
    DO UPDATE SET message = excluded.message, data = excluded.data, seen_at = excluded.seen_at
RETURNING a.id, a.key, a.opened_at = a.seen_at
"""
_CLOSE = """
UPDATE kernel_alert SET closed_at = %(now)s::timestamptz
WHERE kind = %(kind)s::text AND closed_at IS NULL AND key <> ALL(%(crossed)s::text[])
    AND (%(among)s::text[] IS NULL OR key = ANY(%(among)s::text[]))
RETURNING id, key
"""


def alerts_lock(kind: str) -> None:
    """Wait for others who settle this kind; what is crossed is read again after this."""
    advisory_lock(f"alerts:{kind}")


@transaction.atomic
def settle_alerts(
    kind: str,
    crossings: Sequence[Crossing],
    *,
    actor: Actor,
    among: Collection[str] | None = None,
) -> Settled:
    """Open what crossed, refresh what is open, close what of `among` (None: of all) recovered.

    The caller holds `alerts_lock` when others may settle the same keys. A repeat opens nothing.
    """
    moment = now()
    rows = run(
        _OPEN,
        {
            "kind": kind,
            "now": moment,
            "keys": [row.key for row in crossings],
            "messages": [row.message for row in crossings],
            "permissions": [row.permission for row in crossings],
            "urls": [row.url for row in crossings],
            "place_kinds": [row.place[0] if row.place else "" for row in crossings],
            "place_ids": [row.place[1] if row.place else None for row in crossings],
            "data": [Jsonb(row.data) for row in crossings],
        },
    )
    opened = [(pk, key) for pk, key, is_new in rows if is_new]
    closed = run(
        _CLOSE,
        {
            "kind": kind,
            "now": moment,
            "crossed": [row.key for row in crossings],
            "among": None if among is None else list(among),
        },
    )
    record_events(
        [EventRow("alert.opened", "alert", pk, {"kind": kind, "key": key}) for pk, key in opened]
        + [EventRow("alert.closed", "alert", pk, {"kind": kind, "key": key}) for pk, key in closed],
        actor=actor,
    )
    return Settled([key for _pk, key in opened], [key for _pk, key in closed])


def open_keys(kind: str, keys: Collection[str]) -> set[str]:
    """Which of these have an open alert."""
    rows = Alert.objects.filter(kind=kind, closed_at=None, key__in=list(keys))
    return set(rows.values_list("key", flat=True))


def open_alerts(
    permissions: Collection[str], places: dict[str, Collection[int] | None]
) -> QuerySet[Alert]:
    """Open alerts for somebody with these permissions, limited to these places (None: all)."""
    rows = Alert.objects.filter(closed_at=None, permission__in=list(permissions))
    for kind, ids in places.items():
        if ids is not None:
            rows = rows.filter(~Q(place_kind=kind) | Q(place_id__in=list(ids)))
    return rows
