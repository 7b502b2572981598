"""A message and its folded twin: a place in one is the same place in the other."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 4000
_WORD = re.compile(r"[a-z0-9]+")
# A stop ends a part unless it belongs to a short form ("P. 5", "TP. Vinh") or a number.
# "– 2 cái" or ": 5" behind goods is their number, not another part.
_COUNTS = r"(?! ?(?:sl:? ?)?\d{1,3}(?: ?[a-z]{1,6})?(?: *[\n,;.)]| *$))"
_SHORT_FORMS = ("p", "q", "h", "x", "t", "tp", "tt", "tx", "mr", "ms", "ds", "d/c", "st")
_SHORT = "".join(rf"(?<!\b{form})" for form in _SHORT_FORMS)
_STOP = re.compile(
    rf"[\n,;|•·!?…\[\]]|\.{{2,}}|(?<=\s)[-–—]{_COUNTS}(?=\s)|(?<=\s)[/+](?=\s)|:{_COUNTS}(?=\s)"
    rf"|{_SHORT}\.(?=\s|$)"
)


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    flat: str


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int

    def touches(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Message:
    """`text` in NFC; `flat` in lower case without marks, letter for letter."""

    text: str
    flat: str
    words: tuple[Word, ...]
    plain: bool  # written without marks: "cho" may be "chợ"
    lower: bool  # written without capitals: a name may begin small

    def means(self, start: int, end: int, forms: Collection[str]) -> bool:
        """The word is one of these forms, marks and all, unless the message has no marks."""
        return self.plain or self.text[start:end].lower() in forms

    def part(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())

    def parts(self, taken: Iterable[Span]) -> list[Span]:
        """What is left between the stops and the spans already understood, without its edges."""
        cuts = sorted([(m.start(), m.end()) for m in _STOP.finditer(self.flat)]
                      + [(span.start, span.end) for span in taken])  # fmt: skip
        left, place = [], 0
        for start, end in [*cuts, (len(self.flat), len(self.flat))]:
            if start > place:
                left.append(self.trim(place, start))
            place = max(place, end)
        return [span for span in left if span is not None]

    def trim(self, start: int, end: int) -> Span | None:
        """The span without blanks, pictures and punctuation at its edges; None if nothing stays."""
        while start < end and not _counts(self.flat[start]):
            start += 1
        while end > start and not _counts(self.flat[end - 1]) and self.flat[end - 1] != ")":
            end -= 1
        if start < end and self.flat[end - 1] == ")" and "(" not in self.flat[start:end]:
            return self.trim(start, end - 1)
        return Span(start, end) if start < end else None


def read(text: str) -> Message:
    """The message cleaned: NFC, one kind of line break, at most LONGEST characters."""
    kept = unicodedata.normalize("NFC", text[:LONGEST]).replace("\r\n", "\n").replace("\r", "\n")
    flat = "".join(map(_flat, kept))
    words = tuple(Word(m.start(), m.end(), m[0]) for m in _WORD.finditer(flat))
    marked = any(a != b for a, b in zip(kept.lower(), flat, strict=False) if a.isalpha())
    capitals = [w for w in words if w.end - w.start > 1 and kept[w.start].isupper()]
    return Message(kept, flat, words, not marked, not capitals)


def _counts(letter: str) -> bool:
    return letter.isalnum() or letter == "("


@lru_cache(maxsize=2048)
def _flat(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    bare = unicodedata.normalize("NFD", letter.lower())[:1]
    return bare if bare.isascii() else letter
