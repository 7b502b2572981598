"""Papers with a table and signatures: receipts of goods, count sheets, records of hand-over.

Every word of a record is data: the template escapes it, whoever wrote it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from oms.kernel.clock import now
from oms.kernel.paper_fonts import font_face
from oms.kernel.pdf import render_pdf
from oms.kernel.symbols import Bars, code128

CODE_DOTS = 480  # 60 mm
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """`is_wide` has most room, `is_code` stays on one line, `is_blank` is filled in by hand."""

    label: Text
    is_number: bool = False
    is_wide: bool = False
    is_blank: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One document; `facts` stand above the table, `sums` are its last row."""

    title: Text
    number: str
    at: datetime
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    facts: Sequence[tuple[Text, str]] = ()
    sums: Sequence[str] = ()
    totals: Sequence[tuple[Text, str]] = ()
    note: str = ""
    signers: Sequence[Text] = ()
    code: str = field(default="")  # what a scanner reads off the head

    @property
    def bars(self) -> Bars | None:
        return code128(self.code, space_dots=CODE_DOTS) if self.code else None

    @property
    def is_filled_in(self) -> bool:
        """People write into more than one column of it."""
        return sum(column.is_blank for column in self.columns) > 1

    @property
    def numbered_rows(self) -> list[tuple[int, list[tuple[Column, str]]]]:
        return [
            (place, list(zip(self.columns, row, strict=True)))
            for place, row in enumerate(self.rows, start=1)
        ]

    @property
    def sum_cells(self) -> list[tuple[Column, str]]:
        return list(zip(self.columns, self.sums, strict=True)) if self.sums else []


def records_pdf(records: Sequence[Record], *, paper: str = "A4") -> bytes:
    """One PDF, each record on pages of its own, in the order given."""
    context = {
        "records": records,
        "paper": "A5" if paper == "A5" else "A4",
        "printed_at": now(),
        "font_face": font_face(),
    }
    return render_pdf("print/record.html", context)
