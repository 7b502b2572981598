"""Our goods beside a waybill that somebody else drew: a strip below it, or pages after it.

The waybill is placed as it was given, at its own size; its codes are never drawn again.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import translation

from .content import Label
from .goods import GoodsSheet, drawn, pages_of, strip_of
from .papers import MM, Paper

STRIP_MM = 30
NARROWEST_MM = 60


def with_goods_below(waybills: Sequence[bytes], labels: Sequence[Label]) -> bytes:
    """Each waybill's last page made longer by its strip."""
    from pypdf import PdfReader, PdfWriter

    given = [list(PdfReader(BytesIO(waybill)).pages) for waybill in waybills]
    with translation.override(settings.LANGUAGE_CODE):
        strips = drawn(
            [
                strip_of(label, GoodsSheet(_width_mm(pages[-1]), STRIP_MM))
                for pages, label in zip(given, labels, strict=True)
            ]
        )
    writer = PdfWriter()
    for pages, strip in zip(given, strips, strict=True):
        for page in pages[:-1]:
            writer.add_page(page)
        _add_longer(writer, pages[-1], strip)
    return written(writer)


def with_goods_after(waybills: Sequence[bytes], labels: Sequence[Label], paper: Paper) -> bytes:
    """Each waybill, then all its goods on as many pages of `paper` as they need."""
    from pypdf import PdfReader, PdfWriter

    sheet = GoodsSheet(paper.width_mm, paper.height_mm)
    with translation.override(settings.LANGUAGE_CODE):
        wanted = [pages_of(label, sheet) for label in labels]
        sheets = iter(drawn([page for pages in wanted for page in pages]))
    writer = PdfWriter()
    for waybill, pages in zip(waybills, wanted, strict=True):
        for page in [*PdfReader(BytesIO(waybill)).pages, *(next(sheets) for _page in pages)]:
            writer.add_page(page)
    return written(writer)


def written(writer: Any) -> bytes:
    out = BytesIO()
    writer.compress_identical_objects()
    writer.write(out)
    return out.getvalue()


def _size(page: Any) -> tuple[float, float]:
    """In points, as the page is looked at."""
    width, height = float(page.cropbox.width), float(page.cropbox.height)
    return (height, width) if page.rotation % 180 else (width, height)


def _width_mm(page: Any) -> int:
    return max(int(_size(page)[0] / MM), NARROWEST_MM)


def _add_longer(writer: Any, page: Any, strip: Any) -> None:
    """A page with the waybill above and the strip at its foot, each drawn by its own stream."""
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    width, height = _size(page)
    foot = STRIP_MM * MM
    longer = writer.add_blank_page(width, height + foot)
    forms = {NameObject(name): _form(writer, one) for name, one in (("/W", page), ("/S", strip))}
    longer[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject(forms)}
    )
    content = DecodedStreamObject()
    content.set_data(b"q 1 0 0 1 0 %.4f cm /W Do Q q /S Do Q" % foot)
    longer[NameObject("/Contents")] = writer._add_object(content)


def _form(writer: Any, page: Any) -> Any:
    """The page as a form (PDF 32000-1, 8.10): clipped to what is shown of it, turned upright."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

    content, plain = page.get_contents(), DecodedStreamObject()
    plain.set_data(content.get_data() if content is not None else b"")
    form = plain.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(map(FloatObject, page.cropbox))
    form[NameObject("/Matrix")] = ArrayObject(map(FloatObject, _upright(page)))
    for name in ("/Resources", "/Group"):
        if name in page:
            form[NameObject(name)] = page.raw_get(name).clone(writer)
    return writer._add_object(form)


def _upright(page: Any) -> tuple[float, ...]:
    """Moves what is shown to the origin, turned clockwise as the page says."""
    left, bottom, right, top = map(float, page.cropbox)
    return {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[page.rotation % 360]
