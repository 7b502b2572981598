"""Tables in files: any spreadsheet or csv as rows of text, and rows of text as a spreadsheet."""

from oms.kernel.tables.grid import (
    LIMITS,
    LONG_LIMITS,
    DecimalText,
    Limits,
    Table,
    cell_name,
    column_name,
)
from oms.kernel.tables.heading import Heading, find_heading, fold_label
from oms.kernel.tables.reading import read_table, stream_table
from oms.kernel.tables.stream import TableStream
from oms.kernel.tables.writing import Column, write_csv, write_xlsx

__all__ = [
    "LIMITS",
    "LONG_LIMITS",
    "Column",
    "DecimalText",
    "Heading",
    "Limits",
    "Table",
    "TableStream",
    "cell_name",
    "column_name",
    "find_heading",
    "fold_label",
    "read_table",
    "stream_table",
    "write_csv",
    "write_xlsx",
]
