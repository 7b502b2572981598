"""One cell's text as a value. A refusal is a sentence that stands beside the cell."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from inventory.models import Product
from inventory.services.catalogue import DESCRIPTION_LENGTH
from inventory.services.units import NAME_LENGTH as UNIT_LENGTH
from inventory.services.units import is_fit
from oms.kernel.errors import DomainError
from oms.kernel.money import parse_vnd
from oms.kernel.richtext import clean_html
from oms.kernel.tables import DecimalText
from oms.kernel.text import clean_line, fold

MAX_QUANTITY = 1_000_000_000
_DIGITS = re.compile(r"[0-9]{1,15}")
_THOUSANDS = re.compile(r"(?<=\d)[ .,](?=\d{3}(\D|$))")
_NEGATIVE = re.compile(r"-\s*\d+")
_PERCENT = re.compile(r"(\d{1,2})([.,]0+)?\s*%?")
_UNIT = re.compile(r"([^;=]+)=\s*([0-9]{1,6})")
VAT_WORDS = {
    **dict.fromkeys(("kct", "khong chiu thue", "not subject"), Product.VatRate.NOT_SUBJECT),
    **dict.fromkeys(
        ("kkknt", "khong ke khai", "khong ke khai nop thue", "khong ke khai, nop thue"),
        Product.VatRate.NOT_DECLARED,
    ),
}
VAT_PERCENTS = {rate for rate in Product.VatRate.values if rate >= 0}
# A cell formatted as a percentage holds a fraction.
VAT_FRACTIONS = {"0.05": 5, "0.08": 8, "0.1": 10}


def line(limit: int) -> Callable[[str], str]:
    """A parser of one clean line of at most `limit` characters."""

    def parse(text: str) -> str:
        # Among spaces only the ASCII one is printable.
        plain = text.isprintable() and unicodedata.is_normalized("NFC", text)
        if plain and len(text) <= limit and "  " not in text:
            return str(text)
        return clean_line(text, limit)

    return parse


def money(text: str) -> int:
    """Whole dong. A number cell with decimals is refused: nobody means 1,5 dong."""
    if _DIGITS.fullmatch(text):
        return int(text)
    if isinstance(text, DecimalText):
        raise DomainError(
            _("“%(text)s” có phần lẻ; hãy nhập số đồng tròn.") % {"text": text},
            code="money.fraction",
        )
    if text.startswith("-"):
        raise DomainError(_("Số tiền không được âm."), code="money.negative")
    return parse_vnd(text)


def quantity(text: str) -> int:
    """Whole pieces, zero or more; 1.200 in a text cell is twelve hundred."""
    if not isinstance(text, DecimalText):
        bare = _THOUSANDS.sub("", text)
        if _NEGATIVE.fullmatch(bare):
            raise DomainError(_("Số lượng không được âm."), code="quantity.negative")
        if _DIGITS.fullmatch(bare) and int(bare) <= MAX_QUANTITY:
            return int(bare)
    raise DomainError(
        _("“%(text)s” không phải là số lượng; hãy nhập số nguyên.") % {"text": text},
        code="quantity.invalid",
    )


def whole(most: int) -> Callable[[str], int]:
    """A parser of whole numbers from 0 to `most`: grams, centimetres."""

    def parse(text: str) -> int:
        number = quantity(text)
        if number > most:
            raise DomainError(
                _("“%(text)s” quá lớn; tối đa %(most)d.") % {"text": text, "most": most},
                code="quantity.large",
            )
        return number

    return parse


def from_quantity(text: str) -> int:
    """The quantity that a price begins at: one or more."""
    number = quantity(text)
    if number < 1:
        raise DomainError(_("Số lượng bắt đầu từ 1."), code="quantity.small")
    return number


def description(text: str) -> str:
    """Paragraphs of plain text, or HTML with all but its plain formatting taken out."""
    return clean_html(text, DESCRIPTION_LENGTH)


def units(text: str) -> str:
    """'Thùng = 24; Lốc = 6' with the smallest first: one writing for one meaning."""
    found = [_UNIT.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
    pairs = [(int(unit[2]), clean_line(unit[1], UNIT_LENGTH)) for unit in found if unit]
    if len(pairs) != len(found) or not is_fit([(name, factor) for factor, name in pairs]):
        raise DomainError(
            _("Viết đơn vị quy đổi như “Lốc = 6; Thùng = 24”: mỗi đơn vị một tên, từ 2 trở lên."),
            code="unit.rows",
        )
    return units_text(pairs)


def units_text(pairs: Iterable[tuple[int, str]]) -> str:
    return "; ".join(f"{name} = {factor}" for factor, name in sorted(pairs))


def unit_pairs(text: str) -> list[tuple[str, int]]:
    """What `units` wrote, taken apart."""
    parts = [part.rsplit(" = ", 1) for part in text.split("; ") if part]
    return [(name, int(factor)) for name, factor in parts]


def vat_rate(text: str) -> int:
    """8, 8%, 0.08 of a percentage cell, KCT or KKKNT."""
    word = fold(text)
    if word in VAT_WORDS:
        return int(VAT_WORDS[word])
    if isinstance(text, DecimalText) and text in VAT_FRACTIONS:
        return VAT_FRACTIONS[text]
    found = _PERCENT.fullmatch(text)
    if found and int(found[1]) in VAT_PERCENTS:
        return int(found[1])
    raise DomainError(
        _("“%(text)s” không phải thuế suất; các mức: 0, 5, 8, 10, KCT, KKKNT.") % {"text": text},
        code="vat.unknown",
    )
