"""Our goods beside waybills that others drew (A-64, D6): below, or after; never on them."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from shipping.labels.beside import STRIP_MM, with_goods_after, with_goods_below
from shipping.labels.content import Label, LabelItem
from shipping.labels.goods import GoodsPage, GoodsSheet, drawn, strip_of
from shipping.labels.papers import MM, PAPERS, Printer
from shipping.labels.stamp import stamped_labels
from shipping.models import Package, PrinterProfile
from tests.labels import codes_on, pages_of
from tests.shipping.floor import make_shop, waiting
from tests.shipping.test_labels import LABEL

A6 = PAPERS["a6"]
GIVEN = replace(LABEL, tracking_number="SPXVN012345678901", package_code="THEIR-CODE")


def waybill(paper=A6, **printer) -> bytes:
    return stamped_labels([GIVEN], Printer(paper, **printer))


def size_mm(page) -> tuple[float, float]:
    return float(page.mediabox.width) / MM, float(page.mediabox.height) / MM


def many(count: int) -> Label:
    goods = tuple(LabelItem(f"SKU-{n:03d}", n, "Áo thun") for n in range(1, count + 1))
    return replace(LABEL, items=goods)


def test_d6_the_strip_makes_the_page_longer_and_leaves_the_waybill_as_it_is(tmp_path) -> None:
    """D6: same size, every dot of the waybill, both its codes and ours read at 203 dpi."""
    given, label = waybill(), replace(many(9), print_number=2)
    [page] = PdfReader(BytesIO(with_goods_below([given], [label]))).pages
    assert size_mm(page) == pytest.approx((105, 148 + STRIP_MM), abs=0.01)

    (before,) = pages_of(given, tmp_path)
    (after,) = pages_of(with_goods_below([given], [label]), tmp_path)
    assert codes_on(after) == {GIVEN.tracking_number, "THEIR-CODE", LABEL.package_code}
    above = after.crop((0, 0, *before.size))
    edge = (0, 0, before.width, before.height - 8)  # the strip's rule begins below
    soft = [image.crop(edge).filter(ImageFilter.GaussianBlur(2)) for image in (before, above)]
    assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < 0.5

    strip = page.extract_text()
    assert "SKU-004 × 4" in strip and "SKU-005" not in strip
    assert "+5 sản phẩm" in strip and "45 món" in strip and "IN LẠI lần 2" in strip


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_d6_a_turned_waybill_stands_as_its_pages_are_looked_at(tmp_path, rotation) -> None:
    given = waybill(rotation=rotation)
    pdf = with_goods_below([given], [LABEL])
    (before,) = pages_of(given, tmp_path)
    (after,) = pages_of(pdf, tmp_path)
    [page] = PdfReader(BytesIO(pdf)).pages
    wide, tall = (148, 105) if rotation % 180 else (105, 148)
    assert size_mm(page) == pytest.approx((wide, tall + STRIP_MM), abs=0.01)
    assert codes_on(after) >= {GIVEN.tracking_number, LABEL.package_code}
    soft = [
        image.crop((0, 0, before.width, before.height - 8)).filter(ImageFilter.GaussianBlur(2))
        for image in (before, after)
    ]
    assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < 0.5


def test_d6_what_a_waybill_hides_around_its_page_stays_hidden() -> None:
    """A marketplace may cut a label out of a larger sheet: only the cut is placed."""
    sheet = PdfWriter(clone_from=PdfReader(BytesIO(waybill(PAPERS["a5"]))))
    sheet.pages[0].cropbox = RectangleObject((20 * MM, 60 * MM, 120 * MM, 200 * MM))
    out = BytesIO()
    sheet.write(out)
    [page] = PdfReader(BytesIO(with_goods_below([out.getvalue()], [LABEL]))).pages
    assert size_mm(page) == pytest.approx((100, 140 + STRIP_MM), abs=0.01)
    form = page["/Resources"]["/XObject"]["/W"].get_object()
    assert [float(side) for side in form["/BBox"]] == pytest.approx(
        [20 * MM, 60 * MM, 120 * MM, 200 * MM], abs=0.01
    )


def test_d6_goods_after_the_waybill_are_all_there_on_the_printers_paper() -> None:
    pdf = with_goods_after([waybill(), waybill()], [many(100), many(2)], PAPERS["100x150"])
    pages = PdfReader(BytesIO(pdf)).pages
    assert [size_mm(page) for page in pages] == [
        pytest.approx((wide, tall), abs=0.01)
        for wide, tall in [(105, 148)] + [(100, 150)] * 3 + [(105, 148), (100, 150)]
    ]
    texts = [page.extract_text() for page in pages]
    listed = [f"SKU-{n:03d} × {n} " for n in range(1, 101)]
    assert all(sum(row in text for text in texts[1:4]) == 1 for row in listed)
    assert all(
        number in text for number, text in zip(("1/3", "2/3", "3/3"), texts[1:4], strict=True)
    )
    assert "SKU-002 × 2" in texts[5] and "SKU-003" not in texts[5] and "/" not in texts[5]


def test_d6_strange_letters_and_markup_of_buyers_stay_text() -> None:
    strange = replace(many(2), note="😀 <b>quà</b> {{ 7|add:7 }}")
    [page] = PdfReader(BytesIO(with_goods_below([waybill()], [strange]))).pages
    text = page.extract_text()
    assert "<b>quà</b> {{ 7|add:7 }}" in text and "SKU-002 × 2" in text


@pytest.mark.parametrize("width", [75, 100, 148])
def test_d6_drawn_and_laid_out_sheets_agree(tmp_path, width, monkeypatch) -> None:
    label = replace(many(9), note="Gọi trước khi giao " * 5, print_number=3)
    page = strip_of(label, GoodsSheet(width, STRIP_MM))

    def picture():
        writer = PdfWriter()
        writer.add_page(drawn([page])[0])
        out = BytesIO()
        writer.write(out)
        [image] = pages_of(out.getvalue(), tmp_path)
        return image

    quick = picture()
    monkeypatch.setattr(GoodsPage, "can_be_drawn", False)
    plain = picture()
    assert codes_on(quick) == codes_on(plain) == {LABEL.package_code}
    soft = [image.filter(ImageFilter.GaussianBlur(6)) for image in (quick, plain)]
    assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < 4


def test_a_bundle_counts_once_its_parts_are_listed() -> None:
    goods = (LabelItem("COMBO", 2, "Bộ"), LabelItem("A", 4, "Áo", is_part=True))
    label = replace(LABEL, items=goods)
    assert label.sold_pieces == 2
    assert strip_of(label, GoodsSheet(100, STRIP_MM)).lines[1].startswith("+ A × 4")


@pytest.mark.django_db
def test_d6_a_computer_says_where_the_goods_stand_and_our_own_labels_stay(
    client, login, owner, settings, tmp_path
) -> None:
    """D6: the profile of the computer decides; one that said nothing prints what was given."""
    settings.MEDIA_ROOT = tmp_path / "media"
    shop = make_shop("A-1", "B-1")
    ours, theirs = waiting(shop, A_1=1), waiting(shop, B_1=3)
    theirs.waybill.save("w.pdf", ContentFile(waybill()))
    ids = {"ids": f"{ours.pk},{theirs.pk}"}

    def printed(visitor) -> list:
        return list(
            PdfReader(BytesIO(visitor.get(reverse("shipping:labels_pdf"), ids).content)).pages
        )

    said = {"paper": "100x150", "language": "pdf", "page_order": "given"}
    table, till = login(owner), login(owner)
    url = reverse("shipping:print_options")
    assert [size_mm(page)[1] for page in printed(table)] == pytest.approx([150, 148], abs=0.01)

    assert table.post(url, ids | said | {"goods": "below"}).status_code == 302
    assert PrinterProfile.objects.get().goods == "below"
    label, longer = printed(table)
    assert (size_mm(label)[1], size_mm(longer)[1]) == pytest.approx((150, 178), abs=0.01)
    assert "B-1 × 3" in longer.extract_text()

    assert table.post(url, ids | said | {"goods": "page"}).status_code == 302
    *_labels, after = printed(table)
    assert "B-1 × 3" in after.extract_text() and len(printed(table)) == 3
    assert len(printed(till)) == 2
    assert table.post(url, ids | said | {"goods": "everywhere"}).status_code == 302
    assert PrinterProfile.objects.get().goods == "page"


@pytest.mark.django_db
def test_d6_a_long_print_keeps_where_the_goods_stand(owner, settings, tmp_path) -> None:
    from shipping.services.print_runs import begin_run, draw_run

    settings.MEDIA_ROOT = tmp_path / "media"
    theirs = waiting(make_shop("A-1"), A_1=2)
    theirs.waybill.save("w.pdf", ContentFile(waybill()))
    profile = PrinterProfile(kind="waybill", paper="a6", goods=PrinterProfile.Goods.PAGE)
    run = begin_run([theirs.pk], profile, user=owner)
    draw_run(run.pk)
    with run.parts.get().file.open() as file:
        _given, second = PdfReader(BytesIO(file.read())).pages
    assert "A-1 × 2" in second.extract_text()
    assert Package.objects.get(pk=theirs.pk).label_printed_count == 0
