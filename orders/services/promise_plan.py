"""Which goods serve which line, and so on which day each can leave. Nothing here reads rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class Supply:
    """Pieces that are there (`source` stock) or come on a day under a number."""

    source: str
    units: int
    day: date
    warehouse_id: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """What a line wants, by variant; empty while its goods are not known."""

    line_id: int
    pieces: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ready:
    """The day on which all of a line is there, and the goods that come last.

    `last` is None when not enough is there or on its way. A supply whose own day has passed gives
    no day: nobody knows when it comes.
    """

    day: date | None
    last: Supply | None


def plan_lines(
    wants: Iterable[Want], supplies: Mapping[int, Sequence[Supply]], *, today: date
) -> dict[int, Ready]:
    """By line, served in the given order: a piece serves one line, the earliest goods first.

    A line that cannot be served whole takes nothing from those behind it.
    """
    left: dict[int, list[Supply]] = defaultdict(list)
    for variant, rows in supplies.items():
        left[variant] = [Supply(r.source, r.units, r.day, r.warehouse_id, r.number) for r in rows]
    return {want.line_id: _serve(want, left, today) for want in wants}


def _serve(want: Want, left: Mapping[int, list[Supply]], today: date) -> Ready:
    taken: list[tuple[Supply, int]] = []
    for variant, pieces in want.pieces.items():
        missing = pieces
        for supply in left.get(variant, ()):
            units = min(missing, supply.units)
            if units:
                taken.append((supply, units))
                missing -= units
        if missing:
            return Ready(None, None)
    if not taken:
        return Ready(None, None)
    for supply, units in taken:
        supply.units -= units
    last = max((supply for supply, _units in taken), key=lambda supply: supply.day)
    overdue = next((s for s, _units in taken if s.source != "stock" and s.day < today), None)
    return Ready(None, overdue) if overdue else Ready(last.day, last)
