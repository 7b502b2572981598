"""Rows as a spreadsheet or csv that opens unharmed: text stays text, nothing becomes a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from django.utils.functional import Promise

from oms.kernel.tables.xlsx import MONEY, NUMBER, PLAIN, TEXT, WRAPPED, Sheet, write_book

# What a spreadsheet program would run or turn into something else.
_RISKY = re.compile(r"^[=+\-@\t\r]")
_STYLES = {"text": TEXT, "number": NUMBER, "money": MONEY, "decimal": PLAIN}


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is text, number, money or decimal (of DecimalText); `key` is for the hidden row."""

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
    counted = Counted(rows)
    body: Iterable[Sequence[Any]] = counted
    if with_keys:
        body = chain([[column.key for column in columns]], counted)
    sheets = [
        Sheet(
            sheet,
            [(column.width, _STYLES[column.kind]) for column in columns],
            [str(column.label) for column in columns],
            body,
            hidden_row=2 if with_keys else 0,
        )
    ]
    if notes:
        sheets.append(_notes(*notes))
    write_book(target, sheets)
    return counted.count


class Counted:
    """Rows, and how many of them were taken."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def _notes(title: str, lines: Sequence[Sequence[str]]) -> Sheet:
    heading, *rest = lines
    widths = [26, *[44] * (len(heading) - 1)]
    return Sheet(title, [(width, WRAPPED) for width in widths], heading, rest)


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
