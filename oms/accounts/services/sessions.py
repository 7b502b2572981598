"""Where users are logged in, and ending a session from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction

from oms.accounts.models import KnownSession, User
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event
from oms.kernel.kept import Kept

SEEN: Kept[bool] = Kept(seconds=60, most=5_000)
KEPT_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Place:
    """One session that is open; `seen_at` is None when nothing was heard since a restart."""

    row: KnownSession
    seen_at: datetime | None
    is_here: bool


def _store(session_key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def remember(user: User, session_key: str, *, address: str, agent: str) -> None:
    """Called at log-in. Rows of sessions that are over go with it."""
    KnownSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "address": address[:45],
            "agent": agent[:200],
            "created_at": now(),
        },
    )
    open_keys = Session.objects.filter(expire_date__gt=now()).values("session_key")
    KnownSession.objects.filter(user=user).exclude(session_key__in=open_keys).exclude(
        session_key=session_key
    ).delete()
    data = {"address": address, "agent": agent[:200]}
    record_event("user.logged_in", user, actor=Actor.user(user), data=data)


def note_seen(session_key: str) -> None:
    """At most one write a minute for each session and process, to the cache."""
    if SEEN.get((session_key,)) is None:
        SEEN.put({(session_key,): True})
        cache.set(f"seen:{session_key}", now().isoformat(), KEPT_SECONDS)


def places_of(user: User, *, here: str = "") -> list[Place]:
    """The user's open sessions, the newest first."""
    open_keys = Session.objects.filter(expire_date__gt=now()).values("session_key")
    rows = list(KnownSession.objects.filter(user=user, session_key__in=open_keys))
    seen = cache.get_many([f"seen:{row.session_key}" for row in rows])
    return [
        Place(row, _moment(seen.get(f"seen:{row.session_key}")), row.session_key == here)
        for row in rows
    ]


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


@transaction.atomic
def end_session(row: KnownSession, *, actor: Actor) -> None:
    """Log the user out there; his next click asks for the password."""
    _store(row.session_key).delete()
    data = {"address": row.address, "agent": row.agent}
    record_event("user.session_ended", row.user, actor=actor, data=data)
    row.delete()


def end_all(user: User) -> None:
    """Log a user out everywhere."""
    for row in KnownSession.objects.filter(user=user):
        _store(row.session_key).delete()
        row.delete()
