"""Finding a ward by what somebody types: without marks, old names, "q1", "hcm"."""

import re
from dataclasses import dataclass
from functools import cache

from oms.kernel.addresses import PROVINCES, find_province
from oms.kernel.text import fold
from oms.kernel.units import Unit, old_districts, old_provinces, old_wards, present_wards

MOST_FOUND = 8
_NAMES = {province.code: province.name for province in PROVINCES}
_SHORT_UNITS = re.compile(r"\b([qp])\.? ?(\d{1,2})\b")
_LONG = {"q": "quan", "p": "phuong"}


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A ward to choose: `ward` and `district` as the address says, `today` what holds them now."""

    ward: str
    district: str
    province: str
    today: tuple[str, ...]

    @property
    def is_divided(self) -> bool:
        return len(self.today) > 1


def search_units(text: str) -> list[FoundUnit]:
    """Wards whose path holds every word, today's first; "hcm" and old provinces are understood."""
    spelled = _SHORT_UNITS.sub(lambda found: f"{_LONG[found[1]]}#{found[2]}", fold(text))
    wanted, province = _province_in(spelled.replace(",", " ").split())
    if not wanted:
        return []
    needles = [" " + word.replace("#", " ") for word in wanted]
    found: list[tuple[int, FoundUnit]] = []
    for code, own, path, unit in _paths():
        if province in ("", code) and all(needle in path for needle in needles):
            rank = int(unit.valid_to is not None) * 2 + int(needles[0].strip() not in own)
            found.append((rank, _shown(unit, code)))
            if len(found) > 400:
                break
    found.sort(key=lambda pair: pair[0])
    return [one for _rank, one in found[:MOST_FOUND]]


def _province_in(words: list[str]) -> tuple[list[str], str]:
    """The words without those at the end that name a province, and its code."""
    for start in range(len(words)):
        province = find_province(" ".join(words[start:]))
        if province and start:
            return words[:start], province.code
    return words, ""


def _shown(unit: Unit, code: str) -> FoundUnit:
    if unit.valid_to is None:
        return FoundUnit(str(unit), "", _NAMES[code], (str(unit),))
    heirs = tuple(str(present_wards()[heir]) for heir in unit.successors)
    return FoundUnit(str(unit), str(old_districts()[unit.parent]), _NAMES[code], heirs)


@cache
def _paths() -> list[tuple[str, str, str, Unit]]:
    """(province, folded name, " ward district province", unit), today's wards in front."""
    rows = []
    for unit in present_wards().values():
        path = f" {fold(str(unit))}, {fold(_NAMES[unit.parent])}"
        rows.append((unit.parent, fold(unit.name), path, unit))
    for unit in old_wards().values():
        district = old_districts()[unit.parent]
        old = old_provinces()[district.parent]
        path = f" {fold(str(unit))}, {fold(str(district))}, {fold(old.name)}"
        rows.append((old.successors[0], fold(unit.name), path, unit))
    return rows
