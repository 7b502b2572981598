"""What marketplaces sort goods by, and what they ask about them; each numbers it in its own way."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    number: int
    parent: int
    name: str


@dataclass(frozen=True)
class Attribute:
    """With no options it is a text."""

    number: int
    name: str
    word: str
    is_required: bool
    options: tuple[tuple[int, str], ...] = ()


CATEGORIES = (
    Category(1, 0, "Thời trang"),
    Category(11, 1, "Áo thun"),
    Category(12, 1, "Váy đầm"),
    Category(13, 1, "Túi vải"),
    Category(14, 1, "Mũ nón"),
    Category(2, 0, "Nhà cửa & Đời sống"),
    Category(21, 2, "Bình nước"),
    Category(22, 2, "Nồi chiên"),
    Category(3, 0, "Sắc đẹp"),
    Category(31, 3, "Sữa rửa mặt"),
    Category(4, 0, "Điện thoại & Phụ kiện"),
    Category(41, 4, "Ốp lưng"),
)
PARENTS = {category.parent for category in CATEGORIES}
LEAVES = {category.number for category in CATEGORIES} - PARENTS
_MATERIAL = Attribute(
    101, "Chất liệu", "material", True, ((1011, "Cotton"), (1012, "Polyester"), (1013, "Canvas"))
)
_ORIGIN = Attribute(102, "Xuất xứ", "origin", False, ((1021, "Việt Nam"), (1022, "Khác")))
_SKIN = Attribute(103, "Loại da", "skin_type", True, ((1031, "Mọi loại da"), (1032, "Da dầu")))
_SHELF = Attribute(104, "Hạn sử dụng", "shelf_life", True)
_ASKED = {
    **dict.fromkeys((11, 12, 13, 14), (_MATERIAL, _ORIGIN)),
    31: (_SKIN, _SHELF, _ORIGIN),
}
BRANDS = ((2001, "Đơn Nhanh"), (2002, "Cotton House"), (2003, "Trà Xanh Lab"))
# Goods that may not be without a brand, where a marketplace has such a rule.
BRANDED = (31,)


def asked_about(leaf: int) -> tuple[Attribute, ...]:
    """What a category asks."""
    return _ASKED.get(leaf, (_ORIGIN,))
