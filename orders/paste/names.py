"""Who gets the parcel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orders.paste.labels import Kind, Label
from orders.paste.message import Message, Span
from orders.paste.reading import Found
from orders.paste.vocabulary import MARKED_TITLES, PLAIN_TITLES, STOPPERS, SURNAMES

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST = 6
_BUYER = re.compile(r"nguoi mua")
_LEAST, _SURE = 1.4, 4.5
_ACTS = re.compile(r"\W*(?:dat|mua|lay|can|nhan)\b")


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    value: Span
    start: int  # with the title, which belongs to nothing else
    end: int


def find_name(
    message: Message, parts: list[Span], labels: list[Label], phones: list[Span]
) -> Found | None:
    """The likeliest name among the parts that nothing else has taken."""
    marks = [label for label in labels if label.kind in {Kind.NAME, Kind.MAYBE_NAME}]
    found = [c for part in parts for c in _candidates(message, part, marks, phones)]
    best = max(found, key=lambda c: c.score, default=None)
    if best is None or best.score < _LEAST:
        return None
    value = message.part(best.value.start, best.value.end)
    return Found(value, best.start, best.end, best.score >= _SURE)


def _candidates(
    message: Message, part: Span, marks: list[Label], phones: list[Span]
) -> Iterator[_Candidate]:
    """Runs of words that could be a name, from the front of the part or behind a title."""
    words = list(_WORD.finditer(message.text, part.start, part.end))
    label = next((m for m in marks if 0 <= part.start - m.end <= 3), None)
    i = 0
    while i < len(words):
        first, titled = i, 0
        while i < len(words) - 1 and _is_title(message, words[i]):
            i, titled = i + 1, titled + 1
        small = message.lower or (first == 0 and (bool(titled) or _is_marked(message, label)))
        run = _run(message, words[i:], lower=small)
        if not run or (len(run) == 1 and _is_title(message, run[0]) and run[0][0].islower()):
            i += 1
            continue
        marked = label if first == 0 else None
        head = words[first].start()
        yield _weigh(message, part, run, marked, phones, head=head)
        i += len(run)


def _is_marked(message: Message, label: Label | None) -> bool:
    """The label is one that only a name follows, even in small letters."""
    if label is None:
        return False
    return message.plain or ":" in message.flat[label.start : label.end + 1]


def _weigh(
    message: Message, part: Span, run: list[re.Match[str]], label: Label | None, phones: list[Span],
    *, head: int,
) -> _Candidate:  # fmt: skip
    start, end = run[0].start(), run[-1].end()
    titled, front = head < start, head == _first_word(message, part)
    rest = message.flat[part.start : start] * (not titled) + message.flat[end : part.end]
    several = len(run) > 1
    said = label is not None and label.kind == Kind.NAME
    score = (
        (4.0 if said else 2.0) * bool(label)
        + 2.5 * titled
        + 1.0 * (not any(map(str.isalnum, rest)))
    )
    score += 2.5 * (several and _flat(message, run[0]) in SURNAMES)
    score += 1.5 * any(_beside(message, phone, start, end) for phone in phones)
    score += 0.5 * several + 0.3 * (len(run) > 2) - 1.5 * (not front and not titled)
    score += 1.2 * bool(several and _ACTS.match(message.flat, end))
    if label and _BUYER.match(message.flat, label.start):
        score -= 2
    if not several and not (label or titled):
        score -= 1.5
    if not _capital(message, run[0]) and not label and not titled:
        score -= 1.0
    return _Candidate(score, Span(start, end), head, end)


def _first_word(message: Message, part: Span) -> int:
    found = _WORD.search(message.text, part.start, part.end)
    return found.start() if found else part.start


def _run(message: Message, words: list[re.Match[str]], *, lower: bool) -> list[re.Match[str]]:
    """The words of the name from the first on: capitals, unless nothing here has any."""
    run: list[re.Match[str]] = []
    for word in words[:_LONGEST]:
        if run and message.text[run[-1].end() : word.start()].strip(" ") != "":
            break
        if not _capital(message, word):
            small = lower and not any(_capital(message, other) for other in run)
            last = word is words[-1] and len(run) > 1  # "nguyễn thị kim chi"
            if not small or (_flat(message, word) in STOPPERS and len(run) != 2 and not last):
                break
        run.append(word)
    return run


def _capital(message: Message, word: re.Match[str]) -> bool:
    return message.text[word.start()].isupper()


def _is_title(message: Message, word: re.Match[str]) -> bool:
    if message.plain:
        return _flat(message, word) in PLAIN_TITLES
    return word[0].lower() in MARKED_TITLES


def _beside(message: Message, phone: Span, start: int, end: int) -> bool:
    first, second = (end, phone.start) if end <= phone.start else (phone.end, start)
    return first <= second <= first + 12


def _flat(message: Message, word: re.Match[str]) -> str:
    return message.flat[word.start() : word.end()]
