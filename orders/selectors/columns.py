"""The columns of the order list: which there are, and which somebody sees unless he chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the name that `orders/row.html` asks for; the order here is that of the table."""

    key: str
    label: str | Promise
    is_default: bool = True
    is_number: bool = False
    permission: str = ""

    def is_for(self, user: Any) -> bool:
        return not self.permission or user.has_perm(self.permission)


COLUMNS = (
    Column("goods", _("Sản phẩm")),
    Column("customer", _("Khách hàng")),
    Column("area", _("Khu vực")),
    Column("money", _("Tổng tiền / COD"), is_number=True),
    Column("payment", _("Thanh toán"), is_default=False),
    Column("warehouse", _("Kho")),
    Column("carrier", _("Vận chuyển")),
    Column("status", _("Trạng thái")),
    Column("printed", _("In")),
    Column("deadline", _("Hạn giao")),
    Column("tags", _("Thẻ"), is_default=False),
    Column("created", _("Ngày tạo"), is_default=False),
    Column("pieces", _("Số lượng"), is_default=False, is_number=True),
    Column("weight", _("Trọng lượng"), is_default=False, is_number=True),
    Column(
        "profit",
        _("Lợi nhuận"),
        is_default=False,
        is_number=True,
        permission="inventory.view_cost",
    ),
    Column("note", _("Ghi chú"), is_default=False),
    Column("assignee", _("Nhân viên"), is_default=False),
    Column("invoice", _("Hóa đơn"), is_default=False),
    Column("cod", _("Đối soát"), is_default=False),
)
DEFAULT = [column.key for column in COLUMNS if column.is_default]


def columns_for(user: Any) -> list[Column]:
    """Those that this user may see, in the order of the table."""
    return [column for column in COLUMNS if column.is_for(user)]


def known_columns(keys: Iterable[str]) -> list[str]:
    """The known ones among them, in the order of the table; the default when none is left."""
    wanted = set(keys)
    return [column.key for column in COLUMNS if column.key in wanted] or DEFAULT
