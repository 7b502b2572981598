"""What is in a parcel, on a sheet of its own: a strip of a waybill's width, or whole pages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import html_to_pdf

from .content import Label
from .drawing import Canvas, block, items
from .layout import Layout, layouts_in
from .papers import MM
from .pdf_writer import Writer
from .sample import USUAL
from .stamp import Marks
from .typeset import is_drawable

TEMPLATE = "print/goods.html"
LINE_MM = 3.5
AROUND_MM = 12  # head and foot, where no goods stand
MOST_SHEETS = 16


@dataclass(frozen=True, slots=True)
class GoodsSheet:
    """How large it is; the place of its fields is in the template's style."""

    width_mm: int
    height_mm: int

    @property
    def lines(self) -> int:
        return int((self.height_mm - AROUND_MM) / LINE_MM)

    @property
    def line_mm(self) -> str:
        return f"{LINE_MM:g}"


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """As many goods as fit; `more` says how many do not."""

    label: Label
    sheet: GoodsSheet
    lines: Sequence[str]
    more: str = ""
    number: str = ""  # "2/3"

    @property
    def pieces(self) -> str:
        return _("%(n)s món") % {"n": self.label.sold_pieces}

    @property
    def can_be_drawn(self) -> bool:
        return is_drawable("".join([self.label.tracking_number, self.label.note, *self.lines]))


def strip_of(label: Label, sheet: GoodsSheet) -> GoodsPage:
    """One sheet; goods that do not fit are counted."""
    lines = [str(item) for item in label.items]
    if len(lines) <= sheet.lines:
        return GoodsPage(label, sheet, lines)
    shown = lines[: sheet.lines - 1]
    more = _("+%(n)s sản phẩm") % {"n": len(lines) - len(shown)}
    return GoodsPage(label, sheet, shown, more)


def pages_of(label: Label, sheet: GoodsSheet) -> list[GoodsPage]:
    """All goods, on as many sheets as they need."""
    lines = [str(item) for item in label.items]
    parts = [lines[at : at + sheet.lines] for at in range(0, len(lines), sheet.lines)] or [[]]
    if len(parts) == 1:
        return [GoodsPage(label, sheet, parts[0])]
    return [
        GoodsPage(label, sheet, part, number=f"{at}/{len(parts)}")
        for at, part in enumerate(parts, start=1)
    ]


def drawn(pages: Sequence[GoodsPage]) -> list[Any]:
    """A pypdf page each, in the order given; those of one size share one file and its fonts."""
    from pypdf import PdfReader

    alike: dict[tuple[GoodsSheet, bool], list[int]] = defaultdict(list)
    for at, page in enumerate(pages):
        alike[page.sheet, page.can_be_drawn].append(at)
    found: dict[int, Any] = {}
    for (sheet, is_quick), places in alike.items():
        rows = [pages[at] for at in places]
        pdf = _stamped(rows, sheet) if is_quick else html_to_pdf(_html_of(rows, sheet))
        found.update(zip(places, PdfReader(BytesIO(pdf)).pages, strict=True))
    return [found[at] for at in range(len(pages))]


def _stamped(pages: Sequence[GoodsPage], sheet: GoodsSheet) -> bytes:
    writer = Writer(sheet.width_mm * MM, sheet.height_mm * MM)
    for page in pages:
        marks = Marks(writer)
        _draw(page, _layout(sheet), marks)
        writer.end_page(marks.rows)
    return writer.finish()


def _draw(page: GoodsPage, layout: Layout, canvas: Canvas) -> None:
    label, places = page.label, layout.places
    rule, code = places["rule"], places["qr"]
    canvas.box(rule.x, rule.y, rule.width, rule.height)
    for name, text in (
        ("order", label.order_number),
        ("tracking", label.tracking_number),
        ("pieces", page.pieces),
        ("reprint", label.reprint),
        ("note", label.note),
        ("number", page.number),
    ):
        block(canvas, places[name], text)
    items(canvas, places["items"], page.lines, page.more)
    canvas.matrix(label.matrix, code.x, code.y, code.width)


@lru_cache(maxsize=MOST_SHEETS)
def _layout(sheet: GoodsSheet) -> Layout:
    [layout] = layouts_in(_html_of([GoodsPage(USUAL, sheet, ["X"], number="1/2")], sheet))
    return layout


def _html_of(pages: Sequence[GoodsPage], sheet: GoodsSheet) -> str:
    """Its words do not follow the language of who prints, as those of a waybill."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {"pages": pages, "sheet": sheet, "font_face": font_face()}
        return render_to_string(TEMPLATE, context)
