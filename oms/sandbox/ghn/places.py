"""A part of GHN's master data: real-looking ids, in the old three levels and the new two."""

import re
import unicodedata
from typing import Any

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

# The 34 provinces since July 2025 under GHN's own numbers; other names: those merged into them.
NEW_PROVINCES = (
    ("Hà Nội", ("HN",)), ("Cao Bằng", ()), ("Tuyên Quang", ("Hà Giang",)), ("Điện Biên", ()),
    ("Lai Châu", ()), ("Sơn La", ()), ("Lào Cai", ("Yên Bái",)), ("Thái Nguyên", ("Bắc Kạn",)),
    ("Lạng Sơn", ()), ("Quảng Ninh", ()), ("Bắc Ninh", ("Bắc Giang",)),
    ("Phú Thọ", ("Vĩnh Phúc", "Hòa Bình")), ("Hải Phòng", ("Hải Dương",)),
    ("Hưng Yên", ("Thái Bình",)), ("Ninh Bình", ("Hà Nam", "Nam Định")), ("Thanh Hóa", ()),
    ("Nghệ An", ()), ("Hà Tĩnh", ()), ("Quảng Trị", ("Quảng Bình",)),
    ("Huế", ("Thừa Thiên Huế",)), ("Đà Nẵng", ("Quảng Nam",)), ("Quảng Ngãi", ("Kon Tum",)),
    ("Gia Lai", ("Bình Định",)), ("Khánh Hòa", ("Ninh Thuận",)), ("Đắk Lắk", ("Phú Yên",)),
    ("Lâm Đồng", ("Đắk Nông", "Bình Thuận")), ("Đồng Nai", ("Bình Phước",)),
    ("Hồ Chí Minh", ("HCM", "TPHCM", "Sài Gòn", "Bình Dương", "Bà Rịa - Vũng Tàu")),
    ("Tây Ninh", ("Long An",)), ("Đồng Tháp", ("Tiền Giang",)),
    ("Vĩnh Long", ("Bến Tre", "Trà Vinh")), ("An Giang", ("Kiên Giang",)),
    ("Cần Thơ", ("Sóc Trăng", "Hậu Giang")), ("Cà Mau", ("Bạc Liêu",)),
)  # fmt: skip
_CITIES = {"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Đồng Nai"}

NEW_WARDS = {
    "Hà Nội": ("Phường Ba Đình", "Phường Cầu Giấy", "Phường Cửa Nam", "Phường Hoàn Kiếm",
               "Phường Ngọc Hà", "Phường Nghĩa Đô", "Xã Gia Lâm"),
    "Hồ Chí Minh": ("Phường Sài Gòn", "Phường Tân Định", "Phường Bến Thành", "Phường Xuân Hòa",
                    "Phường Hòa Hưng", "Phường Gò Vấp", "Phường An Khánh", "Phường Thủ Dầu Một",
                    "Phường Vũng Tàu", "Xã Cần Giờ", "Đặc khu Côn Đảo"),
    "Đà Nẵng": ("Phường Hải Châu", "Phường Thanh Khê", "Phường Hội An", "Đặc khu Hoàng Sa"),
    "Hải Phòng": ("Phường Hồng Bàng", "Phường Lê Chân", "Đặc khu Cát Hải"),
    "Huế": ("Phường Thuận Hóa", "Phường Phú Xuân"),
    "Cần Thơ": ("Phường Ninh Kiều", "Phường Cái Răng"),
    "Lâm Đồng": ("Phường Xuân Hương - Đà Lạt", "Phường Lâm Viên - Đà Lạt"),
    "Đồng Nai": ("Phường Trấn Biên", "Phường Biên Hòa"),
    "Khánh Hòa": ("Phường Nha Trang", "Đặc khu Trường Sa"),
    "Nghệ An": ("Phường Thành Vinh", "Xã Kim Liên"),
}  # fmt: skip

_UNIT = re.compile(
    r"^(tinh|thanh pho|tp\.?|quan|q\.|huyen|h\.|thi xa|tx\.|thi tran|tt\."
    r"|phuong|p\.|xa|x\.|dac khu)\s*"
)
_NEW_WARD_UNIT = re.compile(r"^(phuong|p\.|xa|x\.|dac khu)\s*\S")


def bare(text: str) -> str:
    """Lower case without accents, spaces folded."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(letters.lower().split())


def key(text: str) -> str:
    """What two spellings of one place share: no unit word, no accents, no punctuation."""
    name = re.sub(r"[^a-z0-9]", "", _UNIT.sub("", bare(text)))
    return re.sub(r"^0+(?=\d)", "", name)


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
            "name": ("Thành phố " if name in _CITIES else "Tỉnh ") + name,
            "extension_names": [name, *others],
            "type": 1 if name in _CITIES else 2,
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


def find_new_province(text: str) -> str | None:
    wanted = key(text)
    for name, others in NEW_PROVINCES:
        if wanted in {key(name), *map(key, others)}:
            return name
    return None


def new_address_exists(ward: str, province: str) -> bool:
    """Whether the names make a place of the two-level kind.

    Only some wards are listed here, the country has 3,321: one that is not listed anywhere is
    believed when it is written with its unit (Phường, Xã, Đặc khu); one listed under other
    provinces only is not.
    """
    found = find_new_province(province)
    if found is None or not ward.strip():
        return False
    wanted = key(ward)
    if wanted in {key(name) for name in NEW_WARDS.get(found, ())}:
        return True
    elsewhere = {key(name) for names in NEW_WARDS.values() for name in names}
    return wanted not in elsewhere and bool(_NEW_WARD_UNIT.match(bare(ward)))


def names_another_province(street: str, province: str) -> bool:
    """Whether the last part of a street text is the name of a province other than the one given."""
    last = street.rsplit(",", 1)
    if len(last) < 2:
        return False
    named = find_new_province(last[1])
    return named is not None and named != find_new_province(province)
