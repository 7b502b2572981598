"""The history of the whole house: who did what to what, with before and after."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from inventory.models import Product, Variant
from oms.accounts.models import User
from oms.kernel.models import Event
from oms.kernel.pages import Page, keyset_page
from orders import timeline
from orders.models import Customer, Order
from orders.words import field_name, shown

MOST_EXPORTED = 20_000
STEP = 500
# Values that only who may see costs reads; the same rule as on every page.
COSTLY = re.compile(r"(^|_)(cost|costs|profit|value|margin|worth)(_|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """`kind` is what it was done to, `area` the first part of an event's name; days are bounds."""

    user_id: int | None = None
    people_only: bool = True
    kind: str = ""
    number: int | None = None
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event in words; `changes` is (field, before, after), as on the order's own page."""

    event: Event
    title: str
    object_name: str
    object_url: str
    changes: Sequence[tuple[str, ...]]
    facts: Sequence[tuple[str, str]]


def events(filters: AuditFilters) -> QuerySet[Event]:
    rows = Event.objects.all()
    if filters.user_id is not None:
        rows = rows.filter(actor_kind="user", actor_id=filters.user_id)
    elif filters.people_only:
        rows = rows.filter(actor_kind="user")
    if filters.kind:
        rows = rows.filter(about_kind=filters.kind)
    if filters.kind and filters.number is not None:
        rows = rows.filter(about_id=filters.number)
    if filters.area:
        rows = rows.filter(name__startswith=f"{filters.area}.")
    if filters.since:
        rows = rows.filter(created_at__gte=filters.since)
    if filters.until:
        rows = rows.filter(created_at__lt=filters.until)
    return rows


def audit_page(
    user: Any, filters: AuditFilters, *, after: str = "", before: str = ""
) -> tuple[Page[Event], list[AuditRow]]:
    """One page, newest first: one statement, and one for each kind of object on it."""
    page = keyset_page(events(filters), keys=("-id",), after=after, before=before)
    return page, in_words(page.rows, sees_cost=user.has_perm("inventory.view_cost"))


def audit_rows(user: Any, filters: AuditFilters) -> Iterator[AuditRow]:
    """For a file: the newest MOST_EXPORTED, in steps."""
    sees_cost, after = user.has_perm("inventory.view_cost"), ""
    for _step in range(MOST_EXPORTED // STEP):
        page = keyset_page(events(filters), keys=("-id",), after=after, size=STEP)
        yield from in_words(page.rows, sees_cost=sees_cost)
        after = page.next_cursor
        if not after:
            return


def in_words(rows: Sequence[Event], *, sees_cost: bool) -> list[AuditRow]:
    names = object_names((row.about_kind, row.about_id) for row in rows)
    return [_in_words(row, names, sees_cost) for row in rows]


def _in_words(event: Event, names: dict[tuple[str, int], tuple[str, str]], cost: bool) -> AuditRow:
    key = (event.about_kind, event.about_id)
    name, url = names.get(key, (f"{event.about_kind} {event.about_id}", ""))
    data = without_costs(event.data or {}) if not cost else event.data or {}
    changes = data.get("changes")
    pairs = changes.items() if isinstance(changes, dict) else ()
    return AuditRow(
        event=event,
        title=str(timeline.TITLES.get(event.name) or event.name),
        object_name=name,
        object_url=url,
        changes=[
            (field_name(field), *(shown(field, value) for value in pair))
            for field, pair in pairs
            if isinstance(pair, list) and len(pair) == 2
        ],
        facts=[
            (field_name(field), shown(field, value))
            for field, value in data.items()
            if field != "changes"
        ],
    )


def without_costs(value: Any) -> Any:
    """The same data without what costs could be read from."""
    if isinstance(value, dict):
        return {
            name: without_costs(inner)
            for name, inner in value.items()
            if not COSTLY.search(str(name))
        }
    return [without_costs(inner) for inner in value] if isinstance(value, list) else value


def object_names(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """(name, page) of the objects that have a page."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, key in keys:
        wanted[kind].add(key)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, (model, field, view) in _OBJECTS.items():
        if ids := wanted.get(kind):
            rows: Any = model._default_manager.filter(pk__in=ids).values_list("pk", field)
            for pk, name in rows:
                found[kind, pk] = name, reverse(view, args=[pk]) if view else ""
    return found


_OBJECTS: dict[str, tuple[Any, str, str]] = {
    "order": (Order, "number", "orders:detail"),
    "customer": (Customer, "name", "orders:customer_detail"),
    "user": (User, "username", "web:user"),
    "product": (Product, "name", "inventory:product_detail"),
    "variant": (Variant, "sku", ""),
}
