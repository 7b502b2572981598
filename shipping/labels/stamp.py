"""Labels drawn as PDF at the places of the layout: many times faster than laying each out.

A label whose text these fonts cannot set (emoji, right-to-left) goes through the plain document.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from oms.kernel.symbols import QR_MARGIN, QUIET_MODULES, Bars, Matrix

from .content import Label
from .drawing import Sheet
from .papers import MM, USUAL_PRINTER, Page, Printer
from .pdf_writer import Writer
from .typeset import Face, is_drawable

DOT = 0.125 * MM


def can_stamp(label: Label) -> bool:
    texts = [label.carrier_name, label.service_name, label.sort_code, label.from_name]
    texts += [label.from_phone, label.from_address, label.to_name, label.to_phone]
    texts += [label.to_address, label.note, *map(str, label.items)]
    return is_drawable("".join(texts))


def stamped_labels(labels: Sequence[Label], printer: Printer = USUAL_PRINTER) -> bytes:
    """One PDF, a page of the printer's paper a label, in the order given.

    Its words do not follow the language of who prints, as those of the plain document.
    """
    paper = printer.paper
    writer = writer_for(printer)
    with translation.override(settings.LANGUAGE_CODE):
        sheet = Sheet(paper)
        for label in labels:
            marks = Marks(writer)
            sheet.draw(Page(label, paper), marks)
            writer.end_page(marks.rows)
    return writer.finish()


def writer_for(printer: Printer) -> Writer:
    right, down = printer.offset_mm
    size = (printer.paper.width_mm * MM, printer.paper.height_mm * MM)
    return Writer(*size, shift=(right * MM, -down * MM), rotation=printer.rotation)


class Marks:
    """The marks of one page in PDF's words, whose origin is the lower left."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.height = writer, writer.height
        self.rows: list[str] = []

    def text(self, face: Face, size: float, spacing: float, x: float, y: float, text: str) -> None:
        if text:
            font = self.writer.use(face, text)
            self.rows.append(
                f"BT /{font} {size:.2f} Tf {spacing:.3f} Tc "
                f"{x:.2f} {self.height - y:.2f} Td <{face.hex(text)}> Tj ET"
            )

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self.rows.append(f"{x:.4f} {self.height - y - height:.4f} {width:.4f} {height:.4f} re f")

    def bars(self, symbol: Bars, x: float, y: float, height: float) -> None:
        module = symbol.dots * DOT
        start = x + symbol.first_dot * DOT + QUIET_MODULES * module
        for at, width in symbol.runs:
            self.box(start + at * module, y, width * module, height)

    def matrix(self, symbol: Matrix, x: float, y: float, side: float) -> None:
        cell = side / symbol.side
        left, top = x + QR_MARGIN * cell, y + QR_MARGIN * cell
        for row, at, width in symbol.runs:
            self.box(left + at * cell, top + row * cell, width * cell, cell)
