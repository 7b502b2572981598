"""The lines of a statement that are not equal, as a spreadsheet that can be sent to the carrier."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.tables import Column, write_xlsx
from shipping.models import CarrierStatement, StatementLine
from shipping.selectors.statements import differences_of

COLUMNS = [
    Column("row", gettext_lazy("Dòng"), "number", 8),
    Column("tracking_number", gettext_lazy("Mã vận đơn"), "text", 20),
    Column("order", gettext_lazy("Đơn hàng"), "text", 16),
    Column("verdict", gettext_lazy("Kết quả"), "text", 20),
    Column("cod", gettext_lazy("Thu hộ hãng báo"), "money", 16),
    Column("expected_cod", gettext_lazy("Thu hộ của ta"), "money", 16),
    Column("charge", gettext_lazy("Cước hãng báo"), "money", 16),
    Column("expected_charge", gettext_lazy("Cước của ta"), "money", 16),
    Column("difference", gettext_lazy("Lệch"), "money", 16),
    Column("step", gettext_lazy("Xử lý"), "text", 16),
    Column("reason", gettext_lazy("Ghi chú"), "text", 40),
]


def write_differences(target: IO[bytes], statement: CarrierStatement) -> int:
    """Returns the number of lines."""
    rows = (_cells(line) for line in _lines(statement))
    return write_xlsx(target, COLUMNS, rows, sheet=_("Lệch"))


def _lines(statement: CarrierStatement) -> Iterator[StatementLine]:
    return differences_of(statement).iterator(chunk_size=2_000)


def _cells(line: StatementLine) -> list[Any]:
    order = line.package.fulfilment.order.number if line.package else ""
    return [
        line.row_number or "",
        line.tracking_number,
        order,
        line.get_verdict_display(),
        line.cod_vnd,
        line.expected_cod_vnd,
        line.charge_vnd,
        line.expected_charge_vnd,
        line.difference_vnd,
        line.get_step_display(),
        line.reason,
    ]
