"""Administrative units with the days between which they held, and what became of them.

Two generations: province, district and ward until 30 June 2025; province and ward since. The data
files in data/ name their source; they are read at the first question.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
OLD_FROM, REFORM = date(2025, 1, 1), date(2025, 7, 1)

_KINDS = {"P": "Phường", "X": "Xã", "T": "Thị trấn", "Z": "Đặc khu"}
_HEADS = ("Thành phố ", "Thị xã ", "Tỉnh ", "Quận ", "Huyện ")


class Level(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    WARD = "ward"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `valid_to` is the first day on which it is no more; None: it holds.

    `successors` are codes of units of the same level that took its place; a ward with several was
    divided, and the likeliest comes first. A district has none: the level is gone.
    """

    level: Level
    code: str
    kind: str
    name: str
    parent: str
    valid_from: date
    valid_to: date | None
    successors: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def is_divided(self) -> bool:
        return len(self.successors) > 1


def data_rows(name: str) -> Iterator[list[str]]:
    """The rows of a data file without the head that says where they come from."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@cache
def old_provinces() -> dict[str, Unit]:
    return {
        code: _old(Level.PROVINCE, code, name, "", (heir,))
        for code, name, heir in data_rows("old_provinces.tsv")
    }


@cache
def old_districts() -> dict[str, Unit]:
    return {
        code: _old(Level.DISTRICT, code, name, province)
        for province, code, name, _wards in data_rows("old_wards.tsv")
    }


@cache
def old_wards() -> dict[str, Unit]:
    return {unit.code: unit for unit in _read_old_wards()}


@cache
def wards_of_district(district_code: str) -> tuple[Unit, ...]:
    return tuple(_by_district()[district_code])


@cache
def present_wards() -> dict[str, Unit]:
    """Today's wards; `oms.kernel.addresses` has the 34 provinces."""
    return {
        code: Unit(Level.WARD, code, _KINDS[kind], name, province, REFORM, None)
        for province, code, kind, name in data_rows("wards.tsv")
    }


def old_path(ward: Unit) -> str:
    """Codes of an old ward from the province down: "79/760/26740"."""
    district = old_districts()[ward.parent]
    return f"{district.parent}/{district.code}/{ward.code}"


def new_path(ward_code: str) -> str:
    """Codes of a ward of today from the province down: "79/26740"."""
    return f"{present_wards()[ward_code].parent}/{ward_code}"


def _read_old_wards() -> Iterator[Unit]:
    for _province, district, _name, wards in data_rows("old_wards.tsv"):
        for row in filter(None, wards.split(";")):
            name, _sign, heirs = row[6:].partition("=")
            yield Unit(
                *(Level.WARD, row[:5], _KINDS[row[5]], name, district),
                *(OLD_FROM, REFORM, tuple(heirs.split(","))),
            )


@cache
def _by_district() -> dict[str, list[Unit]]:
    wards: dict[str, list[Unit]] = defaultdict(list)
    for unit in old_wards().values():
        wards[unit.parent].append(unit)
    return wards


def _old(level: Level, code: str, full: str, parent: str, heirs: tuple[str, ...] = ()) -> Unit:
    head = next(head for head in _HEADS if full.startswith(head))
    return Unit(level, code, head.strip(), full.removeprefix(head), parent, OLD_FROM, REFORM, heirs)
