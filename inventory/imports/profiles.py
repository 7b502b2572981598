"""The five files about goods: their columns, what the columns are called elsewhere, who may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.imports import parsers
from oms.kernel.tables import LIMITS, LONG_LIMITS, Column, Limits, fold_label

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `known_as` are headings of other programs, folded; `needs` hides it from others."""

    key: str
    label: Text
    parse: Callable[[str], Any]
    known_as: tuple[str, ...] = ()
    required: bool = False
    kind: str = "text"
    width: int = 16
    help: Text = ""
    example: str | int = ""
    needs: str = ""

    @property
    def column(self) -> Column:
        return Column(self.key, self.label, self.kind, self.width)

    def names(self) -> set[str]:
        """Every heading that means this column, folded."""
        return {fold_label(self.key), fold_label(str(self.label)), *self.known_as}


@dataclass(frozen=True)
class Profile:
    """A kind of file. Whoever sends one has `inventory.import_goods` and all of `needs`.

    `engine` makes something of its rows (None: the goods of this app, see `goods_import`);
    `asks` are further fields of the page of columns, given the file's headings. `next_view` shows
    what has become of the file. Columns that one person chose serve all when they are shared.
    A long file has no limit but its size: its engine is a `LongEngine` and gets it in slices.
    """

    code: str
    title: Text
    text: Text
    icon: str
    needs: tuple[str, ...]
    fields: Sequence[Field]
    engine: Any = None
    asks: Callable[[Sequence[str]], dict[str, Any]] | None = None
    next_view: str = ""
    next_label: Text = ""
    is_shared: bool = False
    is_long: bool = False

    @property
    def limits(self) -> Limits:
        if not self.is_long:
            return LIMITS
        return replace(LONG_LIMITS, file_bytes=settings.IMPORT_MAX_BYTES)

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    def fields_for(self, user: Any) -> list[Field]:
        return [field for field in self.fields if not field.needs or user.has_perm(field.needs)]

    def is_open_to(self, user: Any) -> bool:
        return all(user.has_perm(permission) for permission in self.needs)


# The row of our template that shows how to fill it; nobody means to import it.
EXAMPLE_SKU = "VIDU-0012-DEN-M"
SKU = Field(
    "sku", _("Mã SKU"), parsers.line(100),
    ("sku", "ma hang", "ma hang hoa", "ma phien ban", "ma phien ban san pham", "ma sku san pham",
     "variant sku", "item code", "ma vt"),
    required=True, width=20, example=EXAMPLE_SKU,
    help=_("Giữ nguyên số 0 ở đầu. Mã đã có thì cập nhật, mã mới thì tạo."),
)  # fmt: skip
PRICE = Field(
    "price_vnd", _("Giá bán"), parsers.money,
    ("gia ban le", "gia", "don gia", "gia ban vnd", "gia niem yet", "variant price", "price",
     "pl gia ban le"),
    kind="money", example=149_000, help=_("Số đồng, đã gồm VAT, ví dụ 149000 hoặc 149.000."),
)  # fmt: skip
COST = Field(
    "cost_vnd", _("Giá vốn"), parsers.money,
    ("gia nhap", "gia von vnd", "pl gia nhap", "cost", "cost price", "cost per item"),
    kind="money", example=72_000, needs="inventory.view_cost",
    help=_("Số đồng cho một đơn vị."),
)  # fmt: skip
OPTION_NAMES = ("option1_name", "option2_name", "option3_name")
OPTION_VALUES = ("option1_value", "option2_value", "option3_value")


def _option_fields() -> list[Field]:
    examples = (("Màu", "Đen"), ("Cỡ", "M"), ("", ""))
    fields = []
    for number, (name, value) in enumerate(examples, start=1):
        fields += [
            Field(
                f"option{number}_name", _("Thuộc tính %d") % number, parsers.line(60),
                (f"ten thuoc tinh {number}", f"option{number} name", f"option {number} name"),
                example=name, width=13,
            ),
            Field(
                f"option{number}_value", _("Giá trị %d") % number, parsers.line(60),
                (f"gia tri thuoc tinh {number}", f"gt thuoc tinh {number}",
                 f"option{number} value", f"option {number} value"),
                example=value, width=13,
            ),
        ]  # fmt: skip
    return fields


def _sizes() -> list[Field]:
    rows = (
        ("length_cm", _("Dài (cm)"), ("chieu dai", "dai", "length"), 25),
        ("width_cm", _("Rộng (cm)"), ("chieu rong", "rong", "width"), 20),
        ("height_cm", _("Cao (cm)"), ("chieu cao", "cao", "height"), 3),
    )
    return [
        Field(key, label, parsers.whole(500), known, kind="number", width=10, example=example)
        for key, label, known, example in rows
    ]


PRODUCTS = Profile(
    "products", _("Sản phẩm và phiên bản"),
    _("Tạo sản phẩm mới, sửa sản phẩm đã có theo mã SKU."), "package",
    ("inventory.change_product",),
    [
        SKU,
        Field(
            "name", _("Tên sản phẩm"), parsers.line(255),
            ("ten hang", "ten hang hoa", "ten", "ten san pham vi", "title", "product name", "name"),
            width=36, example="Áo thun cotton cổ tròn",
            help=_("Bắt buộc khi tạo mới. Các dòng cùng tên và có thuộc tính là một sản phẩm."),
        ),
        Field(
            "product_key", _("Mã sản phẩm"), parsers.line(100),
            ("ma nhom", "ma san pham cha", "handle", "url", "duong dan alias", "product id"),
            example="AT", help=_("Các dòng cùng mã này là một sản phẩm."),
        ),
        *_option_fields(),
        Field(
            "barcode", _("Mã vạch"), parsers.line(64),
            ("barcode", "ma vach barcode", "variant barcode", "ean", "gtin"),
            width=18, example="8936000000012",
        ),
        PRICE,
        COST,
        Field(
            "vat_rate", _("Thuế suất VAT"), parsers.vat_rate,
            ("vat", "thue vat", "thue", "thue suat", "thue gtgt"),
            width=12, example="8", help=_("0, 5, 8, 10, KCT hoặc KKKNT."),
        ),
        Field(
            "brand", _("Thương hiệu"), parsers.line(120),
            ("nhan hieu", "hang san xuat", "vendor", "brand"),
            example="Nhà May Xanh",
        ),
        Field(
            "category", _("Danh mục"), parsers.line(400),
            ("nhom hang", "nhom hang 3 cap", "loai", "loai san pham", "nganh hang", "category",
             "product type", "type"),
            width=26, example="Thời trang > Áo", help=_("Các cấp cách nhau dấu >."),
        ),
        Field(
            "description", _("Mô tả"), parsers.description,
            ("mo ta chi tiet", "mo ta san pham", "noi dung", "body html", "body", "description"),
            width=40, example="Vải cotton co giãn, giặt máy được.",
            help=_("Chữ thường hoặc HTML; mỗi dòng trống là một đoạn mới."),
        ),
        Field(
            "unit", _("Đơn vị gốc"), parsers.line(30),
            ("don vi tinh", "dvt", "don vi", "don vi co ban", "unit"),
            width=12, example="cái",
        ),
        Field(
            "units", _("Đơn vị quy đổi"), parsers.units,
            ("quy doi", "don vi tinh quy doi", "unit conversion"),
            width=22, example="Lốc = 6; Thùng = 24",
            help=_("Mỗi đơn vị lớn bằng bao nhiêu đơn vị gốc, cách nhau dấu chấm phẩy."),
        ),
        Field(
            "weight_g", _("Khối lượng (g)"), parsers.whole(1_000_000),
            ("khoi luong", "can nang", "can nang g", "trong luong g", "trong luong", "weight g",
             "variant grams", "grams"),
            kind="number", width=12, example=220,
        ),
        *_sizes(),
    ],
)  # fmt: skip

OPENING_STOCK = Profile(
    "opening_stock", _("Tồn đầu kỳ"),
    _("Số lượng ban đầu của phiên bản chưa có biến động ở kho đó."), "boxes",
    ("inventory.adjust_stock",),
    [
        SKU,
        Field(
            "warehouse", _("Kho"), parsers.line(120),
            ("ma kho", "ten kho", "chi nhanh", "ma chi nhanh", "warehouse", "location"),
            example="TD", help=_("Mã hoặc tên kho; để trống thì lấy kho chọn khi nhập tệp."),
        ),
        Field(
            "quantity", _("Số lượng"), parsers.quantity,
            ("ton kho", "ton", "ton dau", "ton dau ky", "so luong ton", "sl", "sl ton",
             "ton kho ban dau", "lc cn1 ton kho ban dau", "quantity", "stock", "inventory quantity",
             "variant inventory qty"),
            required=True, kind="number", width=12, example=60,
        ),
        Field(
            "cost_vnd", _("Giá vốn"), parsers.money, COST.known_as, kind="money",
            example=72_000, needs="inventory.view_cost",
            help=_("Giá vốn một đơn vị của số tồn này; để trống thì lấy giá vốn của phiên bản."),
        ),
    ],
)  # fmt: skip

COSTS = Profile(
    "costs", _("Giá vốn"), _("Sửa giá vốn của phiên bản đã có."), "coins",
    ("inventory.change_product", "inventory.view_cost"),
    [SKU, Field("cost_vnd", COST.label, parsers.money, COST.known_as, required=True,
                kind="money", example=72_000, help=COST.help)],
)  # fmt: skip

PRICES = Profile(
    "prices", _("Giá bán"), _("Sửa giá bán của phiên bản đã có."), "tags",
    ("inventory.change_product",),
    [SKU, Field("price_vnd", PRICE.label, parsers.money, PRICE.known_as, required=True,
                kind="money", example=149_000, help=PRICE.help)],
)  # fmt: skip

LIST_PRICES = Profile(
    "list_prices", _("Bảng giá"),
    _("Giá của phiên bản trong các bảng giá đã lập, theo số lượng."), "list",
    ("inventory.change_price",),
    [
        SKU,
        Field(
            "price_list", _("Bảng giá"), parsers.line(120),
            ("ten bang gia", "nhom gia", "chinh sach gia", "price list"),
            required=True, width=24, example="Giá sỉ",
            help=_("Tên của một bảng giá đã lập."),
        ),
        Field(
            "from_quantity", _("Từ số lượng"), parsers.from_quantity,
            ("sl tu", "so luong tu", "so luong toi thieu", "min quantity", "from quantity"),
            kind="number", width=12, example=10, help=_("Để trống là từ 1."),
        ),
        Field("price_vnd", _("Giá"), parsers.money, ("gia ban", *PRICE.known_as), required=True,
              kind="money", example=129_000, help=PRICE.help),
    ],
)  # fmt: skip

PROFILES = {
    profile.code: profile for profile in (PRODUCTS, OPENING_STOCK, COSTS, PRICES, LIST_PRICES)
}
# Our own last column of the file of failed rows: read again, it is no data.
REASON = _("Lý do chưa nhập")


def profiles_for(user: Any) -> list[Profile]:
    return [profile for profile in PROFILES.values() if profile.is_open_to(user)]


def register_profile(profile: Profile) -> None:
    """Add the file of an app on the right; the same code again replaces it."""
    PROFILES[profile.code] = profile
