"""Labels as a printer and a scanner meet them."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from django.utils import translation
from PIL import Image, ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader, PdfWriter

from oms.kernel.errors import DomainError
from oms.kernel.symbols import QUIET_MODULES, code128, qr
from orders.models import Order
from shipping.labels.batch import print_batch
from shipping.labels.build import labels_of, packages_for_print
from shipping.labels.content import INSPECTION_WORDS, Label, LabelItem
from shipping.labels.document import plain_labels
from shipping.labels.stamp import can_stamp, stamped_labels
from shipping.models import Package

LABEL = Label(
    carrier_name="GHN",
    service_name="Hàng nhẹ",
    sort_code="190-G-01-A9",
    tracking_number="LX7ABC42",
    from_name="Shop Ánh Dương",
    from_phone="0912 345 678",
    from_address="1 Lê Lợi, Phường Bến Thành, Hồ Chí Minh",
    to_name="Nguyễn Thị Ngọc Ánh",
    to_phone="0987 654 321",
    to_address="Số 15 ngõ 27 Trần Duy Hưng, Phường Yên Hòa, Hà Nội",
    cod_vnd=1_250_000,
    weight_g=850,
    size_cm=(20, 15, 10),
    inspection_note="look",
    note="Gọi trước khi giao",
    items=tuple(LabelItem(f"AT-{n:02d}", n, "Áo thun cổ tròn") for n in range(1, 9)),
    package_code="DH-26-000123-7KQ2",
    order_number="DH-26-000123",
    printed_at=datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
    print_number=1,
)


def pages(pdf: bytes, folder: Path) -> list[Image.Image]:
    """Each page in the dots of a 203 dpi printer."""
    source = folder / "labels.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "203", "-png", source, folder / "page"], check=True)
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


def codes(image: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(image)}


def text_of(pdf: bytes, page: int = 0) -> str:
    from io import BytesIO

    return PdfReader(BytesIO(pdf)).pages[page].extract_text()


def test_the_page_is_exactly_the_paper(tmp_path) -> None:
    from io import BytesIO

    box = PdfReader(BytesIO(plain_labels([LABEL]))).pages[0].mediabox
    millimetre = 72 / 25.4
    assert float(box.width) == pytest.approx(100 * millimetre, abs=0.01)
    assert float(box.height) == pytest.approx(150 * millimetre, abs=0.01)


@pytest.mark.parametrize("tracking", ["LX7ABC42", "SPXVN012345678901", "GHN-0987654321-ABCDEF12"])
def test_a_scanner_reads_both_codes_from_a_203_dpi_print(tmp_path, tracking) -> None:
    [page] = pages(plain_labels([replace(LABEL, tracking_number=tracking)]), tmp_path)
    assert codes(page) == {tracking, "DH-26-000123-7KQ2"}


def test_a75_a_batch_is_one_document_in_the_order_asked(tmp_path) -> None:
    batch = [replace(LABEL, tracking_number=f"LX{n}") for n in (3, 1, 2)]
    read = [codes(page) - {LABEL.package_code} for page in pages(plain_labels(batch), tmp_path)]
    assert read == [{"LX3"}, {"LX1"}, {"LX2"}]


def test_d6_every_region_is_on_the_paper() -> None:
    text = text_of(plain_labels([LABEL]))
    for wanted in (
        "190-G-01-A9",
        "LX7ABC42",
        "Nguyễn Thị Ngọc Ánh",
        "0987 654 321",
        "1.250.000 ₫",
        "850 g",
        "20 × 15 × 10 cm",
        "Cho xem hàng không thử",
        "AT-06 × 6 — Áo thun cổ tròn",
        "+2 sản phẩm",
        "DH-26-000123",
        "22/11/2026 08:30",
    ):
        assert wanted in text.replace("\n", " ").replace("\xa0", " "), wanted
    assert "AT-07" not in text
    assert "IN LẠI" not in text


def test_nothing_to_collect_is_said_in_words() -> None:
    text = text_of(plain_labels([replace(LABEL, cod_vnd=0)]))
    assert "KHÔNG THU TIỀN" in text
    assert "₫" not in text


def test_a_reprint_says_so() -> None:
    assert "IN LẠI lần 2" in text_of(plain_labels([replace(LABEL, print_number=2)]))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</style><b>x</b>{{ 7|add:7 }}",
        "=cmd|' /C calc'!A0",
        "😀 khách",
        "مرحبا بك",
        "A" * 400,
        "Rất dài " * 60,
    ],
)
def test_strange_text_stays_text_on_one_page_and_the_codes_stay_readable(tmp_path, text) -> None:
    strange = replace(
        LABEL, to_name=text, to_address=text, note=text, items=(LabelItem("X", 1, text),)
    )
    [page] = pages(plain_labels([strange]), tmp_path)
    assert codes(page) == {"LX7ABC42", "DH-26-000123-7KQ2"}


def test_d6_modules_are_three_dots_when_they_fit_else_two_never_one() -> None:
    assert code128("LX7ABC42").dots == 3
    assert code128("GHN-0987654321-ABCDEF12").dots == 2
    with pytest.raises(DomainError) as refusal:
        code128("X" * 60)
    assert refusal.value.code == "label.code_too_long"


@pytest.mark.parametrize("text", ["", "Đ123", "A\nB", "😀"])
def test_what_code_128_cannot_hold_is_refused(text) -> None:
    with pytest.raises(DomainError):
        code128(text)


def test_the_symbol_stands_in_the_middle_with_its_quiet_zones() -> None:
    bars = code128("LX7ABC42")
    used = (bars.modules + 2 * QUIET_MODULES) * bars.dots
    assert bars.first_dot * 2 + used in (bars.space_dots, bars.space_dots - 1)


def test_d6_the_qr_of_a_package_code_has_modules_of_half_a_millimetre() -> None:
    assert 18 / qr("DH-26-000123-7KQ2").side >= 0.5


@pytest.mark.parametrize(
    ("given", "shown"),
    [("+84987654321", "0987 654 321"), ("******21", "******21"), ("+84*****321", "+84*****321")],
)
def test_d6_the_phone_is_masked_only_when_the_channel_masks_it(
    booked, tmp_path, given, shown
) -> None:
    """A channel's order in clear shows the courier the number; what is masked stays as sent."""
    Order.objects.filter(pk=booked.fulfilment.order_id).update(
        shop_ref=7, remote_id="R1", recipient_phone=given
    )
    [label] = labels_of(packages_for_print([booked.pk], Package.objects.all()))
    assert label.to_phone == shown
    for name, pdf in (("plain", plain_labels([label])), ("stamped", stamped_labels([label]))):
        assert shown in text_of(pdf).replace("\xa0", " "), name
        (tmp_path / name).mkdir()
        [page] = pages(pdf, tmp_path / name)
        assert codes(page) == {"LX7ABC", label.package_code}


def test_both_label_ways_speak_the_language_of_the_country() -> None:
    with translation.override("en"):
        assert str(INSPECTION_WORDS["closed"]) != "Không cho xem hàng"
        label = replace(LABEL, inspection_note="closed", print_number=2)
        for pdf in (plain_labels([label]), stamped_labels([label])):
            text = text_of(pdf).replace("\xa0", " ")
            assert "Không cho xem hàng" in text
            assert "IN LẠI lần 2" in text


def test_a75_a_label_is_made_from_the_rows_of_its_package(booked) -> None:
    [package] = packages_for_print([booked.pk], Package.objects.all())
    [label] = labels_of([package])
    assert (label.tracking_number, label.sort_code) == ("LX7ABC", "190-G-01-A9")
    assert (label.carrier_name, label.service_name) == ("GHN", "Hàng nhẹ")
    assert label.to_phone == "0987 654 321"
    assert [(item.sku, item.quantity) for item in label.items] == [("AT-01", 2)]
    assert label.print_number == 1


def test_a_given_waybill_is_merged_as_it_is(booked, tmp_path, settings) -> None:
    from io import BytesIO

    from django.core.files.base import ContentFile

    settings.MEDIA_ROOT = tmp_path / "media"
    given = PdfWriter()
    given.add_blank_page(width=297, height=420)
    data = BytesIO()
    given.write(data)
    booked.waybill.save("w.pdf", ContentFile(data.getvalue()))
    merged = PdfReader(BytesIO(print_batch([booked])))
    assert [float(page.mediabox.width) for page in merged.pages] == [297.0]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cod_vnd": 0, "print_number": 3},
        {"to_address": "Số nhà 12 ngõ 345 đường " * 9, "to_name": "Nguyễn Hoàng " * 6},
    ],
)
def test_a_stamped_label_looks_like_the_plain_document(tmp_path, changes) -> None:
    label = replace(LABEL, **changes)
    assert can_stamp(label)
    for name in ("plain", "stamped"):
        (tmp_path / name).mkdir()
    [plain] = pages(plain_labels([label]), tmp_path / "plain")
    [stamped] = pages(stamped_labels([label]), tmp_path / "stamped")

    assert plain.size == stamped.size
    assert codes(plain) == codes(stamped) == {"LX7ABC42", LABEL.package_code}
    soft = [page.convert("L").filter(ImageFilter.GaussianBlur(6)) for page in (plain, stamped)]
    assert ImageStat.Stat(ImageChops.difference(*soft)).mean[0] < 3


def test_a_stamped_label_can_be_read_as_text() -> None:
    text = text_of(stamped_labels([LABEL])).replace("\xa0", " ")
    for wanted in ("190-G-01-A9", "Nguyễn Thị Ngọc Ánh", "1.250.000 ₫", "+2 sản phẩm"):
        assert wanted in text


@pytest.mark.parametrize("text", ["😀", "مرحبا", "漢字"])
def test_text_that_the_fonts_lack_goes_through_the_plain_document(text) -> None:
    assert not can_stamp(replace(LABEL, to_name=text))


@pytest.mark.parametrize(
    ("weight_g", "shown"),
    [(999, "999 g"), (1000, "1 kg"), (1250, "1,25 kg"), (1005, "1,01 kg"), (20_000, "20 kg")],
)
def test_weights_are_rounded_half_up_to_ten_grams(weight_g, shown):
    assert replace(LABEL, weight_g=weight_g).weight == shown
