"""A batch for the printer: our labels, and waybills of others as they were given."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import groupby

from shipping.models import Package, PrinterProfile

from .beside import with_goods_after, with_goods_below, written
from .build import labels_of
from .content import Label
from .document import plain_labels
from .papers import MM, USUAL_PRINTER, Printer
from .stamp import can_stamp, stamped_labels
from .zpl import zpl_labels

Goods = PrinterProfile.Goods


def print_batch(
    packages: Sequence[Package], printer: Printer = USUAL_PRINTER, *, is_counted: bool = False
) -> bytes:
    """One PDF with the packages in the order given; a given waybill is never redrawn.

    `is_counted`: this print stands already in `label_printed_count`.
    """
    parts: list[bytes] = []
    for is_given, group in groupby(packages, key=lambda package: bool(package.waybill)):
        if is_given:
            parts += [moved(pdf, printer) for pdf in given(group, printer, is_counted=is_counted)]
        else:
            parts += drawn(labels_of(group, is_counted=is_counted), printer)
    return parts[0] if len(parts) == 1 else merged(parts)


def zpl_batch(
    packages: Sequence[Package], printer: Printer = USUAL_PRINTER, *, is_counted: bool = False
) -> bytes:
    """Our labels as ZPL; waybills of others exist as PDF only and are left out."""
    ours = [package for package in packages if not package.waybill]
    return zpl_labels(labels_of(ours, is_counted=is_counted), printer)


def drawn(labels: Sequence[Label], printer: Printer = USUAL_PRINTER) -> list[bytes]:
    """Stamped where the fonts can set the text, else laid out by the plain document."""
    return [
        stamped_labels(list(group), printer)
        if quick
        else moved(plain_labels(list(group), printer.paper), printer)
        for quick, group in groupby(labels, key=can_stamp)
    ]


def given(packages: Iterable[Package], printer: Printer, *, is_counted: bool) -> list[bytes]:
    """Waybills of others, with our goods beside each where this printer shall have them."""
    rows = list(packages)
    waybills = [read_waybill(package) for package in rows]
    if printer.goods == Goods.BELOW:
        return [with_goods_below(waybills, labels_of(rows, is_counted=is_counted))]
    if printer.goods == Goods.PAGE:
        labels = labels_of(rows, is_counted=is_counted)
        return [with_goods_after(waybills, labels, printer.paper)]
    return waybills


def read_waybill(package: Package) -> bytes:
    with package.waybill.open("rb") as file:
        return file.read()


def moved(pdf: bytes, printer: Printer) -> bytes:
    """A finished document as this printer wants it; its pages keep their size."""
    if printer.is_straight:
        return pdf
    from pypdf import PdfReader, PdfWriter, Transformation

    right, down = printer.offset_mm
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    for page in writer.pages:
        if right or down:
            page.add_transformation(Transformation().translate(right * MM, -down * MM))
        page.rotate(printer.rotation)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def merged(parts: Sequence[bytes]) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for part in parts:
        writer.append(BytesIO(part))
    return written(writer)
