"""What we write is read back as it was, by our reader and without running anything."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oms.kernel.errors import DomainError
from oms.kernel.tables import (
    Column,
    DecimalText,
    find_heading,
    read_table,
    write_csv,
    write_xlsx,
)

COLUMNS = [
    Column("sku", "Mã SKU"),
    Column("phone", "Điện thoại"),
    Column("price", "Giá bán", "money"),
]
HOSTILE = "=cmd|' /C calc'!A0"
RISKY = [
    HOSTILE,
    "<b>&amp;]]></t>",
    "_x0041_",
    "giá 👩🏽\u200d🌾 rẻ",
    "hai\ndòng",
    "=1+1",
    "+84912345678",
    "-SALE",
    "@SUM(A1)",
    "\tx",
    "http://a.vn",
    "00123",
]


def as_xlsx(rows, **options) -> bytes:
    target = io.BytesIO()
    assert write_xlsx(target, COLUMNS, rows, sheet="Hàng/hóa", **options) == len(rows)
    return target.getvalue()


def sheet_xml(data: bytes, number: int = 1) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_c71_text_is_written_as_text_and_numbers_as_numbers() -> None:
    data = as_xlsx([[text, "0912345678", 150_000] for text in RISKY])
    table = read_table(io.BytesIO(data))
    assert table.sheet == "Hàng hóa"
    assert [row[0].strip() for row in table.rows[1:]] == [text.strip() for text in RISKY]
    assert {tuple(row[1:]) for row in table.rows[1:]} == {("0912345678", "150000")}
    xml = sheet_xml(data)
    assert "<f>" not in xml
    assert len(re.findall(r"<v>150000</v>", xml)) == len(RISKY)


def test_c71_columns_of_text_keep_what_is_typed_there_later() -> None:
    """The whole column has the text format, the heading stays in sight."""
    data = as_xlsx([])
    xml = sheet_xml(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles = package.read("xl/styles.xml").decode()
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    [style] = re.findall(r'<col min="1" [^>]*style="(\d+)"', xml)
    assert formats[int(style)] == "49"  # the built-in text format
    assert 'state="frozen"' in xml


def test_a_hidden_row_of_keys_names_the_columns_in_any_language() -> None:
    data = as_xlsx([["01", "", 5]], with_keys=True, notes=("Hướng dẫn", [["Cột", "Ý nghĩa"]]))
    assert re.search(r'<row r="2"[^>]*hidden="1"', sheet_xml(data))
    table = read_table(io.BytesIO(data))
    heading = find_heading(table, known=set(), keys={"sku", "phone", "price"})
    assert (heading.keys, heading.first) == (["sku", "phone", "price"], 2)
    assert table.sheets == ["Hàng hóa", "Hướng dẫn"]


def test_a_csv_opens_in_excel_and_runs_nothing() -> None:
    target = io.StringIO()
    write_csv(target, COLUMNS, [[text, "", -5] for text in RISKY])
    text = target.getvalue()
    assert "'=1+1,,-5" in text
    assert not re.search(r'(^|[,"])[=@+]', text, re.MULTILINE)
    rows = read_table(io.BytesIO(text.encode("utf-8-sig"))).rows
    assert [row[0] for row in rows[1:]] == RISKY


@settings(max_examples=6)
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=20
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    data = as_xlsx([[text, "x", 1] for text in texts])
    assert [row[0] for row in read_table(io.BytesIO(data)).rows[1:]] == texts


def cells_of(data: bytes) -> list[str]:
    """The texts of the sheet as an XML parser reads them."""
    tree = ElementTree.fromstring(sheet_xml(data))
    return [node.text or "" for node in tree.iter() if node.tag.endswith("}t")]


def test_c71_letters_that_a_file_may_not_hold_are_left_out() -> None:
    control = "".join(map(chr, range(32))) + "\x7f\ufffe\uffff\ud800"
    [text] = cells_of(as_xlsx([[f"a{control}b", "", None]]))[3:]
    assert text == "a\t\n\n\x7fb"


def test_c71_what_looks_like_an_escaped_letter_stays_what_was_typed() -> None:
    assert cells_of(as_xlsx([["_x0041_", "", None]]))[3:] == ["_x005F_x0041_"]


def test_c71_spaces_at_the_ends_stay() -> None:
    data = as_xlsx([["  a  ", "", None]])
    assert '<t xml:space="preserve">  a  </t>' in sheet_xml(data)


@pytest.mark.parametrize(
    ("letter", "kept"), [("a", 32_766), ("đ", 32_766), ("👍", 16_383)], ids=["a", "đ", "emoji"]
)
def test_d13_a_cell_longer_than_excel_takes_says_that_it_was_cut(letter: str, kept: int) -> None:
    [whole] = cells_of(
        as_xlsx([[letter * (32_767 // len(letter.encode("utf-16-le")) * 2), "", 1]])
    )[3:]
    assert "…" not in whole
    [cut] = cells_of(as_xlsx([[letter * 40_000, "", 1]]))[3:]
    assert cut == letter * kept + "…"
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767


def test_d13_a_list_longer_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oms.kernel.tables.xlsx.MOST_ROWS", 3)
    as_xlsx([["a", "b", 1]] * 2)
    with pytest.raises(DomainError, match="CSV"):
        as_xlsx([["a", "b", 1]] * 3)


def test_numbers_are_exact_and_nothing_else_becomes_one() -> None:
    """To fifteen digits, which is what a cell of any spreadsheet program holds."""
    xml = sheet_xml(as_xlsx([["007", DecimalText("1234567.00000001"), 999_999_999_999_999]]))
    assert "<v>1234567.00000001</v>" in xml
    assert "<v>999999999999999</v>" in xml
    assert cells_of(as_xlsx([["007", True, 5]]))[3:] == ["007", "True"]
