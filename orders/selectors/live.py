"""What an open list must be told: what has happened since it was drawn. Cheap when nothing has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q

from oms.kernel.clock import now
from oms.kernel.models import Event
from oms.kernel.sql import run
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import filtered

_LATEST = """
SELECT coalesce((SELECT max(id) FROM kernel_event), 0),
    coalesce((SELECT max(id) FROM orders_order), 0)
"""
# An event's id is older than its commit: what was under way when a list asked is asked for again,
# as long as a transaction may have lasted. Such a row is drawn anew and does not flash.
OVERLAP, LASTING = 200, timedelta(seconds=15)
MOST_NEW = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a list stands: the last event and the newest order that it knows of."""

    event_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class Touch:
    """The last thing that happened to a row, and who did it if the reader is to be told."""

    event_id: int
    by: str


def present_mark() -> Mark:
    """Two looks into primary keys, in one statement."""
    [(event_id, order_id)] = run(_LATEST)
    return Mark(event_id, order_id)


def touches(order_ids: Collection[int], mark: Mark, user: Any) -> dict[int, Touch]:
    """The newest event of each of these orders since the mark; one statement."""
    late = Q(pk__gt=mark.event_id - OVERLAP, created_at__gt=now() - LASTING)
    events = Event.objects.filter(
        Q(pk__gt=mark.event_id) | late, about_kind="order", about_id__in=order_ids
    ).order_by("pk")
    found = {}
    for pk, order_id, kind, actor_id, label in events.values_list(
        "pk", "about_id", "actor_kind", "actor_id", "actor_label"
    ):
        is_told = pk > mark.event_id and not (kind == "user" and actor_id == user.pk)
        found[order_id] = Touch(pk, label if is_told else "")
    return found


def count_new(user: Any, filters: OrderFilters, mark: Mark) -> int:
    """Orders that belong to this list and came after the mark, counted up to MOST_NEW."""
    rows = filtered(user, filters).filter(pk__gt=mark.order_id)
    return rows[:MOST_NEW].count()
