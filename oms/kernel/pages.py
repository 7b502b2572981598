"""Keyset pages: the five-hundredth costs what the first does."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypedDict, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows and the cursors of its neighbours; an empty cursor means there is none."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


class Cursors(TypedDict):
    after: str
    before: str


def cursors(params: QueryDict) -> Cursors:
    """Which page an address asks for."""
    return {"after": params.get("after", ""), "before": params.get("before", "")}


def keyset_page(
    rows: QuerySet[Row],
    *,
    keys: Sequence[str] = ("-placed_at", "-id"),
    after: str = "",
    before: str = "",
    size: int = 50,
    load: QuerySet[Row] | None = None,
) -> Page[Row]:
    """The page after or before a cursor. All keys must run in one direction and end in the id.

    A cursor that is damaged or from another list gives the first page. With `load` the rows are
    chosen by their ids alone, so that an index that holds all that is asked need not look into the
    table, and are read from `load` in the same statement.
    """
    descending = keys[0].startswith("-")
    names = [key.lstrip("-") for key in keys]
    values = _decode(after or before, len(names))
    backwards = bool(before) and not after and values is not None
    if values is not None:
        rows = rows.filter(_beyond(names, values, less=descending != backwards))
    order = _order(names, descending != backwards)
    chosen = rows.order_by(*order)[: size + 1]
    if load is not None:
        chosen = load.filter(pk__in=chosen.values("pk")).order_by(*order)
    found = list(chosen)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more if not backwards else True)
    has_previous = bool(found) and (values is not None if not backwards else more)
    return Page(
        rows=found,
        next_cursor=_encode(found[-1], names) if has_next else "",
        previous_cursor=_encode(found[0], names) if has_previous else "",
    )


def cursor_of(row: Model, keys: Sequence[str]) -> str:
    """The place of a row in a list of these keys: its neighbours are the pages around it."""
    return _encode(row, [key.lstrip("-") for key in keys])


def _order(names: list[str], descending: bool) -> list[Any]:
    return [F(name).desc() if descending else F(name).asc() for name in names]


def _beyond(names: list[str], values: list[Any], *, less: bool) -> Q:
    """(a, b) < (x, y) written so that the leading key bounds the index scan."""
    word = "lt" if less else "gt"
    tail = Q(**{f"{names[-1]}__{word}": values[-1]})
    for name, value in zip(reversed(names[:-1]), reversed(values[:-1]), strict=True):
        tail = Q(**{f"{name}__{word}": value}) | (Q(**{name: value}) & tail)
    return Q(**{f"{names[0]}__{word}e": values[0]}) & tail


def _encode(row: Model, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    plain = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError, binascii.Error, UnicodeDecodeError):
        return None
    return values if isinstance(plain, list) and len(values) == length else None
