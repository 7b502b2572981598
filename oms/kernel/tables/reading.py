"""One door for every upload that holds a table."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.archive import kind_of
from oms.kernel.tables.delimited import stream_delimited
from oms.kernel.tables.grid import LIMITS, Limits, Table
from oms.kernel.tables.stream import TableStream
from oms.kernel.tables.workbook import password_protected, stream_workbook


class Readable(Protocol):
    """An upload, a stored file or bytes in memory."""

    def seek(self, offset: int, /) -> Any: ...

    def read(self, size: int, /) -> bytes: ...


def read_table(file: Readable, *, sheet: str = "", limits: Limits = LIMITS) -> Table:
    """The rows of an xlsx, xls, ods, csv or tsv as text; what it is called plays no part.

    Raises DomainError: too large, protected, broken, no spreadsheet, formulas, too many rows.
    """
    with stream_table(file, sheet=sheet, limits=limits) as table:
        return table.whole()


@contextmanager
def stream_table(
    file: Readable, *, sheet: str = "", limits: Limits = LIMITS
) -> Iterator[TableStream]:
    """The same table to be read row by row while this lasts; refused like the whole one.

    A cell that is too long is refused when its row is reached.
    """
    with tempfile.NamedTemporaryFile(prefix="table-") as copy:
        _copy(file, copy, limits)
        path = Path(copy.name)
        kind = kind_of(path, limits)
        if kind == "encrypted":
            raise password_protected()
        if kind == "text":
            yield stream_delimited(path, limits=limits)
            return
        with stream_workbook(path, kind=kind, sheet=sheet, limits=limits) as table:
            yield table


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
