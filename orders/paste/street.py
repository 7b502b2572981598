"""House number, street and hamlet: what stands beside the units of the address."""

from orders.paste.cues import HOUSE, PLACE_CUE
from orders.paste.labels import Kind, Label
from orders.paste.message import Message, Span
from orders.paste.reading import Found
from orders.paste.units import Place
from orders.paste.vocabulary import PLACE_FORMS

_FAR = 4  # letters between a street and the units that it belongs to


def find_street(
    message: Message, place: Place | None, parts: list[Span], labels: list[Label]
) -> Found | None:
    """The parts in front of the units (or right behind them) that read like a street."""
    marks = {label.end for label in labels if label.kind == Kind.ADDRESS}
    units = sorted(place.spans(), key=lambda span: span.start) if place else []
    if not units:
        first = _labelled(message, parts, marks)
        return _found(message, first, first, sure=False) if first else None
    before = [part for part in parts if part.end <= units[0].start]
    run = _run_before(message, before, units[0].start, marks)
    if run:
        return _found(message, run[0], run[-1], sure=True)
    behind = [part for part in parts if part.start >= units[0].start]
    edges = [*(unit.end for unit in units), *marks]
    near = [part for part in behind if any(_close(message, end, part.start) for end in edges)]
    said = [part for part in near if any(_close(message, mark, part.start) for mark in marks)]
    street = said or [part for part in near if _is_place(message, part)]
    return _found(message, street[0], street[0], sure=False) if street else None


def _run_before(message: Message, before: list[Span], edge: int, marks: set[int]) -> list[Span]:
    """The last parts in front of the units, leftwards as long as they read like an address."""
    run: list[Span] = []
    for part in reversed(before):
        if not _close(message, part.end, edge):
            break
        labelled = any(_close(message, mark, part.start) for mark in marks)
        place = _place_in(message, part, nearest=not run)
        if place is None and (labelled or _leads_on(message, before, part, marks)):
            place = part
        if place is None:
            break
        run.insert(0, place)
        edge = part.start
        if labelled or place.start > part.start:
            break
    return run


def _leads_on(message: Message, before: list[Span], part: Span, marks: set[int]) -> bool:
    """A street without a number, behind a part that is a place: "chung cư Ehome, Hồ Học Lãm"."""
    front = [other for other in before if other.end <= part.start]
    if not front or not _close(message, front[-1].end, part.start):
        return False
    if "\n" in message.flat[front[-1].end : part.start]:
        return False
    labelled = any(_close(message, mark, front[-1].start) for mark in marks)
    return labelled or _is_place(message, front[-1])


def _labelled(message: Message, parts: list[Span], marks: set[int]) -> Span | None:
    return next(
        (
            p
            for p in parts
            for mark in marks
            if _close(message, mark, p.start) and _is_place(message, p)
        ),
        None,
    )


def _place_in(message: Message, part: Span, *, nearest: bool) -> Span | None:
    """The part, or its end when a name stands in front of the house: "Diễm My 55/7 Lê Lai"."""
    if _is_place(message, part, nearest=nearest):
        return part
    if not nearest or not message.text[part.start].isupper():
        return None
    for word in message.words:
        tail = Span(word.start, part.end)
        inside = part.start < word.start < part.end
        if inside and _is_place(message, tail, nearest=False):
            return tail
    return None


def _is_place(message: Message, part: Span, *, nearest: bool = False) -> bool:
    """It begins like a place: a word for one, or a number before a name."""
    flat = message.flat
    first = next((w for w in message.words if w.start >= part.start), None)
    cue = PLACE_CUE.match(flat, part.start, part.end)
    if (
        cue
        and first
        and (cue[0][-1].isdigit() or message.means(first.start, first.end, PLACE_FORMS))
    ):
        return True
    house = HOUSE.match(flat, part.start, part.end)
    if not house:
        return False
    name = house.end() + 1
    return nearest or message.text[name].isupper() or bool(PLACE_CUE.match(flat, name, part.end))


def _close(message: Message, end: int, start: int) -> bool:
    """Nothing but stops and blanks between the two."""
    if not 0 <= start - end <= _FAR:
        return False
    return not any(letter.isalnum() for letter in message.flat[end:start])


def _found(message: Message, first: Span, last: Span, *, sure: bool) -> Found:
    return Found(message.part(first.start, last.end), first.start, last.end, sure)
