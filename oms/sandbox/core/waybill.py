"""The waybill: one page of 105 x 148 mm for each parcel, with its number as a barcode."""

from dataclasses import dataclass

from oms.sandbox.core.pdf import A6, Page, pdf_of, plain

MARGIN = 16
LINE_LENGTH = 48


@dataclass(frozen=True)
class Waybill:
    """What one page says. `cod_vnd` 0 means there is nothing to collect."""

    carrier: str
    order_number: str
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


def waybill_pdf(sheets: list[Waybill]) -> bytes:
    """All pages in one file."""
    return pdf_of([_page(sheet) for sheet in sheets], title="Waybill")


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in plain(text).split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE_LENGTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _page(sheet: Waybill) -> Page:
    page, (width, height) = Page(A6), A6
    page.box(6, 6, width - 12, height - 12)
    page.text(MARGIN, height - 30, sheet.carrier, size=15, bold=True)
    page.text(width - 126, height - 28, f"Mã đơn: {sheet.order_number}", size=8)
    page.barcode(MARGIN + 12, height - 92, sheet.tracking_number, width=242, height=50)
    page.text(MARGIN + 70, height - 108, sheet.tracking_number, size=12, bold=True)
    page.box(6, height - 150, width - 12, 34)
    page.text(MARGIN, height - 142, sheet.sort_code, size=24, bold=True)
    rows = [
        (f"Từ: {sheet.sender}", False),
        ("Đến:", False),
        (f"{sheet.recipient}  {sheet.phone}", True),
        *[(line, False) for line in _wrapped(sheet.address)[:3]],
        (f"Kiện: {sheet.package_number}", False),
        ("Nội dung hàng:", False),
        *[(f"- {line}"[:LINE_LENGTH], False) for line in sheet.contents[:6]],
    ]
    for at, (line, bold) in enumerate(rows):
        page.text(MARGIN, height - 166 - 13 * at, line, size=9, bold=bold)
    page.box(6, 6, width - 12, 46)
    collect = f"Thu hộ (COD): {sheet.cod_vnd:,} VND".replace(",", ".")
    page.text(MARGIN, 32, collect, size=14, bold=True)
    page.text(MARGIN, 14, f"Khối lượng: {sheet.weight_g} g", size=8)
    return page
