"""The customer list as a spreadsheet."""

from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.clock import local
from oms.kernel.phones import national
from oms.kernel.tables import Column, write_xlsx
from orders.models import Customer
from orders.risk import risk_of
from orders.selectors.customers import CustomerFilters, customers_for_export

COLUMNS = [
    Column("name", gettext_lazy("Tên khách hàng"), width=28),
    Column("phone", gettext_lazy("Điện thoại")),
    Column("group", gettext_lazy("Nhóm khách hàng")),
    Column("tags", gettext_lazy("Thẻ"), width=24),
    Column("orders", gettext_lazy("Số đơn"), "number", 10),
    Column("spent", gettext_lazy("Đã mua"), "money"),
    Column("returned", gettext_lazy("Trả hàng"), "number", 10),
    Column("refused", gettext_lazy("Không nhận hàng"), "number", 10),
    Column("risk", gettext_lazy("Rủi ro")),
    Column("last", gettext_lazy("Đơn gần nhất")),
]
PROFIT = Column("profit", gettext_lazy("Lãi gộp"), "money")


def write_customers(user: Any, filters: CustomerFilters) -> IO[bytes]:
    """An open file at its beginning; profit only for who may see costs."""
    with_profit = user.has_perm("inventory.view_cost")
    columns = [*COLUMNS, PROFIT] if with_profit else COLUMNS
    rows = (_cells(row, with_profit) for row in customers_for_export(user, filters))
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(target, columns, rows, sheet=_("Khách hàng"))
    target.seek(0)
    return target


def _cells(row: Customer, with_profit: bool) -> list[Any]:
    figures = row.figures  # type: ignore[attr-defined]
    last = figures.last_order_at
    cells = [
        row.name,
        national(row.phone or ""),
        row.group.name if row.group else "",
        ", ".join(row.tags),
        figures.orders_count,
        figures.spent_vnd,
        figures.returned_count,
        figures.refused_count,
        risk_of(row).label,
        local(last).strftime("%d/%m/%Y") if last else "",
    ]
    return [*cells, figures.profit_vnd] if with_profit else cells
