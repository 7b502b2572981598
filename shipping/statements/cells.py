"""Cells of a statement as values."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from inventory.imports import parsers
from oms.kernel.clock import COMPANY_ZONE
from oms.kernel.errors import DomainError
from oms.kernel.tables import DecimalText

_FORMATS = (
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S", "%d-%m-%Y", "%d-%m-%Y %H:%M:%S", "%d/%m/%y", "%H:%M %d/%m/%Y",
)  # fmt: skip
_WHOLE = (".0", ".00")


def signed_money(text: str) -> int:
    """Whole dong, also what is given back: -5.000 or (5.000). A dash alone is nothing."""
    bare = text.strip()
    if bare in ("-", "–"):
        return 0
    if isinstance(text, DecimalText) and bare.endswith(_WHOLE):
        bare = bare.rsplit(".", 1)[0]
    elif isinstance(text, DecimalText):
        return parsers.money(text)
    if bare.startswith("(") and bare.endswith(")"):
        return -parsers.money(bare[1:-1].strip())
    if bare.startswith(("-", "−")):
        return -parsers.money(bare[1:].strip())
    return parsers.money(bare.removeprefix("+").strip())


def tracking_number(text: str) -> str:
    """As it stands in our rows: no spaces, upper case."""
    return parsers.line(60)("".join(text.split())).upper()


def day(text: str) -> date:
    """The day stands before the month."""
    for form in _FORMATS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=COMPANY_ZONE).date()
        except ValueError:
            continue
    raise DomainError(
        _("“%(text)s” không phải ngày; ví dụ đúng: 22/11/2026.") % {"text": text},
        code="date.invalid",
    )


def grams(text: str) -> int:
    """A weight: whole grams, or kilograms when it has decimals."""
    bare = text.strip().lower()
    is_kilo = bare.endswith("kg")
    bare = bare.removesuffix("kg").removesuffix("g").strip().replace(",", ".")
    whole, _point, rest = bare.partition(".")
    if not whole.isdecimal() or (rest and not rest.isdecimal()) or len(rest) > 3:
        raise DomainError(
            _("“%(text)s” không phải khối lượng; ví dụ đúng: 850 hoặc 0,85 kg.") % {"text": text},
            code="weight.invalid",
        )
    if rest or is_kilo:
        return int(whole) * 1000 + int((rest + "000")[:3])
    return int(whole)
