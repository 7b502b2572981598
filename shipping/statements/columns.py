"""The columns of carriers' statements and of a bank's list, by the headings that they use.

No carrier publishes the layout of its file. What the seller portals, help pages and other sales
tools call the columns is gathered in docs/flows/cod.md with how sure each word is; what is not
guessed is chosen once and remembered for the carrier.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inventory.imports import parsers
from inventory.imports.profiles import Field, Profile
from oms.kernel.clock import today
from shipping.models import CarrierAccount
from shipping.statements import bank_file, cells, statement_file

# Headings that belong to one carrier alone, by our column.
OWN_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ghn": {
        "tracking_number": ("ma don ghn", "order code", "ordercode"),
        "reference": ("ma don khach hang", "client order code", "ma don hang rieng"),
        "fee_vnd": ("phi da thu", "tong phi dich vu", "tong phi"),
        "other_fee_vnd": ("phi khac",),
    },
    "viettel_post": {
        "tracking_number": ("ma phieu gui", "so phieu gui", "so van don", "ma buu gui"),
        "reference": ("ma don khach hang", "so tham chieu"),
        "fee_vnd": ("tong cuoc", "cuoc phi", "tong cuoc vat", "cuoc chinh"),
        "cod_vnd": ("tien cod", "so tien thu ho", "tien thu ho cod"),
    },
    "ghtk": {
        "tracking_number": ("ma don ghtk", "ma ghtk", "label", "label id"),
        "reference": ("ma don shop", "ma don khach hang", "partner id", "ma doi tac"),
        "fee_vnd": ("phi dich vu ghtk", "phi giao hang", "ship fee"),
        "cod_vnd": ("tien thu ho", "pick money", "tien cod"),
    },
}
_COMMON: dict[str, tuple[str, ...]] = {
    "tracking_number": ("ma van don", "ma don hang", "ma don", "van don", "tracking number",
                        "tracking id", "tracking"),
    "cod_vnd": ("tien thu ho", "cod", "tien cod", "thu ho", "cod amount", "cost on delivery",
                "so tien thu ho", "tien thu ho cod"),
    "fee_vnd": ("phi dich vu", "tong cuoc", "phi van chuyen", "cuoc phi", "tong phi", "phi ship",
                "shipment fee", "shipping fee"),
    "return_fee_vnd": ("phi hoan", "cuoc hoan", "phi chuyen hoan", "phi tra hang", "return fee"),
    "insurance_vnd": ("phi bao hiem", "bao hiem", "khai gia", "phi khai gia", "insurance fee"),
    "cod_fee_vnd": ("phi thu ho", "phi cod", "cod fee"),
    "discount_vnd": ("giam gia", "khuyen mai", "chiet khau", "discount", "coupon"),
    "net_vnd": ("thuc nhan", "thanh toan", "con lai", "so tien thanh toan", "tien thuc nhan"),
    "weight_g": ("khoi luong", "trong luong", "khoi luong tinh cuoc", "carrier weight", "weight"),
    "delivered_on": ("ngay giao", "ngay giao hang", "ngay giao thanh cong", "ngay phat",
                     "successful delivery date", "ngay hoan tat"),
    "told_status": ("trang thai", "trang thai don", "status"),
}  # fmt: skip
_Row = tuple[str, str | Promise, Callable[[str], Any], str, int]
_MONEY: list[_Row] = [
    ("cod_vnd", _("Tiền thu hộ"), cells.signed_money, "money", 16),
    ("fee_vnd", _("Cước / tổng phí"), cells.signed_money, "money", 16),
    ("return_fee_vnd", _("Cước hoàn"), cells.signed_money, "money", 14),
    ("insurance_vnd", _("Phí khai giá"), cells.signed_money, "money", 14),
    ("cod_fee_vnd", _("Phí thu hộ"), cells.signed_money, "money", 14),
    ("other_fee_vnd", _("Phí khác"), cells.signed_money, "money", 14),
    ("discount_vnd", _("Giảm giá cước"), cells.signed_money, "money", 14),
    ("net_vnd", _("Thực nhận"), cells.signed_money, "money", 16),
]
_REST: list[_Row] = [
    ("weight_g", _("Khối lượng hãng cân"), cells.grams, "text", 14),
    ("delivered_on", _("Ngày giao"), cells.day, "text", 14),
    ("told_status", _("Trạng thái hãng báo"), parsers.line(80), "text", 18),
]
_EXAMPLES: dict[str, str | int] = {
    "tracking_number": statement_file.EXAMPLE,
    "cod_vnd": 650_000,
    "fee_vnd": 24_250,
    "net_vnd": 625_750,
    "delivered_on": "22/11/2026",
}


def _field(carrier: str, row: _Row) -> Field:
    key, label, parse, kind, width = row
    known = (*OWN_WORDS.get(carrier, {}).get(key, ()), *_COMMON.get(key, ()))
    return Field(
        key, label, parse, known, required=key == "tracking_number", kind=kind, width=width,
        example=_EXAMPLES.get(key, ""), help=_HELP.get(key, ""),
    )  # fmt: skip


_HELP: dict[str, str | Promise] = {
    "net_vnd": _("Nếu có, phần hãng giữ lại là thu hộ trừ cột này."),
    "weight_g": _("Số nguyên là gam, số lẻ là kg."),
    "reference": _("Dùng khi hãng để trống mã vận đơn."),
}


def fields_of(carrier: str) -> list[Field]:
    first: list[_Row] = [
        ("tracking_number", _("Mã vận đơn"), cells.tracking_number, "text", 20),
        ("reference", _("Mã kiện của ta"), parsers.line(50), "text", 20),
    ]
    return [_field(carrier, row) for row in (*first, *_MONEY, *_REST)]


def _questions(carrier: str) -> Callable[[Sequence[str]], dict[str, Any]]:
    def asks(_labels: Sequence[str]) -> dict[str, forms.Field]:
        """Which account and statement the file is of, and up to which day it speaks."""
        accounts = CarrierAccount.objects.filter(carrier=carrier).order_by("-is_active", "name")
        names = [(str(row.pk), row.name) for row in accounts]
        return {
            "account": forms.ChoiceField(
                label=_("Tài khoản vận chuyển"),
                choices=names,
                initial=names[0][0] if names else None,
            ),
            "number": forms.CharField(
                label=_("Số bảng kê"),
                max_length=80,
                help_text=_("Như hãng ghi. Gửi lại cùng số không tạo thêm dòng đã có."),
            ),
            "until": statement_file.DayField(
                label=_("Đối soát đến hết ngày"),
                initial=today().isoformat(),
                help_text=_("Kiện hãng đã thu đến ngày này mà bảng kê không có là kiện thiếu."),
            ),
        }

    return asks


def statement_profile(carrier: str, name: str) -> Profile:
    """The file of one carrier: its own headings, its own remembered columns."""
    return Profile(
        f"cod_{carrier}", format_lazy(_("Bảng kê COD {name}"), name=name),
        _("Mỗi dòng một kiện: tiền thu hộ, cước, thực nhận."), "wallet",
        ("shipping.reconcile_cod",), fields_of(carrier),
        engine=statement_file, asks=_questions(carrier), next_view="shipping:statement_list",
        next_label=_("Xem bảng kê"), is_shared=True, is_long=True,
    )  # fmt: skip


BANK = Profile(
    "bank", _("Sao kê ngân hàng"), _("Các khoản tiền vào, để khớp với bảng kê của hãng."),
    "banknote", ("shipping.reconcile_cod",),
    [
        Field("booked_on", _("Ngày giao dịch"), cells.day,
              ("ngay", "ngay gd", "ngay hach toan", "ngay hieu luc", "transaction date", "date",
               "thoi gian"), required=True, example="22/11/2026", width=16),
        Field("amount_vnd", _("Tiền vào"), cells.signed_money,
              ("so tien", "ghi co", "phat sinh co", "co", "so tien ghi co", "credit", "amount",
               "tien gui vao"), required=True, kind="money", example=15_250_000),
        Field("reference", _("Mã giao dịch"), parsers.line(80),
              ("so but toan", "ma gd", "so chung tu", "so tham chieu", "reference", "ref no",
               "reference code", "so ct"), example="FT26326123456", width=20),
        Field("content", _("Nội dung"), parsers.line(300),
              ("dien giai", "noi dung giao dich", "mo ta", "description", "content", "remarks"),
              width=40, example="GHN TT COD 221126"),
        Field("bank_account", _("Tài khoản"), parsers.line(40),
              ("so tai khoan", "tai khoan", "account number", "account no"), width=18),
    ],
    engine=bank_file, next_view="shipping:bank_list", next_label=_("Xem tiền về"),
    is_shared=True,
)  # fmt: skip
