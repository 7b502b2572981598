"""The waybill: a PDF of 105 x 148 mm pages drawn by hand, one page for each package."""

import unicodedata
from dataclasses import dataclass

from oms.sandbox.shopee.code128 import modules

POINTS_PER_MM = 72 / 25.4
WIDTH, HEIGHT = 105 * POINTS_PER_MM, 148 * POINTS_PER_MM
MARGIN = 14.0
LINE_LENGTH = 46


@dataclass(frozen=True)
class Waybill:
    """What one page says. `cod_vnd` 0 means there is nothing to collect."""

    carrier: str
    order_sn: str
    package_number: str
    tracking_number: str
    sort_code: str
    sender: str
    recipient: str
    address: str
    phone: str
    contents: tuple[str, ...]
    cod_vnd: int
    weight_g: int


def plain(text: str) -> str:
    """Letters the built-in PDF fonts can draw: marks go, what is left beyond ASCII too."""
    spread = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(character for character in spread if " " <= character <= "~").strip()


def _text(x: float, y: float, size: int, text: str, *, bold: bool = False) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{'F2' if bold else 'F1'} {size} Tf {x:.2f} {y:.2f} Td ({escaped}) Tj ET"


def _bars(text: str, y: float, height: float) -> list[str]:
    widths = modules(text)
    module = min((WIDTH - 2 * MARGIN) / (sum(widths) + 20), 1.4)  # ten modules of quiet each side
    x = (WIDTH - module * sum(widths)) / 2
    drawn = []
    for at, width in enumerate(widths):
        if at % 2 == 0:
            drawn.append(f"{x:.3f} {y:.2f} {module * width:.3f} {height:.2f} re f")
        x += module * width
    return drawn


def _wrapped(text: str, limit: int = LINE_LENGTH) -> list[str]:
    lines = [""]
    for word in plain(text).split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _page(sheet: Waybill) -> bytes:
    top = HEIGHT - MARGIN
    drawn = ["0.8 w", f"6 6 {WIDTH - 12:.2f} {HEIGHT - 12:.2f} re S"]
    drawn += [
        _text(MARGIN, top - 14, 15, sheet.carrier, bold=True),
        _text(WIDTH - 120, top - 12, 8, f"Ma don: {sheet.order_sn}"),
        *_bars(sheet.tracking_number, top - 78, 48),
        _text(MARGIN + 50, top - 92, 12, sheet.tracking_number, bold=True),
        f"6 {top - 100:.2f} m {WIDTH - 6:.2f} {top - 100:.2f} l S",
        _text(MARGIN, top - 128, 24, sheet.sort_code, bold=True),
    ]
    rows: list[tuple[str, bool]] = [(f"Tu: {sheet.sender}", False), ("Den:", False)]
    rows += [(f"{sheet.recipient}  {sheet.phone}", True)]
    rows += [(line, False) for line in _wrapped(sheet.address)[:3]]
    rows += [("", False), (f"Kien: {sheet.package_number}", False), ("Noi dung hang:", False)]
    rows += [(f"- {line}"[:LINE_LENGTH], False) for line in sheet.contents[:6]]
    for at, (line, bold) in enumerate(rows):
        drawn.append(_text(MARGIN, top - 146 - 13 * at, 9, line, bold=bold))
    collect = f"Thu ho COD: {sheet.cod_vnd:,} VND".replace(",", ".")
    drawn += [
        f"6 54 m {WIDTH - 6:.2f} 54 l S",
        _text(MARGIN, 34, 14, collect, bold=True),
        _text(MARGIN, 18, 8, f"Khoi luong: {sheet.weight_g} g"),
    ]
    return "\n".join(drawn).encode("ascii")


def waybill_pdf(sheets: list[Waybill]) -> bytes:
    """All pages in one file."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",  # the page tree, known once the pages are
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    kids = []
    for sheet in sheets:
        content = _page(sheet)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH:.3f} {HEIGHT:.3f}]"
                f" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
                f" /Contents {len(objects)} 0 R >>"
            ).encode()
        )
        kids.append(f"{len(objects)} 0 R")
    tree = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects[1] = tree.encode()
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    parts, offsets, length = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], [], 15
    for number, body in enumerate(objects, 1):
        offsets.append(length)
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        parts.append(part)
        length += len(part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, length)
    )
    return b"".join(parts)
