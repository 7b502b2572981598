"""Taking a person's data out of what is kept: plain values, and the history, which keeps its facts.

The history refuses every change by a trigger; this is its only door, and it opens for the data of
events alone: names, times, actors and subjects stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from oms.kernel.models import Event
from oms.kernel.text import fold

GONE = "…"
# Shorter words ("An", "1") stand in too many texts that have nothing to do with the person.
SHORTEST_NEEDLE = 5


@dataclass(frozen=True, slots=True)
class Scrub:
    """Replaces the values under certain keys, and every text in which one of the needles stands.

    Needles are folded, so that a name without accents is found too.
    """

    keys: frozenset[str]
    needles: frozenset[str] = frozenset()

    def clean(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            if key in self.keys:
                return {}
            return {name: self.clean(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.clean(inner, key) for inner in value]
        if value in (None, "") or isinstance(value, bool):
            return value
        if key in self.keys or (isinstance(value, str) and self.names_person(value)):
            return GONE
        return value

    def names_person(self, text: str) -> bool:
        folded = fold(text)
        return any(needle in folded for needle in self.needles)


def needles_of(values: Iterable[str]) -> frozenset[str]:
    """What to look for: the values folded, those too short to mean anything left out."""
    folded = {fold(value) for value in values if value}
    return frozenset(needle for needle in folded if len(needle) >= SHORTEST_NEEDLE)


def scrub_history(kind: str, ids: Iterable[int], scrub: Scrub) -> int:
    """Clean the data of the events about these things; returns how many changed.

    Belongs to the caller's transaction. A repeat finds nothing to change.
    """
    changed = []
    for event in Event.objects.filter(Q(about_kind=kind, about_id__in=list(ids))):
        cleaned = scrub.clean(event.data)
        if cleaned != event.data:
            event.data = cleaned
            changed.append(event)
    if changed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('oms.erasing', 'on', true)")
            Event.objects.bulk_update(changed, ["data"], batch_size=500)
            cursor.execute("SELECT set_config('oms.erasing', 'off', true)")
    return len(changed)
