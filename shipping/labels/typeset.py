"""Text in the cut fonts: widths, lines, glyphs. What these fonts lack is not drawn here."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from oms.kernel.paper_fonts import WEIGHTS, font_file

ELLIPSIS = "…"
LACKING = "□"


@dataclass(frozen=True)
class Face:
    """One weight: glyph and width (thousandths of the size) of each character."""

    name: str
    glyphs: dict[str, int]
    widths: dict[str, float]
    data: bytes
    metrics: dict[str, Any]

    def width(self, text: str, size: float, spacing: float = 0.0) -> float:
        widths = self.widths
        return sum(widths[c] for c in text) * size / 1000 + spacing * len(text)

    def hex(self, text: str) -> str:
        return "".join(f"{self.glyphs[c]:04x}" for c in text)


@lru_cache(maxsize=len(WEIGHTS))
def face(name: str) -> Face:
    from fontTools.ttLib import TTFont

    path = font_file(name)
    font = TTFont(path)
    scale = 1000 / font["head"].unitsPerEm
    order = {glyph: index for index, glyph in enumerate(font.getGlyphOrder())}
    table = font.getBestCmap()
    return Face(
        name=name,
        glyphs={chr(code): order[glyph] for code, glyph in table.items()},
        widths={chr(code): font["hmtx"][glyph][0] * scale for code, glyph in table.items()},
        data=path.read_bytes(),
        metrics={
            "ascent": font["hhea"].ascent * scale,
            "descent": font["hhea"].descent * scale,
            "box": [
                round(getattr(font["head"], side) * scale)
                for side in ("xMin", "yMin", "xMax", "yMax")
            ],
        },
    )


def face_of(weight: int) -> Face:
    return face("regular" if weight < 600 else "bold" if weight < 800 else "black")


def is_drawable(text: str) -> bool:
    """True when every character has a glyph of its own in the cut fonts."""
    return face("regular").glyphs.keys() >= set(text)


def drawable(text: str) -> str:
    """The text with a box for each letter that the fonts lack, and no control characters."""
    known = face("regular").glyphs
    return "".join(
        character if character in known else LACKING if character.isprintable() else " "
        for character in text
    )


def lines_of(text: str, used: Face, size: float, width: float, most: int) -> list[str]:
    """Words wrapped into at most `most` lines; a word too long is broken, a rest is cut with …."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, used, size, width):
        longer = f"{line} {word}" if line else word
        if used.width(longer, size) <= width:
            line = longer
            continue
        lines.append(line)
        line = word
    lines.append(line)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], clip(" ".join(lines[most - 1 :]), used, size, width)]


def clip(text: str, used: Face, size: float, width: float) -> str:
    """The text on one line, its end replaced by … when it is too long."""
    if used.width(text, size) <= width:
        return text
    room = width - used.width(ELLIPSIS, size)
    kept, at = 0.0, 0
    for at, character in enumerate(text):  # noqa: B007 - the place is what we look for
        kept += used.widths[character] * size / 1000
        if kept > room:
            break
    return text[:at].rstrip() + ELLIPSIS


def _pieces(text: str, used: Face, size: float, width: float) -> list[str]:
    """Words, those wider than the line broken into parts that fit."""
    pieces: list[str] = []
    for word in text.split():
        part = ""
        for character in word:
            if part and used.width(part + character, size) > width:
                pieces.append(part)
                part = ""
            part += character
        pieces.append(part)
    return pieces
