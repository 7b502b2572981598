"""Phone numbers in a message, however they are spaced."""

import re

from oms.kernel.errors import DomainError
from oms.kernel.phones import normalise_phone
from orders.paste.message import Message
from orders.paste.reading import Found

# "0 9 8 3 . 2", "+84 912", "O9O3" with letters for noughts; not inside a code or a longer number.
_START = re.compile(r"(?<![a-z0-9])(?<![0-9][.\-/])(?:\(?\+? ?84|[0o](?=[\s.\-]{0,3}[0-9o]))")
_NEXT = re.compile(r"[\s.\-()]{0,3}([0-9o])")
_LAND, _MOBILE = 11, 10
_RECEIVER = re.compile(r"(?:nguoi|ng|noi) nhan|di dong|so moi|so chinh|sdt chinh")


def find_phones(message: Message) -> list[Found]:
    """The number to call first stands in front: the receiver's, a mobile, the first one written."""
    found: list[tuple[int, Found]] = []
    place = 0
    while start := _START.search(message.flat, place):
        phone = _read(message, start.start())
        place = phone.end if phone else start.start() + 1
        if phone and all(phone.value != other.value for _rank, other in found):
            found.append((_rank(message, phone, [other for _, other in found]), phone))
    found.sort(key=lambda pair: (pair[0], pair[1].start))
    return [phone for _rank, phone in found]


def _rank(message: Message, phone: Found, before: list[Found]) -> int:
    since = max([0, *(other.end for other in before)])
    land = phone.value.startswith("+842")
    return int(land) * 2 + int(not _RECEIVER.search(message.flat, since, phone.start))


def _read(message: Message, start: int) -> Found | None:
    flat = message.flat
    place = start + 1 if flat[start] in "(+" else start
    digits, ends = "", []
    while (step := _NEXT.match(flat, place)) and len(digits) < _LAND + 1:
        if "\n" in step[0]:
            break
        digits += step[1]
        place = step.end()
        ends.append(place)
    national = digits.replace("o", "0")
    local = "0" + national[2:] if national.startswith("84") else national
    length = _LAND if local.startswith("02") else _MOBILE
    used = length + 1 if national.startswith("84") else length
    if len(ends) < used or _goes_on(flat, ends[used - 1]):
        return None
    try:
        value = normalise_phone(local[:length])
    except DomainError:
        return None
    return Found(value, start, ends[used - 1], "o" not in digits[:used])


def _goes_on(flat: str, end: int) -> bool:
    return end < len(flat) and flat[end].isalnum()
