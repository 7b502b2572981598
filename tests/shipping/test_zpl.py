"""Labels as a thermal printer takes them."""

import re
from dataclasses import replace

import pytest

from shipping.labels.papers import PAPERS, Printer
from shipping.labels.stamp import stamped_labels
from shipping.labels.zpl import field_data, fonts_for_printer, zpl_labels
from tests.labels import codes_on, pages_of, zpl_images
from tests.shipping.test_labels import LABEL

HOSTILE = "^XZ^XA~JR^FDx^FS\\&_5E ~DY^GFA,1\x07\n\x1b"
# What stands in a stream of ours, beside the texts of fields.
COMMANDS = {"^XA", "^XZ", "^CI", "^PW", "^LL", "^LH", "^PO", "^FT", "^A0", "^FH", "^FD", "^FS"}
COMMANDS |= {"^FO", "^GB", "^GF"}


@pytest.mark.parametrize("code", PAPERS)
def test_d6_the_codes_of_zpl_are_those_of_the_pdf(tmp_path, code) -> None:
    labels = [LABEL, replace(LABEL, tracking_number="GHN-0987654321-ABCDEF12")]
    printer = Printer(PAPERS[code])
    drawn = [codes_on(page) for page in pages_of(stamped_labels(labels, printer), tmp_path)]
    assert [codes_on(image) for image in zpl_images(zpl_labels(labels, printer))] == drawn
    assert drawn[0] == {LABEL.tracking_number, LABEL.package_code}


def test_a_printer_of_300_dpi_has_the_same_codes_in_its_own_dots() -> None:
    [image] = zpl_images(zpl_labels([LABEL], Printer(dpi=300, offset_mm=(1.5, -0.5))))
    assert image.size == (1200, 1800)
    assert codes_on(image) == {LABEL.tracking_number, LABEL.package_code}


def test_zpl_says_what_the_pdf_says_in_utf_8() -> None:
    stream = zpl_labels([replace(LABEL, print_number=2)]).decode()
    assert stream.count("^XA") == stream.count("^XZ") == stream.count("^CI28") == 1
    for text in ("Nguyễn Thị Ngọc Ánh", "1.250.000", "IN LẠI lần 2", "AT-06 × 6", "190-G-01-A9"):
        assert text in stream
    assert "AT-07" not in stream


def test_hostile_text_never_reaches_the_printer_as_a_command() -> None:
    """C-54, part 4: a buyer's name is data. Its ^ and ~ are codes behind ^FH."""
    clean = zpl_labels([LABEL]).decode()
    strange = replace(LABEL, to_name=HOSTILE, to_address=HOSTILE, note=HOSTILE, to_phone=HOSTILE)
    stream = zpl_labels([strange]).decode()
    assert set(re.findall(r"\^[A-Z][A-Z0-9]", stream)) == COMMANDS
    assert "~" not in stream
    assert "\\" not in stream
    assert not set(re.findall(r"[\x00-\x09\x0b-\x1f]", stream))
    for word in ("^XA", "^XZ"):
        assert stream.count(word) == clean.count(word) == 1
    [image] = zpl_images(stream.encode())
    assert codes_on(image) == {LABEL.tracking_number, LABEL.package_code}


def test_what_the_fonts_lack_is_a_box_and_not_a_hole() -> None:
    assert field_data("a😀ộ^_~\\\n") == "a□ộ_5E_5F_7E_5C "


def test_our_fonts_are_called_only_when_the_printer_has_them() -> None:
    assert b"^CW1,E:DNREG.TTF" not in zpl_labels([LABEL])
    own = zpl_labels([LABEL], Printer(has_own_fonts=True))
    assert b"^CW1,E:DNREG.TTF" in own
    assert b"^A1N," in own
    assert b"^A0N," not in own
    sent = fonts_for_printer().decode().splitlines()
    assert [row[:11] for row in sent] == ["~DYE:DNREG,", "~DYE:DNBOLD", "~DYE:DNBLAC"]
    size, data = re.fullmatch(r"~DYE:DNREG,A,T,(\d+),,([0-9A-F]+)", sent[0]).groups()
    assert len(data) == 2 * int(size)
