"""Workbooks written by XlsxWriter, row by row: no row of a sheet stays in memory.

The number of rows and the length of a cell are Excel's own limits; the library leaves out silently
what goes beyond them, we say so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import DecimalText

MOST_ROWS = 1_048_576
# UTF-16 units, in which a letter outside the basic plane counts twice.
CELL_LIMIT = 32_767
# Cells are written as what they are; the formats name how a column shows what is typed there.
PLAIN, TEXT, NUMBER, MONEY, HEADING, WRAPPED = range(6)
_FORMATS: tuple[dict[str, Any], ...] = (
    {},
    {"num_format": 49},  # text, 0 and #,##0 are numbered in every spreadsheet program
    {"num_format": 1},
    {"num_format": 3},
    {"bold": True, "bg_color": "#E2E8F0", "bottom": 1, "text_wrap": True},
    {"text_wrap": True, "valign": "top"},
)
_NAME = re.compile(r"[\[\]:*?/\\]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns` are (width, style); rows come after the heading; one row may be hidden, from 1."""

    name: str
    columns: Sequence[tuple[int, int]]
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]
    hidden_row: int = 0


def write_book(target: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write the sheets one after the other. Raises DomainError when one has too many rows."""
    with Workbook(target, {"constant_memory": True}) as book:
        formats = [book.add_format(look) for look in _FORMATS]
        for number, sheet in enumerate(sheets, 1):
            _write(book.add_worksheet(_name(sheet.name, number)), sheet, formats)


def text_of(value: str) -> str:
    """The text as the file can hold it: a longer one ends in an ellipsis."""
    text = _ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= CELL_LIMIT or len(text.encode("utf-16-le")) <= CELL_LIMIT * 2:
        return text
    cut = text.encode("utf-16-le")[: (CELL_LIMIT - 1) * 2]
    return cut.decode("utf-16-le", "ignore") + "…"


def _write(target: Worksheet, sheet: Sheet, formats: Sequence[Format]) -> None:
    styles = [formats[style] for _width, style in sheet.columns]
    for index, (width, style) in enumerate(sheet.columns):
        target.set_column(index, index, width, formats[style])
    target.freeze_panes(1, 0)
    _write_row(target, 0, sheet.heading, [formats[HEADING]] * len(styles))
    for number, row in enumerate(sheet.rows, 1):
        if number >= MOST_ROWS:
            raise _too_long()
        if number + 1 == sheet.hidden_row:
            target.set_row(number, None, None, {"hidden": True})
        _write_row(target, number, row, styles)


def _write_row(
    target: Worksheet, number: int, row: Sequence[Any], styles: Sequence[Format]
) -> None:
    """The cells that hold something; only whole numbers and DecimalText are numbers."""
    for index, (value, style) in enumerate(zip(row, styles, strict=True)):
        kind = type(value)
        if value is None or value == "":
            continue
        if kind is int:
            target.write_number(number, index, value, style)
        elif kind is DecimalText:
            target.write_number(number, index, float(value))
        else:
            target.write_string(number, index, text_of(str(value)), style)


def _too_long() -> DomainError:
    return DomainError(
        _("Danh sách dài hơn %(rows)s dòng của một trang tính; hãy lọc bớt hoặc xuất dạng CSV.")
        % {"rows": f"{MOST_ROWS:,}".replace(",", ".")},
        code="table.too_many",
    )


def _name(name: str, number: int) -> str:
    """What a program takes as the name of a sheet."""
    clean = _NAME.sub(" ", _ILLEGAL.sub("", name)).replace('"', "'")[:31].strip("' ")
    return clean or f"Sheet{number}"
