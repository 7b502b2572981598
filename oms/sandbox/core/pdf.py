"""A valid PDF written by hand: lines of text, bars and boxes. Letters lose their accents."""

import unicodedata

from oms.sandbox.core.barcode import code128_bars

A4, A6 = (595, 842), (298, 420)


class Page:
    """One page measured in points from the lower left corner."""

    def __init__(self, size: tuple[int, int] = A4) -> None:
        self.size = size
        self._marks: list[str] = []

    def text(self, x: float, y: float, text: str, *, size: float = 10, bold: bool = False) -> None:
        font = "F2" if bold else "F1"
        self._marks.append(f"BT /{font} {size} Tf {x} {y} Td ({_literal(text)}) Tj ET")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self._marks.append(f"{x} {y} {width} {height} re S")

    def barcode(self, x: float, y: float, text: str, *, width: float, height: float) -> None:
        for left, size in code128_bars(text, width):
            self._marks.append(f"{x + left:.3f} {y} {size} {height} re f")

    @property
    def content(self) -> bytes:
        return "\n".join(self._marks).encode("latin-1")


def pdf_of(pages: list[Page], *, title: str = "") -> bytes:
    """The document as bytes."""
    count = len(pages)
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for place, page in enumerate(pages):
        width, height = page.size
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}]"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
            f" /Contents {6 + 2 * place} 0 R >>".encode()
        )
        stream = page.content
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(f"<< /Title ({_literal(title)}) /Producer (Sandbox) >>".encode("latin-1"))
    return _file(objects)


def lines_pdf(lines: list[str], *, title: str = "", size: tuple[int, int] = A4) -> bytes:
    """A document of plain lines, as many pages as they need."""
    per_page = (size[1] - 80) // 16
    pages: list[Page] = []
    for first in range(0, max(len(lines), 1), per_page):
        page = Page(size)
        for place, line in enumerate(lines[first : first + per_page]):
            page.text(40, size[1] - 50 - 16 * place, line)
        pages.append(page)
    return pdf_of(pages, title=title)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        table,
    )
    return bytes(out)


def plain(text: str) -> str:
    """The text in letters every PDF font has: đ as d, no accents, others as a question mark."""
    folded = unicodedata.normalize(
        "NFD", text.replace("đ", "d").replace("Đ", "D").replace("₫", "d")
    )
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return bare.encode("latin-1", "replace").decode("latin-1")


def _literal(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return escaped.replace("\r", " ").replace("\n", " ")
