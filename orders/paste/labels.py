"""Words of a message that only announce what comes: "sđt", "đ/c", "người nhận"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from orders.paste import cues
from orders.paste.message import Message, Span


class Kind(StrEnum):
    PHONE = "phone"
    NOISE = "noise"
    NAME = "name"
    MAYBE_NAME = "maybe_name"
    ADDRESS = "address"
    GOODS = "goods"


@dataclass(frozen=True, slots=True)
class Label(Span):
    kind: Kind


# The first that fits a place has it. True: runs over the text with its marks.
_PATTERNS: list[tuple[re.Pattern[str], Kind, bool]] = [
    (cues.PHONE_LABEL, Kind.PHONE, False),
    (cues.NOISE, Kind.NOISE, False),
    (cues.NAME_LABEL, Kind.NAME, False),
    (cues.ADDRESS_LABEL, Kind.ADDRESS, False),
    (cues.GOODS_LABEL, Kind.GOODS, False),
    (cues.ADDRESS_WORD, Kind.ADDRESS, True),
    (cues.NAME_WORD, Kind.MAYBE_NAME, True),
]
_PLAIN = [(cues.PLAIN_NAME_WORD, Kind.MAYBE_NAME, False)]


def find_labels(message: Message, phones: list[Span]) -> list[Label]:
    """In the order of the message; a word for the phone only in front of a number."""
    found: list[Label] = []
    for pattern, kind, marked in [*_PATTERNS, *(_PLAIN if message.plain else [])]:
        for match in pattern.finditer(message.text if marked else message.flat):
            label = Label(match.start(), match.end(), kind)
            calls = any(0 <= phone.start - label.end <= 2 for phone in phones)
            taken = any(label.touches(other.start, other.end) for other in [*phones, *found])
            if not taken and (calls or kind != Kind.PHONE):
                found.append(label)
    return sorted(found, key=lambda label: label.start)
