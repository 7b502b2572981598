"""A page that shows whether a printer is set right: a frame, rulers in millimetres, both codes."""

from django.utils.translation import gettext as _

from oms.kernel.symbols import code128, qr

from .drawing import Canvas
from .papers import MM, Printer
from .pdf_writer import Writer
from .stamp import Marks, writer_for
from .typeset import face_of
from .zpl import Stream

EDGE_MM = 2
HAIR = 0.25 * MM
CODE = "DON-NHANH-123"


def trial_pdf(printer: Printer) -> bytes:
    writer: Writer = writer_for(printer)
    marks = Marks(writer)
    draw(printer, marks)
    writer.end_page(marks.rows)
    return writer.finish()


def trial_zpl(printer: Printer) -> bytes:
    stream = Stream(printer)
    draw(printer, stream)
    return "\n".join([*stream.whole(), ""]).encode()


def _tenths(millimetres: float) -> str:
    return f"{millimetres:.1f}".replace(".", ",")


def draw(printer: Printer, canvas: Canvas) -> None:
    paper = printer.paper
    _frame(canvas, paper.width_mm, paper.height_mm)
    for at in range(0, paper.width_mm + 1, 5):
        canvas.box(at * MM, 0, HAIR, (4 if at % 10 == 0 else 2) * MM)
    for at in range(0, paper.height_mm + 1, 5):
        canvas.box(0, at * MM, (4 if at % 10 == 0 else 2) * MM, HAIR)
    left, y = 8 * MM, 14 * MM
    right, down = (_tenths(side) for side in printer.offset_mm)
    for weight, size, text in (
        (800, 16.0, _("Trang in thử")),
        (700, 11.0, f"{paper.name} · {printer.dpi} dpi"),
        (400, 9.0, _("Khung cách mép giấy đúng 2 mm, vạch cách nhau 5 mm.")),
        (400, 9.0, _("Lệch phải %(x)s mm, xuống %(y)s mm") % {"x": right, "y": down}),
        (400, 9.0, "Đặng Thị Ngọc Ánh, Phường Ô Chợ Dừa, 1.250.000 ₫"),
    ):
        canvas.text(face_of(weight), size, 0.0, left, y, text)
        y += size * 1.5
    symbol = code128(CODE, space_dots=paper.bar_dots)
    start = (paper.width_mm - paper.bar_dots / 8) / 2 * MM
    canvas.bars(symbol, start, y, 12 * MM)
    canvas.matrix(qr(CODE), left, y + 15 * MM, 18 * MM)


def _frame(canvas: Canvas, width_mm: int, height_mm: int) -> None:
    """Two millimetres from each edge: what is cut off shows by how much to move."""
    edge, wide, tall = EDGE_MM * MM, (width_mm - 2 * EDGE_MM) * MM, (height_mm - 2 * EDGE_MM) * MM
    for x, y, across, down in (
        (edge, edge, wide, HAIR),
        (edge, edge + tall, wide, HAIR),
        (edge, edge, HAIR, tall),
        (edge + wide, edge, HAIR, tall),
    ):
        canvas.box(x, y, across, down)
