"""Labels in ZPL II for thermal printers, drawn at the same places as the PDF.

https://docs.zebra.com/us/en/printers/software/zpl-pg.html (read 2026-11-22). Codes are sent as
bitmaps of the very modules that the PDF has. Text is UTF-8 (^CI28) behind ^FH, so that none of
its characters is a command. The font that printers bring along lacks Vietnamese letters: the file
of `fonts_for_printer` puts ours into the printer's memory, once.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from django.conf import settings
from django.utils import translation

from oms.kernel.paper_fonts import WEIGHTS, font_file
from oms.kernel.symbols import QR_MARGIN, QUIET_MODULES, Bars, Matrix

from .content import Label
from .drawing import Sheet
from .papers import MM, USUAL_PRINTER, Page, Printer
from .typeset import Face, drawable

DOTS_PER_MM = {203: 8, 300: 12}
PRINTER_FONTS = {"regular": ("1", "DNREG"), "bold": ("2", "DNBOLD"), "black": ("3", "DNBLACK")}
BUILT_IN = "0"
HEX = {"^": "_5E", "~": "_7E", "_": "_5F", "\\": "_5C"}


def zpl_labels(labels: Sequence[Label], printer: Printer = USUAL_PRINTER) -> bytes:
    """A stream of formats, one a label, in the order given."""
    rows: list[str] = []
    with translation.override(settings.LANGUAGE_CODE):
        sheet = Sheet(printer.paper)
        for label in labels:
            stream = Stream(printer)
            sheet.draw(Page(in_our_letters(label), printer.paper), stream)
            rows += stream.whole()
    return "\n".join([*rows, ""]).encode()


def fonts_for_printer() -> bytes:
    """What stores our fonts in a printer's memory; sent once, it stays there."""
    rows = []
    for name in WEIGHTS:
        data = font_file(name).read_bytes()
        rows.append(f"~DYE:{PRINTER_FONTS[name][1]},A,T,{len(data)},,{data.hex().upper()}")
    return "\n".join([*rows, ""]).encode()


def field_data(text: str) -> str:
    """Text as the data of a field behind ^FH: what would begin a command becomes its code."""
    return "".join(HEX.get(character, character) for character in drawable(text))


def in_our_letters(label: Label) -> Label:
    """There is no plain document for ZPL: what the fonts lack becomes boxes."""
    texts: dict[str, Any] = {
        field.name: drawable(value)
        for field in fields(label)
        if isinstance(value := getattr(label, field.name), str)
    }
    items = tuple(
        replace(item, sku=drawable(item.sku), name=drawable(item.name)) for item in label.items
    )
    return replace(label, **texts, items=items)


class Stream:
    """The marks of one label as ZPL commands, in whole dots."""

    def __init__(self, printer: Printer) -> None:
        self.printer, self.dots = printer, DOTS_PER_MM[printer.dpi]
        self.left, self.top = (round(side * self.dots) for side in printer.offset_mm)
        self.rows: list[str] = []

    def whole(self) -> list[str]:
        """The marks as one format: UTF-8, the paper, the letters by which our fonts are called."""
        paper, dots = self.printer.paper, self.dots
        fonts = [f"^CW{letter},E:{name}.TTF" for letter, name in PRINTER_FONTS.values()]
        turned = "^POI" if self.printer.rotation == 180 else "^PON"
        size = f"^PW{paper.width_mm * dots}^LL{paper.height_mm * dots}^LH0,0{turned}"
        own = fonts if self.printer.has_own_fonts else []
        return ["^XA", "^CI28", size, *own, *self.rows, "^XZ"]

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Points as dots; a printer takes no place left of or above the paper."""
        return max(0, self.length(x) + self.left), max(0, self.length(y) + self.top)

    def length(self, points: float) -> int:
        return round(points / MM * self.dots)

    def text(self, face: Face, size: float, spacing: float, x: float, y: float, text: str) -> None:
        if text:
            left, base = self.place(x, y)
            font = PRINTER_FONTS[face.name][0] if self.printer.has_own_fonts else BUILT_IN
            height = self.length(size)
            self.rows.append(
                f"^FT{left},{base}^A{font}N,{height},{height}^FH_^FD{field_data(text)}^FS"
            )

    def box(self, x: float, y: float, width: float, height: float) -> None:
        left, top = self.place(x, y)
        across, down = max(1, self.length(width)), max(1, self.length(height))
        self.rows.append(f"^FO{left},{top}^GB{across},{down},{min(across, down)}^FS")

    def bars(self, symbol: Bars, x: float, y: float, height: float) -> None:
        module = symbol.dots * self.dots // 8
        space = symbol.space_dots * self.dots // 8
        start = (space - (symbol.modules + 2 * QUIET_MODULES) * module) // 2
        row = ["0"] * symbol.modules
        for at, width in symbol.runs:
            row[at : at + width] = "1" * width
        left, top = self.place(x, y)
        left += start + QUIET_MODULES * module
        self.bitmap(left, top, ["".join(row)], module, self.length(height))

    def matrix(self, symbol: Matrix, x: float, y: float, side: float) -> None:
        cell = self.length(side) // symbol.side
        inner = symbol.side - 2 * QR_MARGIN
        grid = [["0"] * inner for _ in range(inner)]
        for row, at, width in symbol.runs:
            grid[row][at : at + width] = "1" * width
        left, top = (place + QR_MARGIN * cell for place in self.place(x, y))
        self.bitmap(left, top, ["".join(row) for row in grid], cell, cell)

    def bitmap(self, left: int, top: int, rows: Sequence[str], cell: int, tall: int) -> None:
        """Rows of modules as ^GF; each is `cell` dots wide and `tall` dots high."""
        width = -(-len(rows[0]) * cell // 8)
        data = "".join(hex_row(row, cell, width) + ":" * (tall - 1) for row in rows)
        size = width * tall * len(rows)
        self.rows.append(f"^FO{left},{top}^GFA,{size},{size},{width},{data}^FS")


def hex_row(row: str, cell: int, width: int) -> str:
    bits = "".join(module * cell for module in row).ljust(width * 8, "0")
    return f"{int(bits, 2):0{width * 2}X}"
