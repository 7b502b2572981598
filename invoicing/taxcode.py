"""Vietnamese tax codes: ten digits, ten and a branch of three, or a personal number of twelve.

The ten-digit form carries a check digit (weights 31 29 23 19 17 13 7 5 3, ten minus the sum modulo
eleven). Since 1 July 2025 the twelve-digit identity number is the tax code of persons and
households (Circular 86/2024); it has no check digit.
"""

import re

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def normalise_tax_code(text: str) -> str:
    """The code in its written form, `0100109106` or `0100109106-507`.

    Spaces, dots and a missing branch dash are repaired. Raises DomainError `tax_code.invalid` that
    names what is wrong.
    """
    compact = re.sub(r"[\s.\-]", "", text)
    if not (compact.isascii() and compact.isdigit()):
        raise _refuse(_("Mã số thuế chỉ gồm chữ số."))
    if len(compact) == 12:
        return compact
    if len(compact) not in (10, 13):
        raise _refuse(_("Mã số thuế có 10, 13 (chi nhánh) hoặc 12 chữ số (số định danh)."))
    if check_digit(compact[:9]) != int(compact[9]):
        raise _refuse(_("Mã số thuế sai chữ số kiểm tra, vui lòng xem lại."))
    if len(compact) == 10:
        return compact
    if compact[10:] == "000":
        raise _refuse(_("Số chi nhánh sau mã số thuế phải từ 001 đến 999."))
    return f"{compact[:10]}-{compact[10:]}"


def check_digit(nine: str) -> int | None:
    """The tenth digit that belongs to nine; None when no such code is given out."""
    digit = 10 - sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11
    return None if digit == 10 else digit


def _refuse(message: str) -> DomainError:
    return DomainError(message, code="tax_code.invalid", field="tax_code")
