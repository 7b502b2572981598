"""The wards of today's provinces, and what became of the wards of three-level addresses.

`oms.kernel.units` has the units themselves; the old ones are read only when a name is none of
today's.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from unicodedata import normalize

from oms.kernel.text import fold
from oms.kernel.units import old_districts, old_provinces, old_wards, present_wards

MOST_PROPOSED = 3

_UNIT = re.compile(r"^(phuong|xa|dac khu|thi tran|p|x|tt|dk)(\.\s*|\s+|(?=\d))")
_DISTRICT_UNIT = re.compile(r"^(quan|huyen|thi xa|thanh pho|tp|tx|q|h)(\.\s*|\s+|(?=\d))")


@dataclass(frozen=True, slots=True)
class Ward:
    code: str
    province_code: str
    unit: str
    name: str

    def __str__(self) -> str:
        return f"{self.unit} {self.name}"


@lru_cache(maxsize=4096)
def find_ward(province_code: str, text: str) -> Ward | None:
    """Today's ward of this name, typed in any usual form, with or without its unit."""
    known = _today().get(province_code, {})
    found = next((known[key] for key in ward_keys(text) if key in known), ())
    typed = normalize("NFC", text).casefold()
    # A few names differ by their marks alone (Cẩm Giang, Cẩm Giàng).
    exact = (ward for ward in found if ward.name.casefold() in typed)
    return next(exact, found[0] if found else None)


def wards_of(province_code: str) -> list[Ward]:
    """Today's wards of a province, by name."""
    wards = (ward for ward in _by_code().values() if ward.province_code == province_code)
    return sorted(wards, key=lambda ward: fold(ward.name))


@lru_cache(maxsize=4096)
def heirs_of(province_code: str, text: str, district: str = "") -> tuple[Ward, ...]:
    """Today's wards that hold the ward of this old name; empty for a name that never was one.

    Without a district all wards of that name count; the likeliest heir of each comes first.
    """
    wanted = _bare(fold(district), _DISTRICT_UNIT)
    codes: dict[str, None] = {}
    for key in ward_keys(text):
        for named, heirs in _before().get((province_code, key), ()):
            if wanted in ("", named):
                codes.update(dict.fromkeys(heirs))
    return tuple(_by_code()[code] for code in codes)


@lru_cache(maxsize=1024)
def nearest_wards(province_code: str, text: str) -> tuple[Ward, ...]:
    """What somebody who typed this may have meant, the likeliest first."""
    known = _today().get(province_code, {})
    keys = ward_keys(text)
    close = get_close_matches(keys[-1], known, n=2 * MOST_PROPOSED, cutoff=0.6) if keys else []
    return tuple(dict.fromkeys(ward for key in close for ward in known[key]))[:MOST_PROPOSED]


def district_key(text: str) -> str:
    """What two spellings of an old district have in common."""
    return _bare(fold(text), _DISTRICT_UNIT)


def ward_keys(text: str) -> list[str]:
    """The whole name first: "Xà Phìn" must not lose its first word as if that were its unit."""
    folded = fold(text)
    return list(dict.fromkeys(filter(None, (_compact(folded), _bare(folded, _UNIT)))))


def _bare(folded: str, unit: re.Pattern[str]) -> str:
    return _compact(unit.sub("", folded, count=1))


def _compact(folded: str) -> str:
    """Letters and digits; y and i are one (Quy, Qui), and "Phường 01" is "Phường 1"."""
    return re.sub(r"[^a-z0-9]", "", folded).replace("y", "i").lstrip("0")


@cache
def _by_code() -> dict[str, Ward]:
    return {
        unit.code: Ward(unit.code, unit.parent, unit.kind, unit.name)
        for unit in present_wards().values()
    }


@cache
def _today() -> dict[str, dict[str, list[Ward]]]:
    """{province: {key: wards}}; "Xuân Hương - Đà Lạt" is also known by its beginning."""
    known: dict[str, dict[str, list[Ward]]] = defaultdict(lambda: defaultdict(list))
    for ward in _by_code().values():
        known[ward.province_code][_compact(fold(ward.name))].append(ward)
    for ward in _by_code().values():
        first, dash, _town = ward.name.partition(" - ")
        if dash and _compact(fold(first)) not in known[ward.province_code]:
            known[ward.province_code][_compact(fold(first))].append(ward)
    return {province: dict(wards) for province, wards in known.items()}


@cache
def _before() -> dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]]:
    """{(province of today, ward): [(district, codes of the heirs)]}."""
    known: dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for ward in old_wards().values():
        district = old_districts()[ward.parent]
        [province] = old_provinces()[district.parent].successors
        named = _bare(fold(str(district)), _DISTRICT_UNIT)
        known[province, _bare(fold(ward.name), _UNIT)].append((named, ward.successors))
    return dict(known)
