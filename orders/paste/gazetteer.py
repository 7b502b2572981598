"""Names of provinces, districts and wards, old and new, by how they are written without marks."""

import re
from collections import defaultdict
from functools import cache, lru_cache

from oms.kernel.addresses import PROVINCES
from oms.kernel.text import fold
from oms.kernel.units import (
    REFORM,
    Level,
    Unit,
    old_districts,
    old_provinces,
    old_wards,
    present_wards,
)

LONGEST_NAME = 6
_SHORT_PROVINCES = {
    "hcm": ["Hồ Chí Minh"], "tphcm": ["Hồ Chí Minh"], "sg": ["Hồ Chí Minh"],
    "sai gon": ["Hồ Chí Minh"], "hn": ["Hà Nội"], "ha noi": ["Hà Nội"], "hp": ["Hải Phòng"],
    "dn": ["Đà Nẵng", "Đồng Nai"], "ct": ["Cần Thơ"], "bd": ["Bình Dương", "Bình Định"],
    "brvt": ["Bà Rịa - Vũng Tàu"], "vung tau": ["Bà Rịa - Vũng Tàu"], "tg": ["Tiền Giang"],
    "kg": ["Kiên Giang"], "ag": ["An Giang"], "qn": ["Quảng Ninh", "Quảng Nam", "Quảng Ngãi"],
    "la": ["Long An"], "dt": ["Đồng Tháp"], "st": ["Sóc Trăng"], "bt": ["Bình Thuận", "Bến Tre"],
    "tt hue": ["Huế"], "thua thien hue": ["Huế"], "dac lac": ["Đắk Lắk"], "daklak": ["Đắk Lắk"],
    "dac nong": ["Đắk Nông"], "daknong": ["Đắk Nông"], "bac can": ["Bắc Kạn"],
    "th": ["Thanh Hóa"], "na": ["Nghệ An"], "nd": ["Nam Định"], "bn": ["Bắc Ninh"],
}  # fmt: skip
# Hà Nội, Hải Phòng, Huế, Đà Nẵng, Đồng Nai (since 30 April 2026), Hồ Chí Minh, Cần Thơ.
CITIES = frozenset({"01", "31", "46", "48", "75", "79", "92"})
# Districts that were merged before 2025 and live on in what people write.
_FORMER_DISTRICTS = {"2": "769", "9": "769"}


@lru_cache(maxsize=65536)
def key_of(name: str) -> str:
    """Words without marks; y and i are one, "01" is "1"."""
    words = re.findall(r"[a-z0-9]+", fold(name).replace("y", "i"))
    return " ".join(word.lstrip("0") or word for word in words)


@cache
def provinces() -> dict[str, list[Unit]]:
    """Today's and the old ones; an old one carries the code of its heir."""
    known: dict[str, list[Unit]] = defaultdict(list)
    by_name: dict[str, Unit] = {}
    for province in PROVINCES:
        kind = "Thành phố" if province.code in CITIES else "Tỉnh"
        now = Unit(Level.PROVINCE, province.code, kind, province.name, "", REFORM, None)
        by_name[province.name] = now
        known[key_of(province.name)].append(now)
    for old in old_provinces().values():
        by_name.setdefault(old.name, old)
        known[key_of(old.name)].append(old)
    for short, names in _SHORT_PROVINCES.items():
        known[key_of(short)] += [by_name[name] for name in names]
    return dict(known)


@cache
def districts() -> dict[str, list[Unit]]:
    known: dict[str, list[Unit]] = defaultdict(list)
    for unit in old_districts().values():
        known[key_of(unit.name)].append(unit)
    for short, code in _FORMER_DISTRICTS.items():
        known[short].append(old_districts()[code])
    return dict(known)


@cache
def wards() -> dict[str, list[Unit]]:
    """Today's first; "Xuân Hương - Đà Lạt" is also known by its beginning."""
    known: dict[str, list[Unit]] = defaultdict(list)
    for unit in [*present_wards().values(), *old_wards().values()]:
        known[key_of(unit.name)].append(unit)
        first, dash, _rest = unit.name.partition(" - ")
        if dash:
            known[key_of(first)].append(unit)
    return dict(known)


def province_today(unit: Unit) -> str:
    """The code of today's province in which a unit of any age and level lies."""
    if unit.level == Level.PROVINCE:
        return unit.successors[0] if unit.valid_to else unit.code
    if unit.level == Level.DISTRICT:
        return old_provinces()[unit.parent].successors[0]
    if unit.valid_to is None:
        return unit.parent
    return province_today(old_districts()[unit.parent])
