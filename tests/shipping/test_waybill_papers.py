"""Waybills on every paper: the page is the paper, its codes are read, strange text stays text."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader

from shipping.labels.document import plain_labels
from shipping.labels.papers import PAPERS, Printer
from shipping.labels.stamp import stamped_labels
from tests.labels import codes_on, pages_of
from tests.shipping.test_labels import LABEL

MILLIMETRE = 72 / 25.4
HOSTILE = "</style><script>alert(1)</script>{{ 7|add:7 }}^XA~JA\\"
LONG = replace(
    LABEL,
    tracking_number="GHN-0987654321-ABCDEF12",
    sort_code="190-G-01-A9-HCM-1234",
    to_name="Nguyễn Hoàng " * 6,
    to_address=HOSTILE + " Số nhà 12 ngõ 345 đường" * 9,
    note=HOSTILE * 4,
    cod_vnd=0,
    print_number=3,
)


@pytest.mark.parametrize("code", PAPERS)
def test_a64_a_waybill_fills_its_paper_and_both_ways_of_making_it_agree(tmp_path, code) -> None:
    """A-64, C-53: the page box is the paper, codes are read at 203 dpi, nothing is markup."""
    paper, batch = PAPERS[code], [LABEL, LONG]
    plain, stamped = plain_labels(batch, paper), stamped_labels(batch, Printer(paper))

    for pdf in (plain, stamped):
        box = PdfReader(BytesIO(pdf)).pages[0].mediabox
        assert float(box.width) == pytest.approx(paper.width_mm * MILLIMETRE, abs=0.01)
        assert float(box.height) == pytest.approx(paper.height_mm * MILLIMETRE, abs=0.01)
    assert [page.extract_text().count("IN LẠI") for page in PdfReader(BytesIO(stamped)).pages] == [
        0,
        1,
    ]
    assert "<script>" in PdfReader(BytesIO(stamped)).pages[1].extract_text()
    for label, laid, drawn in zip(
        batch, pages_of(plain, tmp_path), pages_of(stamped, tmp_path), strict=True
    ):
        wanted = {label.tracking_number, label.package_code}
        assert codes_on(laid) == codes_on(drawn) == wanted
        soft = [page.filter(ImageFilter.GaussianBlur(6)) for page in (laid, drawn)]
        assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < 4


def test_d6_an_a5_waybill_lists_more_goods_than_a_small_one() -> None:
    """D6: A5 carries the packing slip too."""
    texts = {
        code: PdfReader(BytesIO(stamped_labels([LABEL], Printer(PAPERS[code]))))
        .pages[0]
        .extract_text()
        for code in ("75x100", "a5")
    }
    assert "AT-08" in texts["a5"]
    assert "AT-04" not in texts["75x100"]
    assert "+5 sản phẩm" in texts["75x100"]
