"""First expiry first: which lots leave. Pure, so that the proposal and the deed agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Shelved:
    """Pieces of a lot in one place."""

    lot_id: int
    on_hand: int
    expires_on: date | None
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    lot_id: int
    quantity: int
    is_expired: bool = False


def first_expiring(
    wanted: int,
    shelf: Sequence[Shelved],
    *,
    today: date,
    chosen: Mapping[int, int] | None = None,
) -> list[Taken]:
    """Which lots give `wanted` pieces: those chosen, then the first to expire.

    Lots without a date come after those with one, unnamed pieces after them, and what has expired
    last of all. Fewer than wanted come back when the shelf has fewer.
    """
    left = {row.lot_id: row.on_hand for row in shelf}
    late = {row.lot_id: _is_expired(row, today) for row in shelf}
    taken: dict[int, int] = {}

    def take(lot: int, most: int) -> None:
        nonlocal wanted
        units = min(wanted, most, left.get(lot, 0))
        if units > 0:
            taken[lot] = taken.get(lot, 0) + units
            left[lot] -= units
            wanted -= units

    for lot, units in (chosen or {}).items():
        take(lot, units)
    for row in sorted(shelf, key=lambda row: _turn(row, today)):
        take(row.lot_id, row.on_hand)
    return [Taken(lot, units, late[lot]) for lot, units in taken.items()]


def expired_units(taken: Iterable[Taken], chosen: Mapping[int, int] | None = None) -> int:
    """Pieces past their date that nobody chose on purpose."""
    asked = chosen or {}
    return sum(max(0, t.quantity - asked.get(t.lot_id, 0)) for t in taken if t.is_expired)


def _is_expired(row: Shelved, today: date) -> bool:
    return row.expires_on is not None and row.expires_on < today


def _turn(row: Shelved, today: date) -> tuple[bool, bool, date, int]:
    return (_is_expired(row, today), not row.is_named, row.expires_on or date.max, row.lot_id)
