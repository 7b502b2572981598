"""A part of GHN's master data: real-looking ids, in the old three levels and the new two."""

import re
from typing import Any

from oms.sandbox.core.places import (
    CITIES,
    NEW_PROVINCES,
    NEW_WARDS,
    bare,
    find_new_province,
    key,
    names_another_province,
    new_address_exists,
)

__all__ = ["find_new_province", "names_another_province", "new_address_exists"]

# id, name, code, other names; 298 is one of the switched-off rows real data has
PROVINCES = (
    (201, "Hà Nội", "4", ("Hà Nội", "TP.Hà Nội", "TP Hà Nội", "Thành phố Hà Nội", "hanoi")),
    (202, "Hồ Chí Minh", "8", ("Hồ Chí Minh", "TP.Hồ Chí Minh", "TPHCM", "HCM", "Sài Gòn")),
    (203, "Đà Nẵng", "511", ("Đà Nẵng", "TP.Đà Nẵng", "Thành phố Đà Nẵng", "danang")),
    (205, "Bình Dương", "650", ("Bình Dương", "Tỉnh Bình Dương")),
    (209, "Lâm Đồng", "63", ("Lâm Đồng", "Tỉnh Lâm Đồng")),
    (220, "Cần Thơ", "710", ("Cần Thơ", "TP.Cần Thơ", "Thành phố Cần Thơ")),
    (224, "Hải Phòng", "31", ("Hải Phòng", "TP.Hải Phòng", "Thành phố Hải Phòng")),
    (298, "Test", "test", ()),
)
OFF_PROVINCES = frozenset({298})

# id, province, name, support type (0 locked, 1 pick-up, 2 delivery, 3 both)
DISTRICTS = (
    (1442, 202, "Quận 1", 3),
    (1444, 202, "Quận 3", 3),
    (1452, 202, "Quận 10", 3),
    (1461, 202, "Quận Gò Vấp", 3),
    (3695, 202, "Thành Phố Thủ Đức", 3),
    (2090, 202, "Huyện Cần Giờ", 2),
    (1484, 201, "Quận Ba Đình", 3),
    (1485, 201, "Quận Cầu Giấy", 3),
    (1489, 201, "Quận Hoàn Kiếm", 3),
    (1526, 203, "Quận Hải Châu", 3),
    (1530, 203, "Huyện Hoàng Sa", 0),
    (1538, 205, "Thành phố Thủ Dầu Một", 3),
    (1550, 209, "Thành phố Đà Lạt", 3),
    (1572, 220, "Quận Ninh Kiều", 3),
    (1588, 224, "Quận Hồng Bàng", 3),
)

# code, district, name
WARDS = (
    ("20101", 1442, "Phường Bến Nghé"),
    ("20102", 1442, "Phường Bến Thành"),
    ("20109", 1442, "Phường Tân Định"),
    ("20306", 1444, "Phường 6"),
    ("20308", 1444, "Phường Võ Thị Sáu"),
    ("21001", 1452, "Phường 1"),
    ("21012", 1452, "Phường 12"),
    ("21014", 1452, "Phường 14"),
    ("21401", 1461, "Phường 1"),
    ("21405", 1461, "Phường 5"),
    ("90737", 3695, "Phường An Khánh"),
    ("90768", 3695, "Phường Thảo Điền"),
    ("22107", 2090, "Thị trấn Cần Thạnh"),
    ("1A0101", 1484, "Phường Cống Vị"),
    ("1A0106", 1484, "Phường Ngọc Hà"),
    ("1A0601", 1485, "Phường Dịch Vọng"),
    ("1A0607", 1485, "Phường Trung Hòa"),
    ("1A0202", 1489, "Phường Cửa Nam"),
    ("1A0208", 1489, "Phường Hàng Bạc"),
    ("40103", 1526, "Phường Hải Châu I"),
    ("40109", 1526, "Phường Thạch Thang"),
    ("440101", 1538, "Phường Chánh Nghĩa"),
    ("420101", 1550, "Phường 1"),
    ("550101", 1572, "Phường An Cư"),
    ("030101", 1588, "Phường Hoàng Văn Thụ"),
)


def province_rows() -> list[dict[str, Any]]:
    return [
        {
            "ProvinceID": number,
            "ProvinceName": name,
            "CountryID": 1,
            "Code": code,
            "NameExtension": list(others),
            "IsEnable": 0 if number in OFF_PROVINCES else 1,
            "RegionID": 1 if number in (201, 224) else 3 if number in (202, 205, 220) else 2,
            "CanUpdateCOD": False,
            "Status": 2 if number in OFF_PROVINCES else 1,
        }
        for number, name, code, others in PROVINCES
    ]


def district_rows(province_id: int | None) -> list[dict[str, Any]]:
    return [
        {
            "DistrictID": number,
            "ProvinceID": province,
            "DistrictName": name,
            "Code": str(number),
            "Type": 1,
            "SupportType": support,
            "NameExtension": [name, bare(name)],
            "CanUpdateCOD": False,
            "Status": 1,
            "PickType": 1,
            "DeliverType": 1,
        }
        for number, province, name, support in DISTRICTS
        if province_id in (None, province)
    ]


def ward_rows(district_id: int) -> list[dict[str, Any]]:
    return [
        {
            "WardCode": code,
            "DistrictID": district,
            "WardName": name,
            "NameExtension": [name, bare(name)],
            "CanUpdateCOD": False,
            "SupportType": 3,
            "PickType": 1,
            "DeliverType": 1,
            "Status": 1,
        }
        for code, district, name in WARDS
        if district == district_id
    ]


def new_province_rows() -> list[dict[str, Any]]:
    return [
        {
            "_id": 1_000_001 + place,
            "name": ("Thành phố " if name in CITIES else "Tỉnh ") + name,
            "extension_names": [name, *others],
            "type": 1 if name in CITIES else 2,
            "parent_id": 0,
            "status": 1,
        }
        for place, (name, others) in enumerate(NEW_PROVINCES)
    ]


def new_ward_rows(province_id: int) -> list[dict[str, Any]]:
    place = province_id - 1_000_001
    if not 0 <= place < len(NEW_PROVINCES):
        return []
    names = NEW_WARDS.get(NEW_PROVINCES[place][0], ())
    return [
        {
            "_id": 2_000_000 + place * 1000 + number,
            "name": name,
            "extension_names": [name, _short(name)],
            "type": 3 if name.startswith("Phường") else 4 if name.startswith("Xã") else 5,
            "parent_id": province_id,
            "status": 1,
        }
        for number, name in enumerate(names, 1)
    ]


def _short(name: str) -> str:
    return re.sub(r"^(Phường|Xã|Đặc khu) ", "", name)


def find_district(district_id: int) -> tuple[int, int, str, int] | None:
    return next((row for row in DISTRICTS if row[0] == district_id), None)


def find_ward(district_id: int, code: str) -> tuple[str, int, str] | None:
    return next((row for row in WARDS if row[0] == code and row[1] == district_id), None)


def province_name(province_id: int) -> str:
    return next(name for number, name, _, _ in PROVINCES if number == province_id)


def find_old_address(ward: str, district: str, province: str) -> tuple[str, int] | None:
    """(ward code, district id) of three names; None when they do not make one place."""
    for number, name, _, others in PROVINCES:
        if key(province) not in {key(name), *map(key, others)}:
            continue
        for district_id, parent, district_name, _ in DISTRICTS:
            if parent == number and key(district_name) == key(district):
                for code, parent_district, ward_name in WARDS:
                    if parent_district == district_id and key(ward_name) == key(ward):
                        return code, district_id
    return None
