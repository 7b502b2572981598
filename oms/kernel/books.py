"""Equations between rows that must agree; each app registers its own and how to set them right."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.functional import Promise

from oms.kernel.actors import Actor

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Two numbers that should be equal and are not; `evidence` tells the rows behind them."""

    check: str
    message: str
    url: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """What a rebuild did to one thing, with its value before and after, or why it did not."""

    key: str
    message: str
    ok: bool


Check = Callable[[], list[Finding]]
Rebuild = Callable[[Actor], list[Repair]]


@dataclass(frozen=True, slots=True)
class Equation:
    """`rebuild` computes the derived side again from the rows it is a sum of, under locks."""

    check: Check
    title: str | Promise
    rebuild: Rebuild | None = None


_equations: dict[str, Equation] = {}


def register_check(
    name: str, check: Check, *, title: str | Promise = "", rebuild: Rebuild | None = None
) -> None:
    """Add a check; it reads, and returns what does not agree. The same name again replaces it."""
    _equations[name] = Equation(check, title or name, rebuild)


def equations() -> dict[str, Equation]:
    return dict(_equations)


def check_books(names: Collection[str] | None = None) -> dict[str, list[Finding]]:
    """Run every check, or the named ones; findings by name, empty when the books agree."""
    with _one_moment():
        return {
            name: equation.check()
            for name, equation in _equations.items()
            if names is None or name in names
        }


@contextmanager
def _one_moment() -> Iterator[None]:
    """All checks see the same moment: work that goes on meanwhile is no difference."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
