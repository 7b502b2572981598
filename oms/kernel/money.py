"""Money: VND is an integer; other currencies are minor units with a rate. Half up, once."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

# Digits after the point (ISO 4217).
EXPONENTS = {
    "VND": 0,
    "JPY": 0,
    **dict.fromkeys(("EUR", "GBP", "IDR", "MYR", "PHP", "SGD", "THB", "USD"), 2),
}
MAX_VND = 10**15

_GROUPED = re.compile(r"^\d{1,3}([.,])\d{3}(\1\d{3})*$")
_PLAIN = re.compile(r"^\d+$")


def parse_vnd(text: str, *, field: str = "") -> int:
    """Dong from 1.250.000, 1,250,000, 1 250 000 or 1250000, with or without ₫, đ or VND.

    Raises DomainError money.ambiguous for 1.25 or 1,5 (thousands or decimals?), money.invalid else.
    """
    bare = re.sub(r"(?i)(₫|đồng|đ|vnd|vnđ)\s*$", "", text.strip()).strip()
    bare = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", bare)
    if _PLAIN.match(bare):
        amount = int(bare)
    elif _GROUPED.match(bare):
        amount = int(re.sub(r"[.,]", "", bare))
    elif re.match(r"^\d+[.,]\d+$", bare):
        raise DomainError(
            _("“%(text)s” có thể hiểu hai cách; hãy nhập số đồng, ví dụ 1.250.000.")
            % {"text": text},
            code="money.ambiguous",
            field=field,
        )
    else:
        raise DomainError(
            _("“%(text)s” không phải là số tiền; ví dụ đúng: 1.250.000.") % {"text": text},
            code="money.invalid",
            field=field,
        )
    if amount > MAX_VND:
        raise DomainError(_("Số tiền quá lớn."), code="money.invalid", field=field)
    return amount


def round_half_up(value: Decimal) -> int:
    """The whole unit nearest to `value`; a half goes away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared in proportion to `weights`; the shares always sum to `total`.

    The running sum is rounded, not each share: no share is more than one unit off, none has the
    other sign, and the last takes what is left. All weights zero means equal shares.
    """
    if not weights:
        raise ValueError("nothing to allocate to")
    if not any(weights):
        weights = [1] * len(weights)
    whole, running, given, shares = sum(weights), 0, 0, []
    for weight in weights:
        running += weight
        upto = round_half_up(Decimal(total) * running / whole)
        shares.append(upto - given)
        given = upto
    return shares


def net_of_gross(gross_vnd: int, rate_percent: int | Decimal) -> tuple[int, int]:
    """(net, tax) of a price that includes tax at `rate_percent`; they sum to the gross."""
    net = round_half_up(Decimal(gross_vnd) * 100 / (100 + Decimal(rate_percent)))
    return net, gross_vnd - net


def format_vnd(amount: int) -> str:
    """1250000 as `1.250.000 ₫`, with a no-break space."""
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"


def to_minor(amount: Decimal, currency: str) -> int:
    """12.5 GBP as 1250. Raises DomainError when it has more decimals than the currency."""
    scaled = amount.scaleb(EXPONENTS[currency])
    if scaled != scaled.to_integral_value():
        raise DomainError(
            _("%(amount)s có nhiều chữ số thập phân hơn %(currency)s cho phép.")
            % {"amount": amount, "currency": currency},
            code="money.invalid",
        )
    return int(scaled)


def minor_to_vnd(minor: int, currency: str, rate: Decimal) -> int:
    """Dong for `minor` units at `rate` dong per whole unit of the currency."""
    return round_half_up(Decimal(minor).scaleb(-EXPONENTS[currency]) * rate)
