"""A table as it was read: rows of text with the places that the sender sees in his program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice


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
# For files that are worked on in slices: only the size of the file is ours to say, rows end where
# the sender's program ends them. Memory and time are those of the program that unpacks a workbook.
LONG_LIMITS = Limits(
    file_bytes=64 * 1024 * 1024,
    unpacked_bytes=1024 * 1024 * 1024,
    rows=10_000_000,
    cells=200_000_000,
    seconds=180,
)


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

    @property
    def height(self) -> int:
        return len(self.rows)

    def numbered(self, first: int) -> Iterator[tuple[int, list[str]]]:
        """(row as the sender's program counts it, cells) from index `first` on."""
        return islice(enumerate(self.rows, start=1), first, None)


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
