"""One door for every upload that holds a table."""

import tempfile
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.archive import kind_of
from oms.kernel.tables.delimited import read_delimited
from oms.kernel.tables.grid import LIMITS, Limits, Table, cell_name
from oms.kernel.tables.workbook import password_protected, read_workbook


class Readable(Protocol):
    """An upload, a stored file or bytes in memory."""

    def seek(self, offset: int, /) -> Any: ...

    def read(self, size: int, /) -> bytes: ...


def read_table(file: Readable, *, sheet: str = "", limits: Limits = LIMITS) -> Table:
    """The rows of an xlsx, xls, ods, csv or tsv as text; what it is called plays no part.

    Raises DomainError: too large, protected, broken, no spreadsheet, formulas, too many rows.
    """
    with tempfile.NamedTemporaryFile(prefix="table-") as copy:
        _copy(file, copy, limits)
        return _read(Path(copy.name), sheet, limits)


def _copy(file: Readable, copy: "tempfile._TemporaryFileWrapper[bytes]", limits: Limits) -> None:
    file.seek(0)
    size = 0
    while chunk := file.read(1 << 20):
        size += len(chunk)
        if size > limits.file_bytes:
            raise DomainError(
                _("Tệp nặng hơn %(limit)d MB; hãy tách thành nhiều tệp.")
                % {"limit": limits.file_bytes // (1024 * 1024)},
                code="table.too_large",
                field="file",
            )
        copy.write(chunk)
    copy.flush()


def _read(path: Path, sheet: str, limits: Limits) -> Table:
    kind = kind_of(path, limits)
    if kind == "encrypted":
        raise password_protected()
    if kind == "text":
        table = read_delimited(path.read_bytes(), limits=limits)
    else:
        table = read_workbook(path, kind=kind, sheet=sheet, limits=limits)
    while table.rows and not any(table.rows[-1]):
        table.rows.pop()
    _check_lengths(table, limits)
    if not table.rows:
        raise DomainError(_("Tệp không có dòng nào."), code="table.empty", field="file")
    return table


def _check_lengths(table: Table, limits: Limits) -> None:
    for number, row in enumerate(table.rows):
        if max(map(len, row), default=0) > limits.cell_length:
            column = next(i for i, cell in enumerate(row) if len(cell) > limits.cell_length)
            raise DomainError(
                _("Ô %(cell)s dài %(length)d ký tự; tối đa %(limit)d.")
                % {
                    "cell": cell_name(number, column),
                    "length": len(row[column]),
                    "limit": limits.cell_length,
                },
                code="table.long_cell",
                field="file",
            )
