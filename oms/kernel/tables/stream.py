"""A table that is read row by row, as often as needed: no more than a batch of it is in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import Limits, Table, cell_name

HEAD = 200


@dataclass(frozen=True, slots=True)
class TableStream:
    """What is known of a table before its rows: `height` counts the empty ones at its end too.

    `read` begins at row 1 each time; every row has all columns.
    """

    kind: str
    width: int
    height: int
    read: Callable[[], Iterator[list[str]]]
    limits: Limits
    sheet: str = ""
    sheets: Sequence[str] = ()
    encoding: str = ""
    delimiter: str = ""
    merged: Sequence[tuple[int, int, int, int]] = ()

    def rows(self) -> Iterator[list[str]]:
        """Raises DomainError at a cell that is too long."""
        for number, row in enumerate(self.read()):
            if max(map(len, row), default=0) > self.limits.cell_length:
                raise _too_long(number, row, self.limits.cell_length)
            yield row

    def numbered(self, first: int) -> Iterator[tuple[int, list[str]]]:
        """(row as the sender's program counts it, cells) from index `first` on."""
        return islice(enumerate(self.rows(), start=1), first, None)

    def head(self) -> Table:
        return self._table(islice(self.rows(), HEAD))

    def whole(self) -> Table:
        return self._table(self.rows())

    def _table(self, rows: Iterator[list[str]]) -> Table:
        """Raises DomainError when no row has anything in it."""
        kept = list(rows)
        while kept and not any(kept[-1]):
            kept.pop()
        if not kept:
            raise DomainError(_("Tệp không có dòng nào."), code="table.empty", field="file")
        return Table(
            kind=self.kind,
            rows=kept,
            sheet=self.sheet,
            sheets=self.sheets,
            encoding=self.encoding,
            delimiter=self.delimiter,
            merged=self.merged,
        )


def _too_long(number: int, row: Sequence[str], limit: int) -> DomainError:
    column = next(i for i, cell in enumerate(row) if len(cell) > limit)
    return DomainError(
        _("Ô %(cell)s dài %(length)d ký tự; tối đa %(limit)d.")
        % {"cell": cell_name(number, column), "length": len(row[column]), "limit": limit},
        code="table.long_cell",
        field="file",
    )
