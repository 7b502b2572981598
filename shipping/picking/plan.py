"""From promised pieces to walks: each piece stands on exactly one line of one walk. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.selectors.bins import Shelf, walk_key

SINGLE, BATCH, ZONE, WAVE = "single", "batch", "zone", "wave"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Promised:
    """Pieces of one variant that are promised to a parcel."""

    allocation_id: int
    fulfilment_id: int
    variant_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A line of a walk; `walk` is its place in it."""

    promised: Promised
    bin_id: int | None
    walk: int


@dataclass(slots=True)
class Walk:
    """One task: a zone's name, or nothing for the whole warehouse."""

    zone: str
    stops: list[Stop] = field(default_factory=list)


def plan_walks(method: str, promised: Sequence[Promised], homes: Mapping[int, Shelf]) -> list[Walk]:
    """Divide the pieces into walks, each in the order of its shelves.

    One for each parcel; one for all of them; or one for each zone, in the order in which the
    zones are walked. Goods without a shelf come last.
    """
    shelves = dict(homes)
    groups: dict[object, list[Promised]] = {}
    if method == SINGLE:  # parcels keep the order in which they were asked for
        groups = {row.fulfilment_id: [] for row in promised}
    for row in sorted(promised, key=lambda row: _turn(row, shelves)):
        groups.setdefault(_group(method, row, shelves), []).append(row)
    return [_walk(method, rows, shelves) for rows in groups.values()]


def _turn(row: Promised, homes: dict[int, Shelf]) -> tuple[int, ...]:
    return (*walk_key(homes, row.variant_id), row.variant_id, row.allocation_id)


def _group(method: str, row: Promised, homes: Mapping[int, Shelf]) -> object:
    if method == SINGLE:
        return row.fulfilment_id
    shelf = homes.get(row.variant_id)
    return shelf.zone if shelf and method in (ZONE, WAVE) else ""


def _walk(method: str, rows: Sequence[Promised], homes: Mapping[int, Shelf]) -> Walk:
    places = {v: n for n, v in enumerate(dict.fromkeys(row.variant_id for row in rows))}
    walk = Walk("" if method == SINGLE else str(_group(method, rows[0], homes)))
    for row in rows:
        shelf = homes.get(row.variant_id)
        walk.stops.append(Stop(row, shelf.bin_id if shelf else None, places[row.variant_id]))
    return walk


def letter_of(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA: short words for slots that people call out."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(LETTERS))
        letters = LETTERS[rest] + letters
    return letters
