"""What a partner remembers: JSON documents in one sqlite3 file, kept over a restart."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (collection, key)
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


# By field: the least and the greatest value, both included.
Ranges = Mapping[str, tuple[int, int]]
# What a field must be; of several, one of them.
Value = str | int | bool | tuple[str, ...]


class Store:
    """Collections of documents under string keys, in the order they were first put.

    One writer at a time: every call takes the lock, `transaction` holds it for a whole piece of
    work and undoes all of it when an exception leaves the block.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction joins the outer one."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def put(self, collection: str, key: str | int, document: dict[str, Any]) -> None:
        """Insert, or replace under the same key (the place in the order stays)."""
        with self._lock:
            self._db.execute(
                "INSERT INTO documents (collection, key, body) VALUES (?, ?, ?)"
                " ON CONFLICT (collection, key) DO UPDATE SET body = excluded.body",
                (collection, str(key), json.dumps(document, ensure_ascii=False)),
            )

    def get(self, collection: str, key: str | int) -> dict[str, Any] | None:
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM documents WHERE collection = ? AND key = ?",
                (collection, str(key)),
            ).fetchone()
        return None if row is None else json.loads(row[0])

    def items(self, collection: str) -> list[tuple[str, dict[str, Any]]]:
        with self._lock:
            rows = self._db.execute(
                "SELECT key, body FROM documents WHERE collection = ? ORDER BY seq", (collection,)
            ).fetchall()
        return [(key, json.loads(body)) for key, body in rows]

    def all(self, collection: str) -> list[dict[str, Any]]:
        return [document for _, document in self.items(collection)]

    def find(self, collection: str, **fields: str | int | bool) -> list[dict[str, Any]]:
        """Documents whose top-level fields have these values."""
        clauses = "".join(" AND json_extract(body, ?) = ?" for _ in fields)
        values = [part for name, value in fields.items() for part in (f'$."{name}"', value)]
        with self._lock:
            rows = self._db.execute(
                f"SELECT body FROM documents WHERE collection = ?{clauses} ORDER BY seq",  # noqa: S608 - only marks
                (collection, *values),
            ).fetchall()
        return [json.loads(body) for (body,) in rows]

    def index(self, collection: str, *fields: str) -> None:
        """Make `between` quick for these fields, the last one being its range."""
        name = "_".join(("by", collection, *fields))
        with self._lock:
            self._db.execute(
                f"CREATE INDEX IF NOT EXISTS {_word(name)} ON documents"
                f" ({', '.join(map(_field, fields))}, key) WHERE collection = '{_word(collection)}'"
            )

    def between(
        self,
        collection: str,
        field: str,
        low: int,
        high: int,
        *,
        after: tuple[int, str] | None = None,
        limit: int,
        offset: int = 0,
        falls: bool = False,
        also: Ranges | None = None,
        **fields: Value,
    ) -> list[dict[str, Any]]:
        """Documents whose `field` lies in a range, both ends included, in its order, then by key.

        `after` is the field and key of the last document already seen; `also` are ranges of other
        fields; with `falls` the order is the other way round.
        """
        where, values = _conditions(collection, {field: (low, high), **(also or {})}, fields)
        if after is not None:
            where += f" AND ({_field(field)}, key) {'<' if falls else '>'} (?, ?)"
            values += after
        way = "DESC" if falls else "ASC"
        with self._lock:
            rows = self._db.execute(
                f"SELECT body FROM documents WHERE {where}"  # noqa: S608 - identifiers only
                f" ORDER BY {_field(field)} {way}, key {way} LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return [json.loads(body) for (body,) in rows]

    def tally(self, collection: str, ranges: Ranges, **fields: Value) -> int:
        """How many documents lie in all these ranges and have these values (or one of several)."""
        where, values = _conditions(collection, ranges, fields)
        with self._lock:
            [count] = self._db.execute(
                f"SELECT count(*) FROM documents WHERE {where}",  # noqa: S608 - identifiers only
                values,
            ).fetchone()
        return int(count)

    def delete(self, collection: str, key: str | int) -> bool:
        with self._lock:
            gone = self._db.execute(
                "DELETE FROM documents WHERE collection = ? AND key = ?", (collection, str(key))
            )
            return gone.rowcount > 0

    def keep_last(self, collection: str, limit: int) -> None:
        """Forget all but the newest documents of a log."""
        with self._lock:
            self._db.execute(
                "DELETE FROM documents WHERE collection = ? AND seq <= ("
                "SELECT seq FROM documents WHERE collection = ?"
                " ORDER BY seq DESC LIMIT 1 OFFSET ?)",
                (collection, collection, limit),
            )

    def count(self, collection: str) -> int:
        with self._lock:
            return self._db.execute(
                "SELECT count(*) FROM documents WHERE collection = ?", (collection,)
            ).fetchone()[0]

    def collections(self) -> list[str]:
        with self._lock:
            rows = self._db.execute(
                "SELECT DISTINCT collection FROM documents ORDER BY 1"
            ).fetchall()
        return [name for (name,) in rows]

    def next(self, counter: str, start: int = 1) -> int:
        """The next number of a counter; undone with the transaction, so it leaves no hole."""
        with self._lock:
            row = self._db.execute(
                "INSERT INTO counters (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (counter, start),
            ).fetchone()
        return row[0]

    def clear(self) -> None:
        with self.transaction():
            self._db.execute("DELETE FROM documents")
            self._db.execute("DELETE FROM counters")

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _word(name: str) -> str:
    """A name fit for SQL text; indexes are only used where the text repeats theirs."""
    if not name.isidentifier() or not name.isascii():
        raise ValueError(f"not a name: {name!r}")
    return name


def _field(name: str) -> str:
    return f"json_extract(body, '$.{_word(name)}')"


def _conditions(
    collection: str, ranges: Ranges, fields: Mapping[str, Value]
) -> tuple[str, list[str | int | bool]]:
    """What stands behind WHERE, and its values; equal fields come first, as in the indexes."""
    parts, values = [f"collection = '{_word(collection)}'"], list[str | int | bool]()
    for name, value in fields.items():
        several = value if isinstance(value, tuple) else (value,)
        marks = ", ".join("?" * len(several))
        parts.append(f"{_field(name)} = ?" if len(several) == 1 else f"{_field(name)} IN ({marks})")
        values += several
    for name, (low, high) in ranges.items():
        parts.append(f"{_field(name)} >= ? AND {_field(name)} <= ?")
        values += (low, high)
    return " AND ".join(parts), values
