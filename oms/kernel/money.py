"""Money: VND is an integer; other currencies are minor units with a rate. Half up, once."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.kernel.currencies import CURRENCIES, HOME
from oms.kernel.errors import DomainError

EXPONENTS = {code: currency.exponent for code, currency in CURRENCIES.items()}
MAX_VND = 10**15

_GROUPED = re.compile(r"^\d{1,3}([.,])\d{3}(\1\d{3})*$")
_PLAIN = re.compile(r"^\d+$")
_NUMBER = re.compile(r"^(?P<whole>\d[\d.,]*?)(?:(?P<point>[.,])(?P<part>\d+))?$")
RATE_PLACES = 8


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


def parse_minor(text: str, currency: str, *, field: str = "") -> int:
    """Minor units from 1.250,50 or 1,250.50 or 1250.5, with or without the code of the currency.

    Three digits after the only point or comma are thousands, as no such currency has three
    decimals; one that has is asked about (money.ambiguous). More decimals are money.invalid.
    """
    if currency == HOME:
        return parse_vnd(text, field=field)
    bare = re.sub(rf"(?i)^{currency}|{currency}$", "", text.strip())
    places = EXPONENTS[currency]
    amount = read_decimal(bare, places=places, field=field)
    minor = int(amount.scaleb(places))
    if minor > MAX_VND:
        raise DomainError(_("Số tiền quá lớn."), code="money.invalid", field=field)
    return minor


def parse_rate(text: str, *, field: str = "rate") -> Decimal:
    """Dong for one unit: 25.400 are thousands, 170,25 and 170.25 decimals; 25,400 asks."""
    rate = read_decimal(text, places=RATE_PLACES, field=field, grouping=".")
    if not 0 < rate < 10**9:
        raise _not_money(text, field)
    return rate


def read_decimal(text: str, *, places: int, field: str = "", grouping: str = ".,") -> Decimal:
    """A number with at most `places` decimals; `grouping` are the signs that may mean thousands
    when one of them stands alone before three digits.
    """
    bare = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text.strip()).strip()
    match = _NUMBER.match(bare)
    if match is None:
        raise _not_money(text, field)
    whole, point, part = match["whole"], match["point"], match["part"] or ""
    if point and (point in whole or (len(part) == 3 and _is_group(whole) and places != 3)):
        if point not in whole and point not in grouping:
            raise _two_ways(text, field)
        whole, part = f"{whole}{point}{part}", ""
    elif point and len(part) == 3 and _is_group(whole):
        raise _two_ways(text, field)
    if len(part) > places or not (_PLAIN.match(whole) or _GROUPED.match(whole)):
        raise _not_money(text, field)
    return Decimal(f"{re.sub('[.,]', '', whole)}.{part or 0}")


def _is_group(whole: str) -> bool:
    """Could stand before a sign of thousands: it has at most three digits and no zero in front."""
    return _PLAIN.match(whole) is not None and len(whole) <= 3 and not whole.startswith("0")


def _two_ways(text: str, field: str) -> DomainError:
    return DomainError(
        _("“%(text)s” có thể hiểu hai cách; hãy viết rõ phần nghìn và phần lẻ, ví dụ 1.250,00.")
        % {"text": text},
        code="money.ambiguous",
        field=field,
    )


def _not_money(text: str, field: str) -> DomainError:
    return DomainError(
        _("“%(text)s” không phải là số đúng; ví dụ: 1.250,50.") % {"text": text},
        code="money.invalid",
        field=field,
    )


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


def minor_text(minor: int, currency: str) -> str:
    """125050 USD as 1.250,50: what a person types and reads, without the code."""
    places = EXPONENTS[currency]
    whole, part = divmod(abs(minor), 10**places)
    text = f"{whole:,}".replace(",", ".") + (f",{part:0{places}d}" if places else "")
    return f"-{text}" if minor < 0 else text


def format_minor(minor: int, currency: str) -> str:
    """125050 USD as `1.250,50 USD`, 500 JPY as `500 JPY`, dong with their sign."""
    if currency == HOME:
        return format_vnd(minor)
    return f"{minor_text(minor, currency)}\u00a0{currency}"


def rate_text(rate: Decimal) -> str:
    """25400.5 as 25.400,5."""
    whole, _point, part = f"{rate:f}".partition(".")
    part = part.rstrip("0")
    return f"{int(whole):,}".replace(",", ".") + (f",{part}" if part else "")


def vnd_to_minor(amount_vnd: int, currency: str, rate: Decimal) -> int:
    """What so many dong are in the currency, to the nearest minor unit."""
    return round_half_up((Decimal(amount_vnd) / rate).scaleb(EXPONENTS[currency]))


def share(total: int, part: int, whole: int) -> int:
    """`total` in proportion to `part` of `whole`, half up; of nothing, nothing."""
    return round_half_up(Decimal(total) * part / whole) if whole else 0


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


def amount_html(currency: str, minor: int | None, amount_vnd: int | None) -> SafeString:
    """An amount in its currency with the dong beside it; in dong alone when that is all it has."""
    home = "–" if amount_vnd is None else format_vnd(amount_vnd)
    if currency == HOME or minor is None:
        return SafeString(home)
    return format_html('{} <small class="muted">≈ {}</small>', format_minor(minor, currency), home)
