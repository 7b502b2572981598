"""Phone numbers: stored as E.164, shown as sellers write them."""

import re

import phonenumbers
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError


def with_zero_back(text: str) -> str:
    """0912345678 of the nine digits that a spreadsheet leaves of it; empty for all else."""
    bare = _bare(text)
    return f"0{bare}" if re.fullmatch(r"[35789]\d{8}", bare) else ""


def normalise_phone(text: str, *, field: str = "phone") -> str:
    """E.164 of a number typed in Viet Nam; other countries need their +code.

    Nine digits that became a number in a spreadsheet get their zero back.
    """
    bare = with_zero_back(text) or _bare(text)
    if re.fullmatch(r"84\d{9,10}", bare):
        bare = "+" + bare
    try:
        number = phonenumbers.parse(bare, "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise DomainError(
            _("Số điện thoại “%(text)s” không đúng; ví dụ đúng: 0912 345 678.") % {"text": text},
            code="phone.invalid",
            field=field,
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(e164: str) -> str:
    """+84912345678 as 0912345678; a foreign number stays as it is."""
    return "0" + e164[3:] if e164.startswith("+84") else e164


def show_phone(e164: str) -> str:
    """0912 345 678. Masked or odd text is shown as it came."""
    digits = national(e164)
    if re.fullmatch(r"0\d{9}", digits):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return digits


def reversed_digits(text: str) -> str:
    """The digits backwards: a search by the tail becomes a search by prefix."""
    return re.sub(r"\D", "", text)[::-1]


def _bare(text: str) -> str:
    return re.sub(r"[^\d+]", "", text)
