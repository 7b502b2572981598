"""Rows as a spreadsheet or csv that opens unharmed: text stays text, nothing becomes a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.functional import Promise

from oms.kernel.tables.grid import DecimalText

# What a spreadsheet program would run or turn into something else.
_RISKY = re.compile(r"^[=+\-@\t\r]")
_CELL_LIMIT = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# The built-in formats of every spreadsheet program: text, 0 and #,##0.
_FORMATS = {"text": 49, "number": 1, "money": 3}
_SHEET = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is text, number or money; `key` goes into the hidden row of a template."""

    key: str
    label: str | Promise
    kind: str = "text"
    width: int = 16


def write_xlsx(
    target: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str,
    with_keys: bool = False,
    notes: tuple[str, Sequence[Sequence[str]]] | None = None,
) -> int:
    """Write one sheet, row by row in constant memory; returns the number of rows.

    Text cells are written as text whatever they begin with, in columns formatted as text, so that
    what is typed there later keeps its leading zeros. `with_keys` hides a row of keys below the
    heading; `notes` is a second sheet (title, lines of cells).
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    heading = book.add_format({"bold": True, "bg_color": "#E2E8F0", "bottom": 1, "text_wrap": True})
    formats = {kind: book.add_format({"num_format": number}) for kind, number in _FORMATS.items()}
    page = book.add_worksheet(_SHEET.sub(" ", sheet)[:31] or None)
    page.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width, formats[column.kind])
    for index, column in enumerate(columns):
        page.write_string(0, index, str(column.label), heading)
    first = 1
    if with_keys:
        page.set_row(1, None, None, {"hidden": True})
        for index, column in enumerate(columns):
            page.write_string(1, index, column.key)
        first = 2
    count = 0
    for count, row in enumerate(rows, start=1):
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_cell(page, first + count - 1, index, value, formats[column.kind])
    if notes:
        _write_notes(book, *notes, heading=heading)
    book.close()
    return count


def _write_cell(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int) and not isinstance(value, bool):
        page.write_number(row, column, value, style)
    elif isinstance(value, DecimalText):
        page.write_number(row, column, float(value))
    else:
        page.write_string(row, column, _ILLEGAL.sub("", str(value))[:_CELL_LIMIT], style)


def _write_notes(book: Any, title: str, lines: Sequence[Sequence[str]], *, heading: Any) -> None:
    page = book.add_worksheet(_SHEET.sub(" ", title)[:31])
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 26, wrapped)
    page.set_column(1, 9, 44, wrapped)
    for number, line in enumerate(lines):
        for index, text in enumerate(line):
            page.write_string(number, index, str(text), wrapped if number else heading)


def write_csv(target: IO[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """The same rows as csv; open `target` with encoding="utf-8-sig" so that Excel reads it.

    Text that would run as a formula gets a leading apostrophe, which our reader takes off again.
    """
    writer = csv.writer(target)
    writer.writerow([str(column.label) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if _RISKY.match(text) else text
