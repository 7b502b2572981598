"""The columns of orders in the words of the screens: names, and values as they are read."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.clients import device_name
from oms.kernel.money import format_vnd
from oms.kernel.phones import show_phone
from orders.models import Order

NAMES: dict[str, Any] = {
    "status": gettext_lazy("Trạng thái đơn hàng"),
    "fulfillment_status": gettext_lazy("Trạng thái giao hàng"),
    "payment_status": gettext_lazy("Trạng thái thanh toán"),
    "cod_status": gettext_lazy("Trạng thái thu hộ"),
    "invoice_status": gettext_lazy("Trạng thái hóa đơn"),
    "recipient_name": gettext_lazy("Người nhận"),
    "recipient_phone": gettext_lazy("Điện thoại"),
    "street": gettext_lazy("Số nhà, đường"),
    "ward": gettext_lazy("Phường / xã"),
    "district": gettext_lazy("Quận / huyện cũ"),
    "province": gettext_lazy("Tỉnh / thành"),
    "buyer_note": gettext_lazy("Ghi chú của khách"),
    "internal_note": gettext_lazy("Ghi chú nội bộ"),
    "discount_vnd": gettext_lazy("Giảm giá"),
    "shipping_fee_buyer_vnd": gettext_lazy("Phí ship khách trả"),
    "goods_vnd": gettext_lazy("Tiền hàng"),
    "total_vnd": gettext_lazy("Tổng tiền"),
    "tax_vnd": gettext_lazy("Trong đó thuế VAT"),
    "paid_vnd": gettext_lazy("Đã thanh toán"),
    "cod_vnd": gettext_lazy("Tiền thu hộ (COD)"),
    "refund_due_vnd": gettext_lazy("Phải hoàn khách"),
    "quantity": gettext_lazy("Số lượng"),
    "unit_price_vnd": gettext_lazy("Đơn giá"),
    "customer": gettext_lazy("Khách hàng"),
    "due_on": gettext_lazy("Hạn thanh toán"),
    "promised_on": gettext_lazy("Hẹn giao"),
    "payment_days": gettext_lazy("Mua chịu (số ngày)"),
    "credit_limit_vnd": gettext_lazy("Hạn mức công nợ"),
    "min_order_vnd": gettext_lazy("Đơn tối thiểu"),
    "warehouse": gettext_lazy("Kho"),
    "tags": gettext_lazy("Thẻ"),
    "flags": gettext_lazy("Đơn đặc biệt"),
    "assignee": gettext_lazy("Nhân viên phụ trách"),
    "priority": gettext_lazy("Độ ưu tiên"),
    "agent": gettext_lazy("Trình duyệt"),
    "address": gettext_lazy("Địa chỉ"),
    "reason": gettext_lazy("Lý do"),
    "name": gettext_lazy("Tên"),
    "username": gettext_lazy("Tên đăng nhập"),
    "role": gettext_lazy("Vai trò"),
    "carrier": gettext_lazy("Đơn vị vận chuyển"),
    "tracking_number": gettext_lazy("Mã vận đơn"),
    "phone": gettext_lazy("Điện thoại"),
    "price_vnd": gettext_lazy("Giá bán"),
    "cost_vnd": gettext_lazy("Giá vốn"),
}
_CHOICES: dict[str, dict[str, Any]] = {
    "status": dict(Order.Status.choices),
    "fulfillment_status": dict(Order.Fulfillment.choices),
    "payment_status": dict(Order.Payment.choices),
    "cod_status": dict(Order.Cod.choices),
    "invoice_status": dict(Order.Invoice.choices),
}
PRIORITIES: dict[int, Any] = {
    2: gettext_lazy("Làm ngay"),
    1: gettext_lazy("Sớm"),
    0: gettext_lazy("Thường"),
    -1: gettext_lazy("Để sau"),
}


def field_name(name: str) -> str:
    """A column's name; `line:<position>:<sku>:<column>` names its line as well, `held:<sku>`
    are the pieces in stock that are kept for an order.
    """
    kind, _colon, rest = name.partition(":")
    if kind == "held":
        return _("Giữ hàng %(sku)s") % {"sku": rest}
    if kind != "line":
        return str(NAMES.get(name, name))
    position, _colon, rest = rest.partition(":")
    sku, _colon, column = rest.rpartition(":")
    line = sku or _("dòng %(position)s") % {"position": position}
    return f"{line} · {NAMES.get(column, column)}"


def shown(name: str, value: Any) -> str:
    """A stored value as a person reads it; nothing is a dash."""
    column = name.rpartition(":")[2]
    if value in ("", None):
        return "–"
    if column in _CHOICES:
        return str(_CHOICES[column].get(value, value))
    if column == "flags":
        labels = dict(Order.Flag.choices)
        return ", ".join(str(labels.get(flag, flag)) for flag in str(value).split(", "))
    if column == "priority":
        return str(PRIORITIES.get(value, value))
    if column == "agent":
        return device_name(str(value))
    if column == "recipient_phone":
        return show_phone(str(value))
    return format_vnd(value) if column.endswith("_vnd") and isinstance(value, int) else str(value)


def is_cost(name: str) -> bool:
    """What goods cost us and what an order earns: for those who may see cost only."""
    column = name.rpartition(":")[2]
    return any(word in column for word in ("cost", "profit", "margin"))
