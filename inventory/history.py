"""The life of a purchase order in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from oms.kernel.events import timeline_of

TITLES: dict[str, Any] = {
    "purchase.drafted": _("Lập đơn nháp"),
    "purchase.changed": _("Sửa đơn nhập"),
    "purchase.confirmed": _("Đặt hàng"),
    "purchase.cancelled": _("Hủy đơn nhập"),
    "purchase.closed": _("Đóng đơn, không chờ thêm"),
    "purchase.mail_queued": _("Yêu cầu gửi thư cho nhà cung cấp"),
    "purchase.mail_sent": _("Đã gửi thư cho nhà cung cấp"),
    "purchase.mail_failed": _("Không gửi được thư"),
    "purchase.answered": _("Nhà cung cấp trả lời"),
    "receipt.started": _("Bắt đầu đếm hàng về"),
    "receipt.cancelled": _("Bỏ lần đếm"),
    "receipt.posted": _("Nhập kho"),
    "landed_cost.added": _("Thêm chi phí nhập hàng"),
    "supplier_return.sent": _("Xuất trả nhà cung cấp"),
    "supplier_return.credited": _("Nhà cung cấp đã hoàn tiền"),
}
# Amounts are not told: the page is also read by those who may not see costs.
DETAILS = ("number", "reason", "to", "answer_on", "note", "error")


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    detail: str
    actor: str
    at: datetime


def purchase_history(order_id: int, *, most: int = 40) -> list[Entry]:
    """What happened to a purchase order and its receipts, newest first."""
    return [
        Entry(
            title=str(TITLES.get(event.name, event.name)),
            detail=" · ".join(str(event.data[key]) for key in DETAILS if event.data.get(key)),
            actor=event.actor_label,
            at=event.created_at,
        )
        for event in timeline_of("purchaseorder", order_id)[:most]
    ]
