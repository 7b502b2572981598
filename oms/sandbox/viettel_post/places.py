"""Viettel Post's numbers for provinces, districts and wards, old and new, and its categories."""

from dataclasses import dataclass
from typing import Any

from oms.sandbox.core import Reply, Request, Route
from oms.sandbox.core.places import (
    NEW_PROVINCES,
    NEW_WARDS,
    OLD_PLACES,
    find_new_province,
    key,
    read_address,
)
from oms.sandbox.viettel_post.envelope import body_of, ok

_OLD_NAMES = tuple(dict.fromkeys(province for province, _, _ in OLD_PLACES))
OLD_PROVINCES = dict(enumerate(_OLD_NAMES, 1))
NUMBER_OF = {name: number for number, name in OLD_PROVINCES.items()}
# number, province, name
DISTRICTS = tuple(
    (40 + place, NUMBER_OF[province], district)
    for place, (province, district, _) in enumerate(OLD_PLACES)
)
# number, district, name
WARDS = tuple(
    (100 + 10 * place + position, 40 + place, ward)
    for place, (_, _, wards) in enumerate(OLD_PLACES)
    for position, ward in enumerate(wards)
)
SERVICES = {
    "VCN": "Chuyển phát nhanh",
    "VTK": "Chuyển phát tiết kiệm",
    "PTN": "Phát trong ngày nội tỉnh",
}
EXTRA_SERVICES = (
    ("GBP", "Báo phát", "Giao tận tay người nhận"),
    ("XMG", "Thu tiền khi không nhận hàng", "Thu EXTRA_MONEY khi người nhận từ chối"),
)


@dataclass(frozen=True)
class Spot:
    """One end of the way; `home` is its province of today."""

    province: int
    district: int
    ward: int
    home: str

    def ids(self) -> dict[str, int]:
        return {
            "PROVINCE_ID": self.province,
            "DISTRICT_ID": self.district,
            "WARDS_ID": self.ward,
        }


def spot_of_ids(province: int, district: int, ward: int) -> Spot | None:
    """Ward 0 is "somewhere in the district"."""
    if (district, province) not in {(number, parent) for number, parent, _ in DISTRICTS}:
        return None
    if ward and (ward, district) not in {(number, parent) for number, parent, _ in WARDS}:
        return None
    return Spot(province, district, ward, find_new_province(OLD_PROVINCES[province]) or "")


def spot_of_text(address: str) -> Spot | None:
    """What the service reads out of an address in one line."""
    place = read_address(address)
    if place is None:
        return None
    for number, parent, name in DISTRICTS:
        if place.district and name == place.district:
            wards = [w for w, d, ward in WARDS if d == number and key(ward) == key(place.ward)]
            return Spot(parent, number, wards[0] if wards else 0, place.home)
    position = [name for name, _ in NEW_PROVINCES].index(place.home)
    return Spot(1001 + position, 0, 0, place.home)


class Categories:
    """Lists that need no token."""

    def routes(self) -> list[Route]:
        root = "/v2/categories"
        return [
            Route("GET", f"{root}/listProvinceById", self.provinces),
            Route("GET", f"{root}/listProvince", self.provinces),
            Route("GET", f"{root}/listDistrict", self.districts),
            Route("GET", f"{root}/listWards", self.wards),
            Route("GET", "/v3/categories/listProvinceNew", self.new_provinces),
            Route("GET", "/v3/categories/listWardsNew", self.new_wards),
            Route("POST", f"{root}/listService", self.services),
            Route("GET", f"{root}/listServiceExtra", self.extra_services),
            Route("GET", f"{root}/listBuuCucVTP", self.offices),
        ]

    def provinces(self, request: Request) -> Reply:
        wanted = _number(request, "provinceId")
        return ok(
            [
                {"PROVINCE_ID": number, "PROVINCE_CODE": f"P{number:02d}", "PROVINCE_NAME": name}
                for number, name in OLD_PROVINCES.items()
                if wanted in (-1, number)
            ]
        )

    def districts(self, request: Request) -> Reply:
        wanted = _number(request, "provinceId")
        return ok(
            [
                {
                    "DISTRICT_ID": number,
                    "DISTRICT_VALUE": str(number),
                    "DISTRICT_NAME": name,
                    "PROVINCE_ID": parent,
                }
                for number, parent, name in DISTRICTS
                if wanted in (-1, parent)
            ]
        )

    def wards(self, request: Request) -> Reply:
        wanted = _number(request, "districtId")
        return ok(
            [
                {"WARDS_ID": number, "WARDS_NAME": name, "DISTRICT_ID": parent}
                for number, parent, name in WARDS
                if wanted in (-1, parent)
            ]
        )

    def new_provinces(self, request: Request) -> Reply:
        return ok(
            [
                {"PROVINCE_ID": 1001 + n, "PROVINCE_CODE": f"N{n + 1:02d}", "PROVINCE_NAME": name}
                for n, (name, _) in enumerate(NEW_PROVINCES)
            ]
        )

    def new_wards(self, request: Request) -> Reply:
        """Wards stand directly under a province."""
        place = _number(request, "provinceId") - 1001
        name = NEW_PROVINCES[place][0] if 0 <= place < len(NEW_PROVINCES) else ""
        return ok(
            [
                {
                    "WARDS_ID": 20_000 + 100 * place + n,
                    "WARDS_NAME": ward,
                    "PROVINCE_ID": 1001 + place,
                }
                for n, ward in enumerate(NEW_WARDS.get(name, ()))
            ]
        )

    def services(self, request: Request) -> Reply:
        body_of(request).whole("TYPE", required=True)
        return ok([{"SERVICE_CODE": c, "SERVICE_NAME": name} for c, name in SERVICES.items()])

    def extra_services(self, request: Request) -> Reply:
        return ok(extra_rows() if request.arg("serviceCode") in SERVICES else [])

    def offices(self, request: Request) -> Reply:
        return ok(
            [
                {
                    "TEN_BUUCUC": "Bưu cục Quận 10",
                    "MA_BUUCUC": "HCM10",
                    "DIA_CHI": "12 Thành Thái, Phường 14, Quận 10, Hồ Chí Minh",
                    "DIEN_THOAI": "02838000000",
                }
            ]
        )


def extra_rows() -> list[dict[str, Any]]:
    return [
        {"SERVICE_CODE": code, "SERVICE_NAME": name, "DESCRIPTION": text}
        for code, name, text in EXTRA_SERVICES
    ]


def _number(request: Request, name: str) -> int:
    text = request.arg(name, "-1")
    return int(text) if text.lstrip("-").isdigit() else -1
