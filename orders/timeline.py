"""Events told in words: a title, a detail, who and when, and what changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.models import Event
from orders.words import field_name, is_cost, shown

BAD = {
    *("order.cancelled", "order.problem_opened", "shipment.refused", "invoice.rejected"),
    *("quotation.declined", "quotation.mail_failed", "recurring.failed"),
}
MONEY = ("payment.", "cod.", "invoice.", "order.paid", "order.payment_updated")
CARRIER = ("shipment.", "package.", "label.")
TITLES: dict[str, Any] = {
    "order.placed": gettext_lazy("Đơn được tạo"),
    "order.ward_chosen": gettext_lazy("Chọn phường / xã mới"),
    "order.draft_changed": gettext_lazy("Sửa đơn nháp"),
    "order.draft_discarded": gettext_lazy("Xóa đơn nháp"),
    "order.updated": gettext_lazy("Đơn được cập nhật từ sàn"),
    "order.confirmed": gettext_lazy("Đã xác nhận đơn"),
    "order.line_promised": gettext_lazy("Hẹn ngày giao của một dòng"),
    "order.allocated": gettext_lazy("Đã giữ hàng"),
    "order.waiting_stock": gettext_lazy("Chờ hàng"),
    "order.held": gettext_lazy("Tạm giữ đơn"),
    "order.released": gettext_lazy("Bỏ tạm giữ"),
    "order.kept_longer": gettext_lazy("Giữ hàng thêm"),
    "order.stock_given_back": gettext_lazy("Hết hạn giữ, hàng trả lại kho"),
    "order.cancelled": gettext_lazy("Hủy đơn"),
    "order.undone": gettext_lazy("Hoàn tác thao tác trước"),
    "order.shipped": gettext_lazy("Đã giao cho vận chuyển"),
    "order.delivered": gettext_lazy("Khách đã nhận hàng"),
    "order.completed": gettext_lazy("Hoàn thành đơn"),
    "order.returned": gettext_lazy("Đã nhận hàng hoàn"),
    "order.paid": gettext_lazy("Đã nhận tiền"),
    "order.payment_updated": gettext_lazy("Nguồn đơn báo thanh toán"),
    "order.note_added": gettext_lazy("Thêm ghi chú"),
    "order.problem_opened": gettext_lazy("Có vấn đề cần xử lý"),
    "order.problem_resolved": gettext_lazy("Đã xử lý vấn đề"),
    "order.line_linked": gettext_lazy("Liên kết dòng hàng"),
    "order.partly_returned": gettext_lazy("Đã nhận lại một phần hàng"),
    "order.return_credited": gettext_lazy("Giảm tiền đơn vì hàng trả"),
    "return.opened": gettext_lazy("Lập phiếu trả hàng"),
    "return.joined": gettext_lazy("Thêm vào phiếu trả hàng"),
    "return.approved": gettext_lazy("Đồng ý trả hàng"),
    "return.rejected": gettext_lazy("Từ chối trả hàng"),
    "return.cancelled": gettext_lazy("Hủy phiếu trả hàng"),
    "return.reopened": gettext_lazy("Mở lại phiếu trả hàng"),
    "return.received": gettext_lazy("Nhận hàng trả"),
    "return.goods_kept": gettext_lazy("Khách giữ hàng, chỉ hoàn tiền"),
    "return.expects_more": gettext_lazy("Chờ thêm hàng trả"),
    "return.credited": gettext_lazy("Chốt tiền phiếu trả hàng"),
    "return.closed": gettext_lazy("Xong phiếu trả hàng"),
    "order.returning": gettext_lazy("Hàng đang chuyển hoàn"),
    "order.handed_to_buyer": gettext_lazy("Đã đưa hàng cho khách"),
    "order.recipient_changed": gettext_lazy("Sửa người nhận"),
    "order.purchase_proposed": gettext_lazy("Đề xuất mua hàng thiếu"),
    "order.cancellation_matched": gettext_lazy("Chứng từ hủy của khách"),
    "order.customer_changed": gettext_lazy("Chuyển sang khách hàng khác"),
    "order.reassigned": gettext_lazy("Tính cho khách hàng khác"),
    "customer.added": gettext_lazy("Thêm khách hàng"),
    "customer.changed": gettext_lazy("Sửa khách hàng"),
    "customer.risk_set": gettext_lazy("Đặt mức rủi ro"),
    "customer.merged": gettext_lazy("Gộp khách hàng"),
    "customer.merge_undone": gettext_lazy("Tách lại khách hàng"),
    "customer.data_exported": gettext_lazy("Tải dữ liệu của khách"),
    "customer.erased": gettext_lazy("Xóa dữ liệu cá nhân"),
    "customer_group.saved": gettext_lazy("Lưu nhóm khách hàng"),
    "customer_group.removed": gettext_lazy("Xóa nhóm khách hàng"),
    "order.split": gettext_lazy("Tách đơn"),
    "order.split_off": gettext_lazy("Đơn được tách ra"),
    "order.merged": gettext_lazy("Gộp đơn khác vào"),
    "order.moved": gettext_lazy("Đổi kho"),
    "order.edited": gettext_lazy("Sửa đơn"),
    "order.from_quotation": gettext_lazy("Tạo từ báo giá"),
    "quotation.drafted": gettext_lazy("Lập báo giá"),
    "quotation.changed": gettext_lazy("Sửa báo giá"),
    "quotation.sent": gettext_lazy("Chốt và gửi báo giá"),
    "quotation.mail_queued": gettext_lazy("Yêu cầu gửi thư báo giá"),
    "quotation.mail_sent": gettext_lazy("Đã gửi thư báo giá"),
    "quotation.mail_failed": gettext_lazy("Không gửi được thư báo giá"),
    "quotation.revised": gettext_lazy("Lập bản báo giá mới"),
    "quotation.accepted": gettext_lazy("Khách đồng ý báo giá"),
    "quotation.declined": gettext_lazy("Báo giá bị từ chối"),
    "quotation.expired": gettext_lazy("Báo giá hết hạn"),
    "quotation.converted": gettext_lazy("Tạo đơn từ báo giá"),
    "order.from_recurring": gettext_lazy("Tạo từ đơn định kỳ"),
    "recurring.added": gettext_lazy("Lập đơn định kỳ"),
    "recurring.changed": gettext_lazy("Sửa đơn định kỳ"),
    "recurring.paused": gettext_lazy("Tạm dừng"),
    "recurring.resumed": gettext_lazy("Chạy tiếp"),
    "recurring.ended": gettext_lazy("Kết thúc"),
    "recurring.skipped": gettext_lazy("Bỏ qua một kỳ"),
    "recurring.made": gettext_lazy("Tạo đơn của kỳ"),
    "recurring.failed": gettext_lazy("Không tạo được đơn của kỳ"),
    "order.terms_set": gettext_lazy("Đặt hạn thanh toán"),
    "order.terms_exceeded": gettext_lazy("Bán ngoài điều kiện đã thỏa thuận"),
    "customer.terms_set": gettext_lazy("Sửa điều kiện bán"),
    "customer_group.terms_set": gettext_lazy("Sửa điều kiện bán của nhóm"),
    "order.tagged": gettext_lazy("Đổi thẻ"),
    "order.flagged": gettext_lazy("Đổi loại đơn đặc biệt"),
    "order.assigned": gettext_lazy("Giao nhân viên phụ trách"),
    "order.priority_changed": gettext_lazy("Đổi độ ưu tiên"),
}
# Keys of an event's data that are worth a word, in this order.
DETAILS = (
    "reason", "message", "text", "tracking_number", "carrier", "number", "tax_authority_code",
    "reference", "sku", "raw_status", "kept", "merged",
    "address", "to", "error", "due_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    detail: str
    actor: str
    at: datetime
    tone: str = ""
    # Whose doing it is, or what it is about: people, system, carrier or money.
    kind: str = "system"
    changes: list[Change] = field(default_factory=list)


def register_titles(titles: dict[str, Any]) -> None:
    """Apps on the right name their events here, through oms.wiring."""
    TITLES.update(titles)


def entry(event: Event, *, sees_cost: bool = False) -> Entry:
    """What cost or profit was is left out for who may not see it."""
    data = event.data or {}
    return Entry(
        title=str(TITLES.get(event.name) or event.name),
        detail=" · ".join(str(data[key]) for key in DETAILS if data.get(key)),
        # A system's own name is for logs: people read that nobody did it by hand.
        actor=_("Hệ thống") if event.actor_kind == "system" else event.actor_label,
        at=event.created_at,
        tone="bad" if event.name in BAD else "",
        kind=kind_of(event),
        changes=_changes(data, sees_cost=sees_cost),
    )


def kind_of(event: Event) -> str:
    """What somebody who looks for it would call it: the subject before the one who did it."""
    if event.name.startswith(MONEY):
        return "money"
    if event.name.startswith(CARRIER):
        return "carrier"
    return "people" if event.actor_kind == "user" else "system"


def _changes(data: dict[str, Any], *, sees_cost: bool) -> list[Change]:
    """{"changes": {"cod_vnd": [0, 650000]}} as rows in words."""
    changes = data.get("changes")
    if not isinstance(changes, dict):
        return []
    return [
        Change(field_name(name), shown(name, pair[0]), shown(name, pair[1]))
        for name, pair in changes.items()
        if isinstance(pair, list) and len(pair) == 2 and (sees_cost or not is_cost(name))
    ]
