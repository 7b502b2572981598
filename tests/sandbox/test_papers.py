"""The barcodes and PDFs partners answer with can be read by others."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from oms.sandbox.core.barcode import code128_bars, code128_widths
from oms.sandbox.core.pdf import lines_pdf


def test_a_scanner_reads_the_barcode():
    image = Image.new("L", (sum(code128_widths("LX7ABC")) * 3 + 60, 80), 255)
    draw = ImageDraw.Draw(image)
    for left, width in code128_bars("LX7ABC", sum(code128_widths("LX7ABC")) * 3):
        draw.rectangle((30 + left, 10, 30 + left + width - 1, 70), fill=0)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == ["LX7ABC"]


def test_letters_outside_the_code_are_refused():
    with pytest.raises(ValueError, match="not for Code 128"):
        code128_widths("Đơn")


def test_a_pdf_opens_with_its_pages_and_text():
    reader = PdfReader(io.BytesIO(lines_pdf(["Hóa đơn (số 1)"] * 60, title="Hóa đơn")))
    assert len(reader.pages) == 2
    assert reader.pages[0].extract_text().splitlines()[0] == "Hoa don (so 1)"
    assert reader.metadata is not None
    assert reader.metadata.title == "Hoa don"
