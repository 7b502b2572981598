"""Hand-written SQL on Django's own connection: prepared once, parameters bound by the server."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection
from psycopg import Cursor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

DEADLOCK_ATTEMPTS = 3


def run(sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of one statement, prepared on first use, in the caller's transaction.

    Not for `LIKE` on a parameter: a prepared plan cannot know how rare the word is.
    """
    connection.ensure_connection()
    raw = connection.connection
    cursor: Any = Cursor(raw)
    wrapped = (
        connection.make_debug_cursor(cursor)
        if connection.queries_logged
        else connection.make_cursor(cursor)
    )
    before, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        with wrapped:
            wrapped.execute(sql, params)
            return wrapped.fetchall() if cursor.description is not None else []
    finally:
        raw.prepare_threshold = before


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
