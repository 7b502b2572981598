"""What was read out of a message, and how sure the reader is of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Found:
    """A value, the span of the message that it came from, and whether a person need not look."""

    value: str
    start: int
    end: int
    sure: bool


@dataclass(frozen=True, slots=True)
class FoundLine:
    """Goods as the buyer calls them: a SKU, a barcode or a name."""

    item: str
    quantity: int
    start: int
    end: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of an order. None: the message does not say, or it was not understood.

    `phones` has the one to call first in front; `unread` are words that belong to no field.
    """

    text: str
    name: Found | None = None
    phones: tuple[Found, ...] = ()
    street: Found | None = None
    ward: Found | None = None
    district: Found | None = None
    province: Found | None = None
    lines: tuple[FoundLine, ...] = ()
    unread: tuple[Found, ...] = field(default=())
