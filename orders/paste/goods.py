"""Goods and how many of them, in the parts that say neither who nor where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from orders.paste.cues import GIVE, QUANTITY_LABEL, VERB
from orders.paste.message import Message, Span
from orders.paste.reading import FoundLine
from orders.paste.vocabulary import (
    BARE_COUNTERS,
    COUNTER_FORMS,
    COUNTERS,
    GOODS_NOUNS,
    NUMBERS,
    PARTICLES,
    PLAIN_NUMBERS,
    VERB_FORMS,
)

_COUNTER = "(?:" + "|".join(sorted({*COUNTERS}, key=len, reverse=True)) + ")"
_DIGITS = re.compile(r"\d{1,4}")
_WORDS = {**PLAIN_NUMBERS, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "muoi": 10}
_NUMBER = r"(?:\d{1,4}|(?:" + "|".join(_WORDS) + r")(?= ))"
_FRONT = re.compile(rf"({_NUMBER})(?: ?(?:x(?![a-z0-9])|[*×]) ?| ?(?={_COUNTER}\b)| (?=\S))")
_CLEAR = re.compile(
    rf"\W*(?:(?:(?<![a-z0-9])x|[*×]) ?(\d{{1,4}})|(?:sl|so luong)\W{{0,3}}(\d{{1,4}})"
    rf"|\((\d{{1,4}}) ?{_COUNTER}?\))$"
)
_BEHIND = re.compile(
    rf"(?:(?:\s*:|\s[–—-]) ?(\d{{1,4}})(?: ?{_COUNTER})?|\s+(\d{{1,4}}) ?{_COUNTER})$"
)
_ONLY_NUMBER = re.compile(rf"(?:(?:sl|so luong)\W{{0,3}})?(\d{{1,4}}) ?{_COUNTER}?$")
_PRICE = re.compile(r"\W*(?:gia )?(?<![\w])\d+(?:[.,]\d+)*(?:k|tr\d*|d|vnd)\W*$")
# Where one line ends and the next begins although nobody wrote a stop.
_AND = re.compile(rf"\s(?:vs|va|voi|cung|&)\s+(?={_NUMBER}\b)|\s*\+\s*(?={_NUMBER}\b)")
_NEXT = re.compile(rf"\s+(?=\d{{1,3}} (?:{'|'.join(GOODS_NOUNS)})\b)")
_ORDINAL = re.compile(r"\d{1,2}[.)] ?(?=[a-z])")
_CODE = re.compile(
    r"(?=[a-z0-9\-]*\d)(?=[a-z0-9\-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)+|[a-z]{1,3}\d{2,}$"
)
_LEAD = re.compile(
    r"(?:(?:dạ|shop|ơi|oi|em|e|mình|minh|mik|tôi|tui|c|chị|bạn|má|mẹ bỉm|alo|hi|chào|ok|nếu còn|vào"
    r"|thì|đơn|giúp|này|hàng|sản phẩm|sp|mã|con bé nhà mình|cho con bé nhà mình)[\s:,.]+)+"
)
_PLAIN_LEAD = re.compile(r"(?:(?:da|shop|oi|em|e|minh|mik|toi|tui|c|chi|alo|hi|ok|ma|sp)[\s:,.]+)+")
_HEADS = frozenset({"ao", "quan", "vay", "dam", "giay", "dep", "balo", "tui"})
_SIZE = re.compile(r"(?:size|sz|mau) \S+|[smlx]{1,3}|\d+xl")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    asked: bool  # a verb or a label says that these are goods


def find_lines(message: Message, parts: list[Span], marks: set[int]) -> list[FoundLine]:
    """The lines in the order written. `marks` are the ends of labels that announce goods."""
    lines: list[FoundLine] = []
    passed: _Piece | None = None
    for part in parts:
        for piece in _pieces(message, part, marks):
            only = _only_number(message, piece)
            if only and passed and _touch(message, passed.end, piece.start):
                line = _read(message, replace(passed, asked=True), follows=False)
                lines += [replace(line, quantity=only, end=piece.end)] if line else []
            elif only and lines and "\n\n" not in message.flat[lines[-1].end : piece.start]:
                lines[-1] = replace(lines[-1], quantity=only, end=piece.end, sure=True)
            elif not only:
                before = len(lines), lines[-1:]
                lines = _take(message, lines, piece)
                passed = piece if (len(lines), lines[-1:]) == before else None
    return lines


def _only_number(message: Message, piece: _Piece) -> int:
    """ "sl 2", "3 cái" alone; 0 for anything else, the numbers of a list ("1.") among it."""
    only = _ONLY_NUMBER.match(message.flat, piece.start, piece.end)
    first = (
        not message.flat[: piece.start].strip(" ")
        or message.flat[: piece.start].rstrip(" ")[-1] == "\n"
    )
    if not only or (first and message.flat[piece.end : piece.end + 1] in {".", ")"}):
        return 0
    return int(only[1])


def _touch(message: Message, end: int, start: int) -> bool:
    return not any(map(str.isalnum, message.flat[end:start]))


def _take(message: Message, lines: list[FoundLine], piece: _Piece) -> list[FoundLine]:
    """The lines with what this piece says: a line more, or a second colour of the last one."""
    between = message.flat[lines[-1].end : piece.start] if lines else "\n"
    follows = bool(lines) and "\n" not in between and not any(map(str.isalnum, between))
    line = _read(message, piece, follows=follows)
    if line is None:
        return lines
    counted = _quantity(message, piece.start, piece.end)[0] is not None
    if (
        follows
        and "," in between
        and not counted
        and not piece.asked
        and len(line.item.split()) <= 2
    ):
        last = lines[-1]
        more = replace(last, item=f"{last.item}, {line.item}", end=line.end, sure=False)
        return [*lines[:-1], more]
    return [*lines, line]


def _pieces(message: Message, part: Span, marks: set[int]) -> Iterator[_Piece]:
    """A part cut where it goes on to the next goods, without the verbs in front."""
    start = _after_lead(message, part.start, part.end)
    asked = any(0 <= part.start - mark <= 3 for mark in marks)
    counted = _FRONT.match(message.flat, start, part.end)
    verb = None if counted else _verb(message, start, part.end)
    if verb is not None:
        start, asked = _after_lead(message, verb, part.end), True
    elif not counted and (give := _give(message, start, part.end)) is not None:
        start, asked = give, True
    cuts = [m.span() for m in _AND.finditer(message.flat, start, part.end)]
    if _FRONT.match(message.flat, start, part.end):
        cuts += [m.span() for m in _NEXT.finditer(message.flat, start, part.end)]
    for cut_start, cut_end in [*sorted(cuts), (part.end, part.end)]:
        if cut_start >= start and (span := message.trim(start, cut_start)):
            yield _Piece(span.start, span.end, asked)
        start = max(start, cut_end)


def _after_lead(message: Message, start: int, end: int) -> int:
    lead = (_PLAIN_LEAD if message.plain else _LEAD).match(message.text.lower(), start, end)
    return lead.end() if lead and lead.end() < end else start


def _verb(message: Message, start: int, end: int) -> int | None:
    """Where the goods begin behind "lấy", "mua", "đặt"."""
    for verb in VERB.finditer(message.flat, start, end):
        first = message.text[verb.start() : verb.end()].split()[0].strip(":").lower()
        if verb.end() < end and (message.plain or first in VERB_FORMS):
            return verb.end()
    return None


def _give(message: Message, start: int, end: int) -> int | None:
    """Behind "cho em", "gửi": goods only when counted, or when goods are called so."""
    for give in GIVE.finditer(message.flat, start, end):
        rest = message.flat[give.end() : end]
        counted = _FRONT.match(rest) and _count(message, give.end(), end)
        named = rest.split(" ", 1)[0] in {*GOODS_NOUNS, "doi", "bo", "cai", "chiec"}
        if counted or named:
            return give.end()
    return None


def _read(message: Message, piece: _Piece, *, follows: bool) -> FoundLine | None:
    start, end = piece.start, _without_tail(message, piece.start, piece.end)
    if ordinal := _ORDINAL.match(message.flat, start, end):
        start = ordinal.end()
    quantity, start, end = _quantity(message, start, end)
    counted = quantity is not None
    tail = message.flat[end : piece.end]
    first = message.flat[start:end].split(" ", 1)[0]
    named = counted and first in tail.split()
    span = message.trim(_without_counter(message, start, end, named=named), end)
    if span is None or not any(map(str.isalpha, message.flat[span.start : span.end])):
        return None
    span = Span(_after_lead(message, span.start, span.end), span.end)
    flat = message.flat[span.start : span.end]
    named = flat.split(" ", 1)[0] in _HEADS
    if not counted and not (piece.asked or _CODE.search(flat) or follows or named):
        return None
    item = message.part(span.start, span.end)
    whole = item.count("(") == item.count(")") and len(item) > 1
    sure = counted and whole and not _SIZE.fullmatch(flat)
    return FoundLine(item, quantity or 1, piece.start, piece.end, sure)


def _quantity(message: Message, start: int, end: int) -> tuple[int | None, int, int]:
    """(quantity, start, end) of the goods without it; in front or behind."""
    flat = message.flat
    clear = _CLEAR.search(flat, start, end)
    if clear and clear.start() > start:
        return int(next(filter(None, clear.groups()))), start, clear.start()
    if label := QUANTITY_LABEL.search(flat, start, end):
        number = _DIGITS.match(flat, label.end())
        if number and label.start() > start:
            return int(number[0]), start, label.start()
    front = _FRONT.match(flat, start, end)
    if front and (count := _count(message, start, end)):
        return count, front.end(), end
    behind = _BEHIND.search(flat, start, end)
    if behind and behind.start() > start:
        return int(next(filter(None, behind.groups()))), start, behind.start()
    return None, start, end


def _count(message: Message, start: int, end: int) -> int:
    """The number written at this place in digits or as a word; 0 when it is another word."""
    front = _FRONT.match(message.flat, start, end)
    if not front:
        return 0
    word = message.text[front.start(1) : front.end(1)].lower()
    return (
        int(word) if word.isdigit() else (PLAIN_NUMBERS if message.plain else NUMBERS).get(word, 0)
    )


def _without_counter(message: Message, start: int, end: int, *, named: bool) -> int:
    """Behind the counting word; it stays when the number behind repeats it ("set A: 10 set")."""
    word = re.compile(r"([a-z]+)\.? +(?=\S)").match(message.flat, start, end)
    if not word or word[1] not in BARE_COUNTERS or named:
        return start
    means = message.means(word.start(1), word.end(1), COUNTER_FORMS)
    return word.end() if means else start


def _without_tail(message: Message, start: int, end: int) -> int:
    """Without prices and the small words that end a sentence."""
    while True:
        before = end
        if price := _PRICE.search(message.flat, start, end):
            end = price.start()
        words = message.text[start:end].split()
        if len(words) > 1 and words[-1].strip(".,:)").lower() in PARTICLES:
            end = message.text.rindex(words[-1], start, end)
        if end == before:
            return end
