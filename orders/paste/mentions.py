"""Words of a message that may name a unit: with "phường" or "q." in front, or bare."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import combining, normalize

from oms.kernel.units import Level, Unit
from orders.paste.gazetteer import LONGEST_NAME, districts, key_of, provinces, wards
from orders.paste.message import Message, Span, Word
from orders.paste.vocabulary import EDGES

_HEADS: list[tuple[tuple[str, ...], frozenset[Level], frozenset[str]]] = [
    (words, frozenset(levels), frozenset(kinds))
    for words, levels, kinds in [
        (("phuong",), [Level.WARD], ["Phường"]), (("p",), [Level.WARD], ["Phường"]),
        (("f",), [Level.WARD], ["Phường"]), (("xa",), [Level.WARD], ["Xã"]),
        (("x",), [Level.WARD], ["Xã"]), (("thi", "tran"), [Level.WARD], ["Thị trấn"]),
        (("tt",), [Level.WARD], ["Thị trấn"]), (("dac", "khu"), [Level.WARD], ["Đặc khu"]),
        (("quan",), [Level.DISTRICT], ["Quận"]), (("q",), [Level.DISTRICT], ["Quận"]),
        (("huyen",), [Level.DISTRICT], ["Huyện"]), (("h",), [Level.DISTRICT], ["Huyện"]),
        (("thi", "xa"), [Level.DISTRICT], ["Thị xã"]), (("tx",), [Level.DISTRICT], ["Thị xã"]),
        (("thanh", "pho"), [Level.DISTRICT, Level.PROVINCE], ["Thành phố"]),
        (("tp",), [Level.DISTRICT, Level.PROVINCE], ["Thành phố"]),
        (("tinh",), [Level.PROVINCE], ["Tỉnh"]), (("t",), [Level.PROVINCE], ["Tỉnh"]),
    ]
]  # fmt: skip
_SHORT_FORM = 2  # "ĐN"
_HIGHEST_NUMBER = 28  # "P. 905" is a room
_GLUED = re.compile(r"(p|q|f)(\d{1,2})$|(tp)([a-z]+)$")
_JOINT = re.compile(r"[ .'’\-:]{0,3}$")
_TOWN_JOINT = re.compile(r"[ .,'’\-:]{0,3}$")
_FORMER = re.compile(r"[a-z]+(?: [a-z]+){1,3}")
_TABLES = {Level.PROVINCE: provinces, Level.DISTRICT: districts, Level.WARD: wards}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that may name a unit. `units` is empty for a name after "phường" that nobody knows."""

    level: Level
    start: int
    end: int
    name: str
    headed: bool
    kinds: frozenset[str]
    units: tuple[Unit, ...]
    cut: bool = False  # the words go on behind it, so it may be a street of that name


def find_mentions(message: Message, taken: list[Span]) -> list[Mention]:
    """All that may name a unit; a bare name counts where a part begins and ends with it."""
    free = [w for w in message.words if not any(s.touches(w.start, w.end) for s in taken)]
    headed = [m for i in range(len(free)) for m in _headed(message, free, i)]
    parts = message.parts(taken)
    starts, ends = {part.start for part in parts}, {part.end for part in parts}
    ends |= {_before(free, word.start) for word in free if _is_edge(message, word)}
    ends |= {word.end for word in free if message.flat[word.end : word.end + 1] in {*"-–—/)"}}
    bare = [m for i in range(len(free)) for m in _named(message, free, i, None, frozenset())]
    for _round in range(2):
        starts |= {_after(free, m.end) for m in [*headed, *bare] if m.headed or m.start in starts}
        ends |= {_before(free, m.start) for m in [*headed, *bare] if m.headed or m.end in ends}
    headed = [m if m.end in ends else replace(m, cut=True) for m in headed]
    bare = [m for m in bare if m.start in starts and m.end in ends]
    return [*headed, *bare, *_former(message, parts, bare + headed)]


def _is_edge(message: Message, word: Word) -> bool:
    return word.flat.isdigit() or message.text[word.start : word.end].lower() in EDGES


def _former(message: Message, parts: list[Span], known: list[Mention]) -> Iterator[Mention]:
    """A part in front of a district that no list has: perhaps a ward merged long ago."""
    districts_at = {m.start for m in known if m.level == Level.DISTRICT}
    for part, after in pairwise(parts):
        name = message.part(part.start, part.end)
        if after.start in districts_at and _FORMER.fullmatch(message.flat[part.start : part.end]):
            yield Mention(Level.WARD, part.start, part.end, name, False, frozenset(), ())


def _after(words: list[Word], end: int) -> int:
    return next((word.start for word in words if word.start >= end), -1)


def _before(words: list[Word], start: int) -> int:
    return next((word.end for word in reversed(words) if word.end <= start), -1)


def _headed(message: Message, words: list[Word], i: int) -> Iterator[Mention]:
    """Mentions that begin with a unit's word: "phường 5", "p.5", "q5", "tp hcm"."""
    if glued := _GLUED.fullmatch(words[i].flat):
        head, name = (part for part in glued.groups() if part)
        yield from _glued(words[i], head, name)
    for head, levels, kinds in _HEADS:
        found = words[i : i + len(head)]
        if tuple(word.flat for word in found) != head or i + len(head) >= len(words):
            continue
        if not _JOINT.match(message.flat[found[-1].end : words[i + len(head)].start]):
            continue
        start = words[i].start
        for level in levels:
            for mention in _named(message, words, i + len(head), level, kinds):
                yield _with_head(mention, start)
        if levels == {Level.WARD} and head not in {("x",), ("tt",), ("f",)}:
            yield from _unknown(message, words[i + len(head)], start, kinds)


def _glued(word: Word, head: str, name: str) -> Iterator[Mention]:
    for words, levels, kinds in _HEADS:
        if words == (head,) and not (name.isdigit() and int(name) > _HIGHEST_NUMBER):
            for level in levels:
                units = tuple(_TABLES[level]().get(key_of(name), ()))
                if units or level == Level.WARD:
                    yield Mention(level, word.start, word.end, name, True, kinds, units)


def _unknown(message: Message, word: Word, start: int, kinds: frozenset[str]) -> Iterator[Mention]:
    """A ward that no list has: the name goes as far as the part does."""
    part = next((p for p in message.parts([]) if p.touches(word.start, word.end)), None)
    if part is None or (word.flat.isdigit() and int(word.flat) > _HIGHEST_NUMBER):
        return
    end = word.end if word.flat.isdigit() else part.end
    name = message.part(word.start, end)
    if len(name.split()) <= LONGEST_NAME:
        yield Mention(Level.WARD, start, end, name, True, kinds, ())


def _with_head(mention: Mention, start: int) -> Mention:
    return Mention(
        *(mention.level, start, mention.end, mention.name, True, mention.kinds, mention.units)
    )


def _named(
    message: Message, words: list[Word], i: int, level: Level | None, kinds: frozenset[str]
) -> Iterator[Mention]:
    """Names in the lists that begin at this word; bare numbers are no names."""
    end, whole = i, True
    while end < len(words) and end - i < LONGEST_NAME:
        between = message.flat[words[end - 1].end : words[end].start] if end > i else ""
        if not _TOWN_JOINT.match(between):
            return
        whole = whole and bool(_JOINT.match(between))
        end += 1
        text = message.flat[words[i].start : words[end - 1].end]
        if level is None and text.isdigit():
            continue
        end_of = words[end - 1].end
        for one in [level] if level else list(Level):
            units = _TABLES[one]().get(key_of(text), [])
            # "Xuân Hương, Đà Lạt": only a name of two parts goes over a comma.
            units = units if whole else [unit for unit in units if " - " in unit.name]
            if level is None and not message.plain:
                units = [
                    unit for unit in units if _same_marks(message, words[i].start, end_of, unit)
                ]
            if units:
                name = message.part(words[i].start, words[end - 1].end)
                yield Mention(
                    *(one, words[i].start, words[end - 1].end, name),
                    *(level is not None, kinds, tuple(units)),
                )


def _same_marks(message: Message, start: int, end: int, unit: Unit) -> bool:
    """Written with marks, a bare name must have its own: "chợ" is not the town of Chờ."""
    typed = message.text[start:end]
    if typed.isascii() or len(typed) <= _SHORT_FORM:
        return True
    return _marks(typed) in (_marks(unit.name), _marks(unit.name.split(" - ")[0]))


def _marks(text: str) -> list[str]:
    """Letters and marks in any order, so that "hoà" is "hòa"; y and i are one."""
    letters = normalize("NFD", text.casefold().replace("y", "i"))
    return sorted(letter for letter in letters if letter.isalnum() or combining(letter))
