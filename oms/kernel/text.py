"""Text: folding for search, and cleaning of what people and partners send."""

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError

# Overrides and isolates could make a name read otherwise on a label than it is stored.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
# Longer texts are no names, and would fill the memory of words.
SHORT = 300
_SPACES = re.compile(r"\s+")


class _Marks(dict[int, int | None]):
    """For str.translate: combining characters go, all others stay; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = None if unicodedata.combining(chr(code)) else code
        return kept


_MARKS = _Marks()


def fold(text: str) -> str:
    """Lower case without marks, đ as d, spaces folded: what search compares."""
    bare = text.lower().replace("đ", "d")
    words = bare.split()
    if not bare.isascii():
        strip = _without_marks if len(text) <= SHORT else _without_marks.__wrapped__
        words = [word for word in map(strip, words) if word]
    return " ".join(words)


@lru_cache(maxsize=20_000)
def _without_marks(word: str) -> str:
    """Words of names come again and again; taking their marks off costs most of a fold."""
    return unicodedata.normalize("NFD", word).translate(_MARKS)


def clean_line(text: str, limit: int, *, field: str = "") -> str:
    """One line in NFC without control or direction-override characters.

    Longer than `limit` is refused, never cut: a cut name is a wrong name.
    """
    line = clean_text(text.replace("\n", " "), limit=None)
    line = _SPACES.sub(" ", line).strip()
    if len(line) > limit:
        raise DomainError(
            _("Dài quá %(limit)d ký tự (đang có %(length)d).")
            % {"limit": limit, "length": len(line)},
            code="text.too_long",
            field=field,
        )
    return line


def clean_text(text: str, limit: int | None, *, field: str = "") -> str:
    """Several lines; the same cleaning, line breaks kept."""
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_BIDI)
    kept = "".join(c for c in kept if c == "\n" or unicodedata.category(c) != "Cc")
    if limit is not None and len(kept) > limit:
        raise DomainError(
            _("Dài quá %(limit)d ký tự (đang có %(length)d).")
            % {"limit": limit, "length": len(kept)},
            code="text.too_long",
            field=field,
        )
    return kept


def without_nul(body: bytes) -> bytes:
    """A partner's JSON or form without the one character that no text column keeps."""
    for written in (b"\\u0000", b"%00", b"\0"):
        body = body.replace(written, b"")
    return body
