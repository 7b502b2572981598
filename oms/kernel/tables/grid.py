"""A table as it was read: rows of text with the places that the sender sees in his program."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold. Sizes are checked before anything is unpacked or parsed."""

    file_bytes: int = 10 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    entries: int = 2_000
    # A text of XML shrinks to a tenth, repeated rows to a hundredth; beyond that it was built so.
    ratio: int = 400
    rows: int = 100_000
    columns: int = 200
    cells: int = 2_000_000
    cell_length: int = 10_000
    memory_bytes: int = 1024 * 1024 * 1024
    seconds: int = 60


LIMITS = Limits()


class DecimalText(str):
    """The text of a number cell with decimals: its point is a decimal point, never a thousand's."""

    __slots__ = ()


@dataclass(slots=True)
class Table:
    """`rows[0]` is row 1 of the sheet; every row has all columns; empty rows at the end are cut."""

    kind: str
    rows: list[list[str]]
    sheet: str = ""
    sheets: Sequence[str] = ()
    encoding: str = ""
    delimiter: str = ""
    # (first row, first column, last row, last column), from 0.
    merged: Sequence[tuple[int, int, int, int]] = field(default_factory=tuple)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


def column_name(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """(0, 1) is B1: how the sender's program names the cell."""
    return f"{column_name(column)}{row + 1}"
