"""Viet Nam's 34 provinces since 1 July 2025, and the 63 old names that became them.

Codes: Decision 19/2025/QD-TTg; mergers: Resolution 202/2025/QH15 (read in November 2026).
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line, fold
from oms.kernel.wards import find_ward, heirs_of, nearest_wards


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str


# code, name, old names that were merged into it
_ROWS = [
    ("01", "Hà Nội", ""), ("04", "Cao Bằng", ""), ("08", "Tuyên Quang", "Hà Giang"),
    ("11", "Điện Biên", ""), ("12", "Lai Châu", ""), ("14", "Sơn La", ""),
    ("15", "Lào Cai", "Yên Bái"), ("19", "Thái Nguyên", "Bắc Kạn"), ("20", "Lạng Sơn", ""),
    ("22", "Quảng Ninh", ""), ("24", "Bắc Ninh", "Bắc Giang"),
    ("25", "Phú Thọ", "Vĩnh Phúc,Hòa Bình"),
    ("31", "Hải Phòng", "Hải Dương"), ("33", "Hưng Yên", "Thái Bình"),
    ("37", "Ninh Bình", "Hà Nam,Nam Định"), ("38", "Thanh Hóa", ""), ("40", "Nghệ An", ""),
    ("42", "Hà Tĩnh", ""), ("44", "Quảng Trị", "Quảng Bình"), ("46", "Huế", "Thừa Thiên Huế"),
    ("48", "Đà Nẵng", "Quảng Nam"), ("51", "Quảng Ngãi", "Kon Tum"), ("52", "Gia Lai", "Bình Định"),
    ("56", "Khánh Hòa", "Ninh Thuận"), ("66", "Đắk Lắk", "Phú Yên"),
    ("68", "Lâm Đồng", "Đắk Nông,Bình Thuận"), ("75", "Đồng Nai", "Bình Phước"),
    ("79", "Hồ Chí Minh", "Bình Dương,Bà Rịa - Vũng Tàu,Vũng Tàu,Sài Gòn,HCM"),
    ("80", "Tây Ninh", "Long An"), ("82", "Đồng Tháp", "Tiền Giang"),
    ("86", "Vĩnh Long", "Bến Tre,Trà Vinh"), ("91", "An Giang", "Kiên Giang"),
    ("92", "Cần Thơ", "Sóc Trăng,Hậu Giang"), ("96", "Cà Mau", "Bạc Liêu"),
]  # fmt: skip

# How many of today's wards are named for an old name that several places had ("Phường 5").
MOST_HEIRS = 4

PROVINCES = [Province(code, name) for code, name, _old in _ROWS]

_PREFIX = re.compile(r"^(tinh |thanh pho |tp)[. ]*")


def _key(text: str) -> str:
    # Both tone placements (hoà, hòa) fold to the same letters.
    return re.sub(r"[^a-z0-9]", "", _PREFIX.sub("", fold(text)))


_BY_KEY = {
    _key(name): Province(code, current)
    for code, current, old in _ROWS
    for name in [current, *filter(None, old.split(","))]
} | {
    "hn": PROVINCES[0],
    "hcm": Province("79", "Hồ Chí Minh"),
    "tphcm": Province("79", "Hồ Chí Minh"),
}


def find_province(text: str) -> Province | None:
    """The present province for a name typed in any usual form, old names included."""
    return _BY_KEY.get(_key(text))


def require_province(text: str, *, field: str = "province") -> Province:
    province = find_province(text)
    if province is None:
        raise DomainError(
            _("Không có tỉnh / thành phố “%(text)s”.") % {"text": text},
            code="province.unknown",
            field=field,
        )
    return province


def validate_ward(text: str, *, field: str = "ward") -> str:
    """A ward name in its usual form; refuses an empty one or one without letters and digits."""
    ward = clean_line(text, 120, field=field)
    if not re.search(r"\w", ward):
        raise DomainError(_("Thiếu phường / xã."), code="ward.missing", field=field)
    if not re.search(r"[^\W\d_]", ward) and not ward.isdigit():
        raise DomainError(
            _("“%(text)s” không phải là tên phường / xã.") % {"text": text},
            code="ward.invalid",
            field=field,
        )
    return ward


def require_ward(text: str, province: Province, *, district: str = "", field: str = "ward") -> str:
    """The ward as typed; one that is none of the province's is refused, with what may be meant.

    With a district it is an address of three levels, as they were until 30 June 2025: carriers and
    buyers still use them, so its ward is kept as text.
    """
    ward = validate_ward(text, field=field)
    mistake = "" if district.strip() else mistake_in_ward(ward, province)
    if mistake:
        raise DomainError(mistake, code="ward.unknown", field=field)
    return ward


def mistake_in_ward(ward: str, province: Province) -> str:
    """What is wrong with a ward of a two-level address, in words; empty when it exists."""
    if find_ward(province.code, ward):
        return ""
    named = {"ward": ward, "province": province.name}
    if heirs := heirs_of(province.code, ward):
        named["names"] = ", ".join(map(str, heirs[:MOST_HEIRS]))
        return (
            _("“%(ward)s” (%(province)s) là tên cũ, nay là %(names)s. "
              "Hãy dùng tên mới, hoặc điền thêm quận / huyện cũ.")
            % named
        )  # fmt: skip
    if near := nearest_wards(province.code, ward):
        named["names"] = ", ".join(map(str, near))
        return _("%(province)s không có phường / xã “%(ward)s”. Gần giống: %(names)s.") % named
    return _("%(province)s không có phường / xã “%(ward)s”.") % named


def is_unknown_ward(ward: str, province: Province) -> bool:
    """The name is none of today's wards of the province, and none of those before July 2025."""
    return not find_ward(province.code, ward) and not heirs_of(province.code, ward)
