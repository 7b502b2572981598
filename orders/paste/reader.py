"""From a pasted message to the fields of an order."""

import re
from dataclasses import replace

from oms.kernel.addresses import PROVINCES
from orders.paste.cues import CORRECTED
from orders.paste.goods import find_lines
from orders.paste.labels import Kind, find_labels
from orders.paste.mentions import Mention
from orders.paste.message import Message, Span, read
from orders.paste.names import find_name
from orders.paste.phones import find_phones
from orders.paste.reading import Found, FoundLine, Reading
from orders.paste.street import find_street
from orders.paste.units import Place, find_place

_NAMES = {province.code: province.name for province in PROVINCES}


def read_message(text: str) -> Reading:
    """What the message says, field by field. Never raises; what is unclear is not sure."""
    message = read(text)
    phones = find_phones(message)
    numbers = [Span(phone.start, phone.end) for phone in phones]
    labels = find_labels(message, numbers)
    place = find_place(message, [*numbers, *labels])
    units = place.spans() if place else []
    taken = [*numbers, *labels, *units]
    parts = message.parts(taken)
    street = find_street(message, place, parts, labels)
    rest = _without(message, parts, street)
    marks = {label.end for label in labels if label.kind == Kind.GOODS}
    name = find_name(message, rest, labels, numbers)
    rest = _without(message, rest, name)
    lines = find_lines(message, rest, marks)
    reading = Reading(
        message.text,
        name,
        tuple(phones),
        street,
        *_unit_fields(message, place),
        tuple(lines),
        tuple(_unread(message, rest, lines)),
    )
    return _doubted(reading) if CORRECTED.search(message.flat) else reading


def _doubted(reading: Reading) -> Reading:
    """Somebody corrects himself: which of the two he means, a person must see."""
    places = {
        name: replace(found, sure=False)
        for name in ("name", "street", "ward", "district", "province")
        if (found := getattr(reading, name))
    }
    lines = tuple(replace(line, sure=False) for line in reading.lines)
    phones = tuple(replace(phone, sure=False) for phone in reading.phones)
    return replace(reading, **places, lines=lines, phones=phones)


def _unit_fields(
    message: Message, place: Place | None
) -> tuple[Found | None, Found | None, Found | None]:
    """(ward, district, province); the province may follow from the others."""
    if place is None:
        return None, None, None
    ward = district = province = None
    if place.ward:
        known = len(place.wards) == 1 and bool(place.province_code)
        name = str(place.wards[0]) if known else _as_written(message, place.ward)
        ward = _found(place.ward, name, sure=known)
    if place.district:
        unit = place.district_unit
        name = str(unit) if unit else _as_written(message, place.district)
        district = _found(place.district, name, sure=bool(ward and ward.sure))
    if place.province_code:
        mention = place.province or place.district or place.ward
        sure = place.province is not None or bool(ward and ward.sure and district)
        if mention:
            province = _found(mention, _NAMES[place.province_code], sure=sure)
    return ward, district, province


def _as_written(message: Message, mention: Mention) -> str:
    return message.part(mention.start, mention.end)


def _found(mention: Mention, value: str, *, sure: bool) -> Found:
    return Found(value, mention.start, mention.end, sure)


def _without(message: Message, parts: list[Span], found: Found | None) -> list[Span]:
    """The parts less what a field has taken of them."""
    if found is None:
        return parts
    left: list[Span] = []
    for part in parts:
        if not part.touches(found.start, found.end):
            left.append(part)
            continue
        around = (message.trim(part.start, found.start), message.trim(found.end, part.end))
        left += [span for span in around if span]
    return left


def _unread(message: Message, parts: list[Span], lines: list[FoundLine]) -> list[Found]:
    spans = [p for p in parts if not any(p.touches(line.start, line.end) for line in lines)]
    texts = [(span, message.part(span.start, span.end)) for span in spans]
    return [Found(t, s.start, s.end, False) for s, t in texts if re.search(r"\w{2}", t)]
