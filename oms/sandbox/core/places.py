"""Places by name, in the old three levels and the new two, for partners that take names."""

import re
import unicodedata
from dataclasses import dataclass

# The 34 provinces since July 2025; other names: those merged into them.
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
CITIES = {"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Đồng Nai"}

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

# Province, district, wards until June 2025: enough of them to tell a known name from an unknown.
OLD_PLACES = (
    ("Hà Nội", "Quận Ba Đình", ("Phường Cống Vị", "Phường Ngọc Hà")),
    ("Hà Nội", "Quận Cầu Giấy", ("Phường Dịch Vọng", "Phường Trung Hòa")),
    ("Hà Nội", "Quận Hoàn Kiếm", ("Phường Cửa Nam", "Phường Hàng Bạc")),
    ("Hồ Chí Minh", "Quận 1", ("Phường Bến Nghé", "Phường Bến Thành", "Phường Tân Định")),
    ("Hồ Chí Minh", "Quận 3", ("Phường 6", "Phường Võ Thị Sáu")),
    ("Hồ Chí Minh", "Quận 10", ("Phường 1", "Phường 12", "Phường 14")),
    ("Hồ Chí Minh", "Quận Gò Vấp", ("Phường 1", "Phường 5")),
    ("Hồ Chí Minh", "Thành phố Thủ Đức", ("Phường An Khánh", "Phường Thảo Điền")),
    ("Đà Nẵng", "Quận Hải Châu", ("Phường Hải Châu I", "Phường Thạch Thang")),
    ("Bình Dương", "Thành phố Thủ Dầu Một", ("Phường Chánh Nghĩa",)),
    ("Lâm Đồng", "Thành phố Đà Lạt", ("Phường 1",)),
    ("Cần Thơ", "Quận Ninh Kiều", ("Phường An Cư",)),
    ("Hải Phòng", "Quận Hồng Bàng", ("Phường Hoàng Văn Thụ",)),
)


def bare(text: str) -> str:
    """Lower case without accents, spaces folded."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(letters.lower().split())


def key(text: str) -> str:
    """What two spellings of one place share: no unit word, no accents, no punctuation."""
    name = re.sub(r"[^a-z0-9]", "", _UNIT.sub("", bare(text)))
    return re.sub(r"^0+(?=\d)", "", name)


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


@dataclass(frozen=True)
class Place:
    """A ward; `district` is empty in the two-level form. `home` is the province of today."""

    ward: str
    district: str
    province: str
    home: str


def find_place(ward: str, district: str, province: str) -> Place | None:
    """The place that names mean; with a district in the old form, else in the new one.

    Only some are listed: another district is believed when its province exists, another ward when
    it is written with its unit and no other listed district has it.
    """
    home = find_new_province(province)
    if home is None or not ward.strip():
        return None
    if not district.strip():
        return Place(ward, "", home, home) if new_address_exists(ward, home) else None
    for known_province, known_district, wards in OLD_PLACES:
        if find_new_province(known_province) == home and key(known_district) == key(district):
            known = key(ward) in {key(name) for name in wards} or _may_be_in_none(ward)
            return Place(ward, known_district, known_province, home) if known else None
    return Place(ward, district, province, home)


def read_address(text: str) -> Place | None:
    """The place at the end of an address written in one line, its parts between commas."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return None
    if len(parts) >= 3:
        old = find_place(parts[-3], parts[-2], parts[-1])
        if old is not None and _is_district(parts[-2]):
            return old
    return find_place(parts[-2], "", parts[-1])


def _may_be_in_none(ward: str) -> bool:
    """Whether no listed district has this ward; numbered ones are in many."""
    listed = {key(name) for _, _, wards in OLD_PLACES for name in wards}
    has_unit = bool(_NEW_WARD_UNIT.match(bare(ward)))
    return has_unit and (key(ward) not in listed or key(ward).isdigit())


def _is_district(text: str) -> bool:
    return bool(re.match(r"(quan|q\.|huyen|h\.|thi xa|tx\.|thanh pho|tp\.?)\s*\S", bare(text)))
