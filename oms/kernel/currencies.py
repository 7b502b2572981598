"""Currencies as data (ISO 4217, list one, read November 2026)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Currency:
    """`exponent` is the number of digits after the point: of what one unit is made."""

    code: str
    name: str | Promise
    exponent: int = 2


HOME = "VND"
CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency(HOME, _("Đồng Việt Nam"), 0),
        Currency("USD", _("Đô la Mỹ")),
        Currency("EUR", _("Euro")),
        Currency("GBP", _("Bảng Anh")),
        Currency("JPY", _("Yên Nhật"), 0),
        Currency("KRW", _("Won Hàn Quốc"), 0),
        Currency("CNY", _("Nhân dân tệ")),
        Currency("HKD", _("Đô la Hồng Kông")),
        Currency("TWD", _("Đô la Đài Loan")),
        Currency("SGD", _("Đô la Singapore")),
        Currency("THB", _("Baht Thái Lan")),
        Currency("MYR", _("Ringgit Malaysia")),
        Currency("PHP", _("Peso Philippines")),
        Currency("IDR", _("Rupiah Indonesia")),
        Currency("AUD", _("Đô la Úc")),
        Currency("CAD", _("Đô la Canada")),
        Currency("CHF", _("Franc Thụy Sĩ")),
        Currency("KWD", _("Dinar Kuwait"), 3),
    )
}
