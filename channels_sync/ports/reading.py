"""Reading a marketplace's JSON: amounts, values that can be kept, rows of one piece each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join

from channels_sync.ports.creation import NewListing, RemoteCategory
from channels_sync.ports.facts import ProductSheet, SaleLine
from oms.kernel.errors import ServiceRefused
from oms.kernel.money import round_half_up
from oms.kernel.text import fold

DEEPEST_CATEGORY = 10
GRAMS_IN_KG = 1000
PLAIN = frozenset((str, int, bool, type(None)))


class Unreadable(ValueError):
    """The order lacks something without which it cannot be placed; the text is for a person."""


def vnd(amount: Any) -> int:
    return _vnd(str(amount))


@lru_cache(maxsize=8192)
def _vnd(text: str) -> int:
    """Kept, for the same few prices are read over and over."""
    return round_half_up(Decimal(text))


def told_vnd(amount: Any) -> int:
    """An amount that may be left out; then it is nothing."""
    return vnd(amount or 0)


def plain(value: Any) -> Any:
    """The same JSON without Decimal, for keeping: whole numbers as int, others as text.

    Most values of an order are plain already: those are told apart without a call for each.
    """
    kind = type(value)
    if kind is dict:
        return {key: item if type(item) in PLAIN else plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [item if type(item) in PLAIN else plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return plain(dict(value)) if isinstance(value, Mapping) else value


def kilograms(weight_g: int) -> str:
    """Grams as kilograms with three decimals."""
    whole, rest = divmod(weight_g, GRAMS_IN_KG)
    return f"{whole}.{rest:03d}"


def described(sheet: ProductSheet | NewListing) -> str:
    """The cleaned HTML of a product, with its specifications as a list below."""
    rows = format_html_join("", "<li>{}: {}</li>", sheet.specifications)
    return sheet.description + (format_html("<ul>{}</ul>", rows) if rows else "")


def named_field(message: str, named: Sequence[tuple[str, str]]) -> str:
    """Our field that a refusal in words is about; empty when it is about none of them.

    `named` are words of the marketplace in lower case, each with our field.
    """
    folded = message.lower()
    return next((field for word, field in named if word in folded), "")


_ATTRIBUTE = re.compile(r"attribute[^0-9]{0,40}(\d+)", re.IGNORECASE)


def refused_fields(message: str, named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The same for a new product, whose attributes are named by number."""
    found = _ATTRIBUTE.search(message)
    field = f"attr:{found.group(1)}" if found else named_field(message, named)
    return {field: message}


def leaf_categories(rows: Iterable[tuple[str, str, str]]) -> list[RemoteCategory]:
    """Categories without any below them, with the way to each; rows are number, parent, name."""
    known = {number: (parent, name) for number, parent, name in rows}
    parents = {parent for parent, _name in known.values()}

    def path(number: str) -> list[str]:
        names: list[str] = []
        while number in known and len(names) < DEEPEST_CATEGORY:
            number, name = known[number]
            names.insert(0, name)
        return names

    leaves = (number for number in known if number not in parents)
    return [RemoteCategory(number, " › ".join(path(number))) for number in leaves]


@dataclass(frozen=True)
class Piece:
    """One row of a marketplace that writes one for each piece. `is_bought` ends with its cancel."""

    unit_id: str
    listing_ref: str
    sku: str
    name: str
    price_vnd: int
    is_bought: bool


def folded(pieces: Iterable[Piece]) -> list[SaleLine]:
    """Pieces of one listing at one price are a line.

    It is named by its first piece ever, so that a cancelled one does not rename it.
    """
    groups: dict[tuple[str, int], list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.listing_ref, piece.price_vnd].append(piece)
    return [_line(rows) for rows in groups.values() if any(row.is_bought for row in rows)]


def _line(rows: Sequence[Piece]) -> SaleLine:
    first, bought = rows[0], [row.unit_id for row in rows if row.is_bought]
    return SaleLine(
        listing_ref=first.listing_ref,
        remote_line_id=min((row.unit_id for row in rows), key=int),
        sku=first.sku,
        name=first.name,
        quantity=len(bought),
        unit_price_vnd=first.price_vnd,
        unit_ids=tuple(sorted(bought)),
    )


def choose_reason(
    options: Mapping[str, str], wanted: str, words: Sequence[str], *, refusal: str
) -> str:
    """The reason to give, of those offered (id: text): the one told, else one by its words.

    The only one there is fits always. Raises ServiceRefused with `refusal` and the offered ones
    when none fits: a reason is never guessed.
    """
    if wanted in options:
        return wanted
    for reason_id, text in options.items():
        if any(word in fold(f"{text} {reason_id}") for word in words):
            return reason_id
    if len(options) == 1:
        return next(iter(options))
    shown = "; ".join(f"{key} {text}".strip() for key, text in options.items()) or "—"
    raise ServiceRefused(refusal % {"names": shown}, code="no_reason")
