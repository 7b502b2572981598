"""Which units a typed address names, before and since the reform, as paths of codes."""

from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import normalize

from oms.kernel.addresses import PROVINCES, find_province
from oms.kernel.units import (
    Unit,
    new_path,
    old_districts,
    old_path,
    old_provinces,
    old_wards,
    present_wards,
)
from oms.kernel.wards import district_key, find_ward, ward_keys

_NAMES = {province.code: province.name for province in PROVINCES}


@dataclass(frozen=True, slots=True)
class UnitPaths:
    """`old` is province/district/ward, `new` is province/ward; empty when not known.

    `choices` are today's wards of an old one that was divided: a person must say which.
    """

    old: str = ""
    new: str = ""
    choices: tuple[Unit, ...] = ()

    def chosen(self, ward_code: str) -> "UnitPaths":
        """The same with the new ward that a person chose; another code changes nothing."""
        if ward_code not in {unit.code for unit in self.choices}:
            return self
        return UnitPaths(self.old, new_path(ward_code))


@lru_cache(maxsize=8192)
def unit_paths(province: str, district: str, ward: str) -> UnitPaths:
    """What the names mean; names that mean nothing, or several things, give no path."""
    found = find_province(province)
    if found is None or not ward.strip():
        return UnitPaths()
    if district.strip():
        old = _old_ward(found.code, district, ward)
        if old is not None:
            return _of_old(old)
    today = find_ward(found.code, ward)
    if today is not None:
        return UnitPaths(new=new_path(today.code))
    named = _by_province().get(found.code, {})
    old_ones = [unit for key in ward_keys(ward) for unit in named.get(key, ())]
    only = _only(old_ones, ward)
    return _of_old(only) if only else UnitPaths()


def names_of(path: str) -> list[str]:
    """Names from the ward up to the province; empty for a path that is not known."""
    codes = path.split("/")
    if len(codes) == 2 and codes[1] in present_wards():
        return [str(present_wards()[codes[1]]), _NAMES[codes[0]]]
    if len(codes) == 3 and codes[2] in old_wards():
        return [
            str(old_wards()[codes[2]]),
            str(old_districts()[codes[1]]),
            old_provinces()[codes[0]].name,
        ]
    return []


def _of_old(unit: Unit) -> UnitPaths:
    heirs = tuple(present_wards()[code] for code in unit.successors)
    if len(heirs) == 1:
        return UnitPaths(old_path(unit), new_path(heirs[0].code))
    return UnitPaths(old_path(unit), "", heirs)


def _old_ward(province_code: str, district: str, ward: str) -> Unit | None:
    """The ward of an old district that lies in today's province; None when it is not one alone."""
    named = _by_district().get((province_code, district_key(district)), {})
    found = {unit.code: unit for key in ward_keys(ward) for unit in named.get(key, ())}
    return _only(list(found.values()), ward)


def _only(found: list[Unit], typed: str) -> Unit | None:
    """The one that is meant: by its full name ("Thị trấn" or "Xã"), by its marks, or alone."""
    text = normalize("NFC", typed).strip().casefold()
    for fits in (
        [unit for unit in found if str(unit).casefold() == text],
        [unit for unit in found if unit.name.casefold() in text],
        found,
    ):
        if len(fits) == 1:
            return fits[0]
    return None


@cache
def _by_district() -> dict[tuple[str, str], dict[str, list[Unit]]]:
    """{(today's province, district): {key: old wards}}; two districts may have one name."""
    known: dict[tuple[str, str], dict[str, list[Unit]]] = {}
    for unit in old_wards().values():
        district = old_districts()[unit.parent]
        [province] = old_provinces()[district.parent].successors
        named = known.setdefault((province, district_key(str(district))), {})
        for key in ward_keys(unit.name):
            named.setdefault(key, []).append(unit)
    return known


@cache
def _by_province() -> dict[str, dict[str, list[Unit]]]:
    """{today's province: {key: old wards}}."""
    known: dict[str, dict[str, list[Unit]]] = {}
    for (province, _district), named in _by_district().items():
        of_province = known.setdefault(province, {})
        for key, units in named.items():
            of_province.setdefault(key, []).extend(units)
    return known
