"""Hand-written SQL on Django's own connection: prepared once, parameters bound by the server."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, wraps
from types import NoneType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from django.db import OperationalError, connection

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

DEADLOCK_ATTEMPTS = 3

_NAME = re.compile(r"%\((\w+)\)s")
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def run(sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Rows of one statement with %(named)s parameters, prepared on first use.

    It belongs to the caller's transaction. Not for `LIKE` on a parameter: a prepared plan cannot
    know how rare the word is.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    if connection.queries_logged:
        with connection.make_debug_cursor(psycopg.Cursor(raw)) as logged:  # type: ignore[arg-type]
            logged.execute(sql, params or {})
            return logged.fetchall() if logged.description is not None else []
    seen = _planned.setdefault(raw, set())
    with connection.wrap_database_errors:
        if sql not in seen:
            seen.add(sql)
            return _run_first(raw, sql, params or {})
        return _run(raw, sql, params or {})


def _run(raw: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    text, names = numbered(sql)
    cursor = psycopg.RawCursor(raw)
    before, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        cursor.execute(text, [bound(params[name]) for name in names])
        return cursor.fetchall() if cursor.description is not None else []
    finally:
        raw.prepare_threshold = before
        cursor.close()


def _run_first(raw: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Plan for a table that grows: one made while it is empty would read it whole for ever."""
    local = "LOCAL" if connection.in_atomic_block else ""
    raw.execute(f"SET {local} enable_seqscan = off")
    try:
        rows = _run(raw, sql, params)
    except psycopg.Error:
        if not local:
            raw.execute("RESET enable_seqscan")
        raise  # a rollback takes a local setting with it
    raw.execute(f"SET {local} enable_seqscan = on")
    return rows


@lru_cache(maxsize=256)
def numbered(sql: str) -> tuple[str, list[str]]:
    """The statement with $1, $2 ... and the names in that order."""
    names = list(dict.fromkeys(_NAME.findall(sql)))
    places = {name: f"${number}" for number, name in enumerate(names, 1)}
    return _NAME.sub(lambda match: places[match[1]], sql), names


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows by COPY, the cheapest way there is; constraints and triggers hold as ever.

    It belongs to the caller's transaction. An array goes in as `array_text(...)`.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(raw) as cursor,
        cursor.copy(command) as out,
    ):
        for row in rows:
            out.write_row(row)


def bound(value: Any) -> Any:
    """A list of plain numbers or texts as one text; the driver would look at each of its items.

    The statement casts it: `%(ids)s::bigint[]`.
    """
    if type(value) is not list or not value:
        return value
    kinds = set(map(type, value))
    if kinds == {str}:
        return array_text(value)
    if kinds <= {int, NoneType} or kinds == {bool}:
        return "{" + str(value)[1:-1].replace("None", "NULL") + "}"
    return value


def array_text(values: Sequence[str]) -> str:
    """PostgreSQL's own writing of an array of texts."""
    if not values:
        return "{}"
    line = '","'.join(values)
    if "\\" in line or line.count('"') != 2 * (len(values) - 1):
        line = '","'.join([text.replace("\\", "\\\\").replace('"', '\\"') for text in values])
    return '{"' + line + '"}'


def retry_deadlock(service: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Run an outermost service again when PostgreSQL chose it as a deadlock's victim.

    Inside a caller's transaction nothing is retried: the caller's own work is lost as well.
    """

    @wraps(service)
    def attempt(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        for left in reversed(range(DEADLOCK_ATTEMPTS)):
            nested = connection.in_atomic_block
            try:
                return service(*args, **kwargs)
            except OperationalError as error:
                if nested or not left or not is_deadlock(error):
                    raise
                time.sleep(0.02 * (DEADLOCK_ATTEMPTS - left))
        raise AssertionError("unreachable")

    return attempt


def is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == "40P01"
