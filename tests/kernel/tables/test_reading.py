"""Uploads as rows of text: files of real programs go in unharmed, harmful ones get one sentence."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from oms.kernel.errors import DomainError
from oms.kernel.tables import (
    DecimalText,
    Limits,
    cell_name,
    find_heading,
    fold_label,
    read_table,
)

FILES = Path(__file__).with_name("files")
GOODS = [
    ["Mã SKU", "Tên sản phẩm", "Giá bán", "Tồn", "Ngày nhập", "Tỷ lệ"],
    ["00123", "Áo thun Đặng Ánh trắng", "150000", "3", "2026-03-02", "0.5"],
    ["AT-02", 'Nước mắm "Phú Quốc"; 500ml', "1250000", "0", "2026-02-28", "1.234"],
    ["=HYPERLINK(1)", "Bột giặt ₫ ưu đãi", "99000", "12", "2026-01-15", "2"],
]
HEAD = (
    '<?xml version="1.0"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SKU = '<row r="1"><c r="A1" t="inlineStr"><is><t>Mã SKU</t></is></c></row>'
TAIL = "</sheetData></worksheet>"


def read(name: str):
    return read_table(io.BytesIO((FILES / name).read_bytes()))


def refused(data: bytes, **options) -> DomainError:
    with pytest.raises(DomainError) as caught:
        read_table(io.BytesIO(data), **options)
    return caught.value


def workbook(*rows, name: str = "Hàng") -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def with_sheet(xml: str) -> bytes:
    """LibreOffice's workbook with another first sheet."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / "goods.xlsx") as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for entry in source.infolist():
            mine = entry.filename == "xl/worksheets/sheet1.xml"
            out.writestr(entry.filename, xml if mine else source.read(entry))
    return target.getvalue()


@pytest.mark.parametrize("name", ["goods.xlsx", "goods.xls", "goods.ods"])
def test_c71_c72_a_workbook_of_libreoffice_goes_in_unharmed(name: str) -> None:
    table = read(name)
    assert table.rows == GOODS
    assert table.sheet == "src"


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter"),
    [
        ("goods-utf-8.csv", "utf-8", ","),
        ("goods-windows-1258.csv", "cp1258", ";"),
        ("goods-utf-16.csv", "utf-16", "\t"),
    ],
)
def test_c72_encoding_and_delimiter_are_found_out(name: str, encoding: str, delimiter: str) -> None:
    table = read(name)
    assert (table.rows, table.encoding, table.delimiter) == (GOODS, encoding, delimiter)


def test_a_csv_with_mark_without_mark_and_of_the_west() -> None:
    rows = [["Mã", "Tên"], ["01", "Ưu đãi"]]
    text = "Mã,Tên\r\n01,Ưu đãi\r\n"
    for encoding in ("utf-8-sig", "utf-16-le", "utf-16-be"):
        assert read_table(io.BytesIO(text.encode(encoding))).rows == rows
    west = read_table(io.BytesIO("code;nom\n1;crème brûlée così\n".encode("cp1252")))
    assert (west.encoding, west.rows[1]) == ("cp1252", ["1", "crème brûlée così"])


def test_c71_numbers_are_exact_text_and_decimals_are_marked() -> None:
    data = workbook(["00123", 123, 8936000000012, 0.1 + 0.2, 149999.99999999997, 1.234])
    [row] = read_table(io.BytesIO(data)).rows
    assert row == ["00123", "123", "8936000000012", "0.3", "150000", "1.234"]
    assert [type(cell) is DecimalText for cell in row] == [0, 0, 0, 1, 0, 1]


def test_csv_ways_of_keeping_zeros_and_disarming_formulas_are_understood() -> None:
    rows = read_table(io.BytesIO(b'sku,name\n"=""00123""",\'=1+1\n\'-5,it\'s\n')).rows
    assert rows[1:] == [["00123", "=1+1"], ["-5", "it's"]]


def test_the_first_visible_sheet_with_rows_is_read_or_the_one_asked_for() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("Trống")
    book.add_worksheet("Ẩn").hide()
    book.add_worksheet("Hàng").write_row(2, 1, ["SKU", "Tên"])
    book.add_worksheet("Giá").write(0, 0, "x")
    book.close()
    table = read_table(io.BytesIO(target.getvalue()))
    assert (table.sheet, table.sheets) == ("Hàng", ["Trống", "Hàng", "Giá"])
    assert table.rows == [["", "", ""], ["", "", ""], ["", "SKU", "Tên"]]
    assert read_table(io.BytesIO(target.getvalue()), sheet="Giá").rows == [["x"]]


def test_c72_two_hundred_thousand_empty_rows_are_refused_in_one_sentence() -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 200_002))
    refusal = refused(with_sheet(HEAD + SKU + empty + TAIL))
    assert refusal.message == (
        "Trang tính “src” có 200.001 dòng, kể cả dòng trống; tối đa 100.000: "
        "hãy xóa dòng trống hoặc tách thành nhiều tệp."
    )


@pytest.mark.parametrize("name", ["formula.xlsx", "formula.ods"])
def test_c72_a_formula_is_refused_with_its_cell(name: str) -> None:
    assert refused((FILES / name).read_bytes()).message == (
        "Ô B2 là công thức hoặc giá trị lỗi; hãy chép rồi dán lại dạng giá trị và lưu tệp."
    )


def test_an_error_value_is_refused_and_not_read_as_empty() -> None:
    wrong = '<row r="2"><c r="C2" t="e"><v>#N/A</v></c></row>'
    assert "Ô C2" in refused(with_sheet(HEAD + SKU + wrong + TAIL)).message


@pytest.mark.parametrize("name", ["merged.xlsx", "merged.xls", "merged.ods"])
def test_c72_a_merged_heading_is_refused_with_its_cells(name: str) -> None:
    with pytest.raises(DomainError) as caught:
        find_heading(read(name), known={"ma sku", "gia ban"})
    assert caught.value.message == ("Ô B1:C1 ở dòng tiêu đề bị gộp; hãy bỏ gộp ô rồi lưu lại.")


def test_c72_a_zip_bomb_is_refused_by_its_index() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", "<x/>")
        out.writestr("xl/worksheets/sheet1.xml", b"0" * (30 * 1024 * 1024))
    assert refused(target.getvalue()).message == (
        "Tệp nén này bung ra quá lớn (31 MB); hãy chép dữ liệu sang tệp mới."
    )


def test_too_many_entries_are_a_bomb_too() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for number in range(2_001):
            out.writestr(f"xl/{number}", "")
    assert refused(target.getvalue()).code == "table.bomb"


def test_two_cells_in_opposite_corners_kill_nobody() -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    refusal = refused(with_sheet(HEAD + SKU + corner + TAIL))
    assert refusal.message == (
        "Đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian; "
        "hãy chép dữ liệu sang tệp mới hoặc lưu dạng CSV."
    )


def test_entities_of_xml_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + '<worksheet><f t="e"/></worksheet>'
    assert refused(with_sheet(bomb)).code == "table.broken"


@pytest.mark.parametrize("name", ["password.xls", "password.ods"])
def test_a_password_is_named_as_the_cause(name: str) -> None:
    refusal = refused((FILES / name).read_bytes())
    assert refusal.message == "Tệp có mật khẩu; hãy bỏ mật khẩu rồi lưu lại."


def test_an_encrypted_xlsx_is_told_by_its_stream() -> None:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    assert refused(data).code == "table.password"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7 ...", "table.not_spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table>", "table.not_spreadsheet"),
        (b"PK\x03\x04 not really", "table.not_spreadsheet"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "table.broken"),
        (b"sku,name\n1,a\0b\n", "table.nul"),
        (b"", "table.empty"),
        (b"\n\n,,\n", "table.empty"),
        (b"a" * 20_000, "table.long_cell"),
        (b"a," * 300, "table.too_many"),
        (b"a\n" * 100_001, "table.too_many"),
        (b'"' + b"a" * 200_000, "table.broken"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, code: str) -> None:
    refusal = refused(data)
    assert (refusal.code, refusal.field) == (code, "file")


def test_a_file_over_the_size_is_refused_before_it_is_read() -> None:
    assert refused(b"x" * 2_000_000, limits=Limits(file_bytes=1024 * 1024)).message == (
        "Tệp nặng hơn 1 MB; hãy tách thành nhiều tệp."
    )


def test_a_wide_sheet_is_refused_with_its_size() -> None:
    refusal = refused(workbook(["x"] * 201))
    assert refusal.message == (
        "Trang tính “Hàng” có 1 dòng x 201 cột; tối đa 200 cột: "
        "hãy xóa cột trống hoặc tách thành nhiều tệp."
    )


def test_the_heading_is_the_row_with_most_known_labels() -> None:
    rows = [["DANH SÁCH"], [], ["Mã SKU *", "Giá bán (₫)"], ["sku", "price"], ["1", "2"]]
    table = read_table(io.BytesIO(workbook(*rows)))
    heading = find_heading(table, known={"ma sku", "gia ban"}, keys={"sku", "price"})
    assert (heading.row, heading.first, heading.keys) == (2, 4, ["sku", "price"])
    assert heading.labels == ["Mã SKU *", "Giá bán (₫)"]
    unknown = find_heading(table, known=set())
    assert (unknown.row, unknown.first, unknown.keys) == (2, 3, [])


def test_names_of_cells_and_labels() -> None:
    assert [cell_name(0, c) for c in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
    assert fold_label(" Giá bán lẻ (VNĐ)* ") == "gia ban le vnd"


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04"):
        try:
            assert read_table(io.BytesIO(prefix + data)).rows
        except DomainError as refusal:
            assert refusal.code.startswith("table.")
