"""A database of its own for one bench: made beside DATABASE_URL's, migrated, dropped at the end."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Django is set up on a fresh database when the block begins. Yields its URL."""
    url = os.environ["DATABASE_URL"]
    parts = urlsplit(url)
    scratch = f"bench_{name}_{os.getpid()}"
    target = urlunsplit(parts._replace(path=f"/{scratch}"))
    with psycopg.connect(url_of("postgres", url), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{scratch}"')
    try:
        set_up(target)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield target
    finally:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(url_of("postgres", url), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{scratch}" WITH (FORCE)')


def warm_up(url: str, *works: Callable[[], int], calls: int = 100) -> None:
    """First calls and fresh statistics: neither side is measured while it is still planning."""
    for work in works:
        for _ in range(calls):
            work()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")


def set_up(url: str) -> None:
    """Django on that database, outgoing messages cut off: only the database is measured."""
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "oms.settings.test"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def url_of(database: str, url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def per_second(work: Callable[[], int], seconds: float) -> float:
    """How many units a second `work` does; it returns the units of one call."""
    started, units = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        units += work()
    return units / (time.perf_counter() - started)


def in_turn(
    ours: Callable[[], int], floor: Callable[[], int], rounds: int = 5, seconds: float = 2.0
) -> tuple[float, float]:
    """Medians of both, measured one after the other so that a slow minute hits both."""
    for work in (ours, floor):
        per_second(work, 0.5)
    pairs = [(per_second(ours, seconds), per_second(floor, seconds)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def show(figures: Iterable[Any]) -> None:
    """Print each figure as soon as it is known."""
    for figure in figures:
        print(figure.line(), flush=True)
