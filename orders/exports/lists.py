"""What the order list shows, as a file: one row an order, or one row a line of goods."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.exports.lists import PIECE, ListExport, register_export
from oms.kernel.clock import local
from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import EXPONENTS
from oms.kernel.phones import national
from oms.kernel.tables import Column, DecimalText
from orders.models import BulkItem, Order, OrderLine
from orders.selectors.filters import OrderFilters
from orders.selectors.lists import filtered, orders_visible_to

ORDERS, LINES = "orders", "order_lines"
NEEDS = "orders.export_order"
COST = "inventory.view_cost"


def register() -> None:
    """Called once by wiring."""
    for kind, title, columns, count, rows, name in (
        (ORDERS, gettext_lazy("Đơn hàng"), order_columns, count_orders, order_rows, "don-hang"),
        (
            *(LINES, gettext_lazy("Chi tiết theo dòng hàng"), line_columns, count_lines),
            *(line_rows, "dong-hang"),
        ),
    ):
        export = ListExport(
            title,
            "orders.view_order",
            columns,
            count,
            rows,
            file_name=name,
            needs=NEEDS,
            detail_url="orders:export_detail",
            file_url="orders:export_file",
        )
        register_export(kind, export)


def meant(user: Any, params: Mapping[str, str]) -> QuerySet[Order]:
    """The orders of a frozen choice of this user, or those of the list's address."""
    run = params.get("run", "")
    if run.isdecimal():
        items = BulkItem.objects.filter(run=int(run), run__user_id=user.pk)
        return orders_visible_to(user).filter(pk__in=items.values("order_id"))
    return filtered(user, OrderFilters.read(QueryDict(params.get("filter", ""))))


_CURRENCY = Column("currency", gettext_lazy("Tiền tệ"), "text", 8)
_HEAD = (
    Column("number", gettext_lazy("Mã đơn"), "text", 14),
    Column("remote_id", gettext_lazy("Mã đơn sàn"), "text", 20),
    Column("source", gettext_lazy("Nguồn đơn"), "text", 14),
    Column("shop_name", gettext_lazy("Gian hàng"), "text", 18),
    Column("placed_at", gettext_lazy("Ngày đặt"), "text", 17),
    Column("status", gettext_lazy("Trạng thái"), "text", 16),
)
_BUYER = (
    Column("recipient_name", gettext_lazy("Người nhận"), "text", 22),
    Column("recipient_phone", gettext_lazy("Điện thoại"), "text", 14),
)
_ORDER = (
    Column("fulfillment_status", gettext_lazy("Giao hàng"), "text", 16),
    Column("payment_status", gettext_lazy("Thanh toán"), "text", 16),
    *_BUYER,
    Column("street", gettext_lazy("Địa chỉ"), "text", 30),
    Column("ward", gettext_lazy("Phường/Xã"), "text", 18),
    Column("district", gettext_lazy("Quận/Huyện"), "text", 18),
    Column("province", gettext_lazy("Tỉnh/Thành"), "text", 18),
    Column("goods_vnd", gettext_lazy("Tiền hàng"), "money", 14),
    Column("discount_vnd", gettext_lazy("Giảm giá"), "money", 12),
    Column("shipping_fee_buyer_vnd", gettext_lazy("Phí ship khách trả"), "money", 14),
    Column("total_vnd", gettext_lazy("Tổng tiền"), "money", 14),
    Column("paid_vnd", gettext_lazy("Đã thanh toán"), "money", 14),
    Column("cod_vnd", gettext_lazy("Tiền thu hộ (COD)"), "money", 14),
    Column("warehouse__name", gettext_lazy("Kho"), "text", 16),
    Column("carrier_code", gettext_lazy("Vận chuyển"), "text", 12),
    Column("tracking_number", gettext_lazy("Mã vận đơn"), "text", 18),
    Column("ship_by_at", gettext_lazy("Hạn giao"), "text", 17),
    Column("buyer_note", gettext_lazy("Ghi chú của khách"), "text", 24),
    Column("internal_note", gettext_lazy("Ghi chú nội bộ"), "text", 24),
    _CURRENCY,
    Column("rate", gettext_lazy("Tỷ giá"), "decimal", 12),
    Column("total_minor", gettext_lazy("Tổng nguyên tệ"), "decimal", 14),
)
_LINE = (
    Column("sku", gettext_lazy("Mã SKU"), "text", 20),
    Column("name", gettext_lazy("Tên hàng"), "text", 36),
    Column("quantity", gettext_lazy("Số lượng"), "number", 10),
    Column("unit_price_vnd", gettext_lazy("Đơn giá"), "money", 14),
    Column("discount_vnd", gettext_lazy("Giảm giá"), "money", 12),
    Column("total_vnd", gettext_lazy("Thành tiền"), "money", 14),
    Column("vat_rate", gettext_lazy("Thuế suất VAT"), "number", 10),
    Column("unit_price_minor", gettext_lazy("Đơn giá nguyên tệ"), "decimal", 14),
    Column("total_minor", gettext_lazy("Thành tiền nguyên tệ"), "decimal", 14),
)


def order_columns(user: Any) -> list[Column]:
    """What an order earns is a column for those who may know it."""
    columns = [*_HEAD, *_ORDER]
    if user.has_perm(COST):
        columns.append(Column("earned__fees_vnd", gettext_lazy("Phí sàn"), "money", 14))
        columns.append(Column("earned__profit_vnd", gettext_lazy("Lợi nhuận"), "money", 14))
    return columns


def line_columns(user: Any) -> list[Column]:
    """What goods cost us is a column for those who may know it."""
    columns = [*_HEAD, *_BUYER, *_LINE, _CURRENCY]
    if user.has_perm(COST):
        columns.append(Column("variant__cost_vnd", _("Giá vốn hiện tại"), "money", 14))
    return columns


def count_orders(user: Any, params: Mapping[str, str]) -> int:
    return meant(user, params).order_by().count()


def _lines(user: Any, params: Mapping[str, str]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order__in=meant(user, params).order_by().values("pk"))


def count_lines(user: Any, params: Mapping[str, str]) -> int:
    return _lines(user, params).order_by().count()


def order_rows(user: Any, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One row an order, the newest first."""
    names = {column.key: column.key for column in order_columns(user)}
    return _told(meant(user, params).order_by("-placed_at", "-id"), names)


def line_rows(user: Any, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One row a line, with what names its order; the newest order first."""
    own = {column.key for column in _LINE} | {"variant__cost_vnd"}
    names = {c.key: c.key if c.key in own else f"order__{c.key}" for c in line_columns(user)}
    rows = _lines(user, params).order_by("-order__placed_at", "-order_id", "position")
    return _told(rows, names)


def _told(rows: QuerySet[Any], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Codes as labels, moments as the company's clock shows them, phones as they are dialled.

    Tuples in pieces, and words looked up once: a hundred thousand lines are a few seconds.
    """
    words = _words()
    tellers = [(place, words[key]) for place, key in enumerate(names) if key in words]
    for row in rows.values_list(*names.values()).iterator(chunk_size=PIECE):
        cells = list(row)
        for place, tell in tellers:
            cells[place] = tell(cells[place])
        told = dict(zip(names, cells, strict=True))
        yield told if told["currency"] == HOME else _abroad(told)


def _rate_abroad(rate: Decimal) -> Any:
    """Dong have no rate."""
    return "" if rate == 1 else rate


def _abroad(row: dict[str, Any]) -> dict[str, Any]:
    """Amounts of another currency with its own decimals; the columns in dong are there as well."""
    places = EXPONENTS[row["currency"]]
    for name in ("unit_price_minor", "total_minor"):
        if row.get(name) is not None:
            row[name] = DecimalText(Decimal(row[name]).scaleb(-places))
    if row.get("rate"):
        row["rate"] = DecimalText(f"{row['rate'].normalize():f}")
    return row


def _words() -> dict[str, Callable[[Any], str]]:
    """How a column is told, in the language of now."""
    labels: dict[str, type[TextChoices]] = {
        "source": Order.Source,
        "status": Order.Status,
        "fulfillment_status": Order.Fulfillment,
        "payment_status": Order.Payment,
    }
    return {
        **{
            key: {code: str(label) for code, label in kind.choices}.__getitem__
            for key, kind in labels.items()
        },
        "rate": _rate_abroad,
        "placed_at": _moment,
        "ship_by_at": _moment,
        "recipient_phone": _dialled,
    }


@lru_cache(maxsize=4096)
def _moment(moment: datetime | None) -> str:
    return f"{local(moment):%d/%m/%Y %H:%M}" if moment else ""


@lru_cache(maxsize=4096)
def _dialled(phone: str) -> str:
    """0912345678; what a channel has masked stays as it is."""
    try:
        return national(phone) if phone.startswith("+84") else phone
    except DomainError:
        return phone
