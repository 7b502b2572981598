"""Which row names the columns."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import Table, cell_name
from oms.kernel.text import fold

ROWS_LOOKED_AT = 20
_NOISE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """`row` counts from 0, `first` is the first row of data, `keys` the hidden names, if any."""

    row: int
    first: int
    labels: list[str]
    keys: list[str]


def fold_label(label: str) -> str:
    """'Giá bán lẻ (VNĐ) *' as 'gia ban le vnd': how headings are compared."""
    return _NOISE.sub(" ", fold(label)).strip()


def find_heading(table: Table, *, known: Collection[str], keys: Collection[str] = ()) -> Heading:
    """The row with most known labels, else the first with two filled cells, or at last one.

    A row of keys right below it (our templates hide one) names the columns for certain. Raises
    DomainError when the table is empty or a cell of the heading is merged.
    """
    rows = table.rows[:ROWS_LOOKED_AT]
    scores = [sum(fold_label(cell) in known for cell in row if cell) for row in rows]
    row = scores.index(max(scores)) if any(scores) else _first_filled(rows)
    if row is None:
        raise DomainError(_("Tệp không có dòng nào."), code="table.empty", field="file")
    _refuse_merged(table, row)
    labels = [cell.strip() for cell in table.rows[row]]
    below = [cell.strip() for cell in table.rows[row + 1]] if row + 1 < len(table.rows) else []
    has_keys = any(below) and all(cell in keys for cell in below if cell)
    return Heading(row, row + 1 + has_keys, labels, below if has_keys else [])


def _first_filled(rows: list[list[str]]) -> int | None:
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    for least in (2, 1):
        for index, count in enumerate(filled):
            if count >= least:
                return index
    return None


def _refuse_merged(table: Table, row: int) -> None:
    for top, left, bottom, right in table.merged:
        if top <= row <= bottom:
            raise DomainError(
                _("Ô %(area)s ở dòng tiêu đề bị gộp; hãy bỏ gộp ô rồi lưu lại.")
                % {"area": f"{cell_name(top, left)}:{cell_name(bottom, right)}"},
                code="table.merged",
                field="file",
            )
