"""The words and colours of every state code: one table, read by badges, filters and tests.

Grey waits, blue works, amber asks for attention, green is done, red is a problem and purple
is a return.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Label(NamedTuple):
    text: str | Promise
    tone: str


LABELS: dict[str, dict[str, Label]] = {
    "order": {
        "draft": Label(_("Nháp"), "gray"),
        "pending_confirmation": Label(_("Chờ xác nhận"), "amber"),
        "confirmed": Label(_("Đã xác nhận"), "blue"),
        "on_hold": Label(_("Tạm giữ"), "amber"),
        "processing": Label(_("Đang xử lý"), "blue"),
        "shipped": Label(_("Đang giao"), "blue"),
        "delivered": Label(_("Đã giao"), "green"),
        "completed": Label(_("Hoàn thành"), "green"),
        "returning": Label(_("Đang hoàn"), "purple"),
        "returned": Label(_("Đã hoàn"), "purple"),
        "partially_returned": Label(_("Hoàn một phần"), "purple"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "fulfillment": {
        "unallocated": Label(_("Chưa có hàng"), "amber"),
        "allocated": Label(_("Đã giữ hàng"), "gray"),
        "released": Label(_("Chờ nhặt"), "gray"),
        "picking": Label(_("Đang nhặt"), "blue"),
        "picked": Label(_("Chờ đóng gói"), "blue"),
        "packed": Label(_("Đã đóng gói"), "blue"),
        "handed_over": Label(_("Đã bàn giao"), "blue"),
        "in_transit": Label(_("Đang vận chuyển"), "blue"),
        "out_for_delivery": Label(_("Đang giao"), "blue"),
        "delivery_failed": Label(_("Giao thất bại"), "red"),
        "delivered": Label(_("Đã giao"), "green"),
        "return_pending": Label(_("Chờ chuyển hoàn"), "purple"),
        "returning": Label(_("Đang hoàn"), "purple"),
        "returned": Label(_("Đã nhận hoàn"), "purple"),
        "lost": Label(_("Thất lạc"), "red"),
        "damaged": Label(_("Hư hỏng"), "red"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "payment": {
        "unpaid": Label(_("Chưa thanh toán"), "gray"),
        "pending": Label(_("Chờ xử lý"), "amber"),
        "partially_paid": Label(_("Thanh toán một phần"), "amber"),
        "paid": Label(_("Đã thanh toán"), "green"),
        "partially_refunded": Label(_("Hoàn tiền một phần"), "purple"),
        "refunded": Label(_("Đã hoàn tiền"), "purple"),
        "voided": Label(_("Đã hủy"), "gray"),
    },
    "cod": {
        "none": Label(_("Không thu hộ"), "gray"),
        "to_collect": Label(_("Chưa thu"), "gray"),
        "collected": Label(_("Đã thu (hãng giữ)"), "amber"),
        "in_statement": Label(_("Có trong bảng kê"), "blue"),
        "remitted": Label(_("Đã nhận tiền"), "green"),
        "mismatch": Label(_("Lệch"), "red"),
        "written_off": Label(_("Xóa"), "gray"),
    },
    "verdict": {
        "equal": Label(_("Khớp"), "green"),
        "cod_differs": Label(_("Lệch COD"), "red"),
        "fee_differs": Label(_("Lệch cước"), "amber"),
        "unknown": Label(_("Kiện lạ"), "red"),
        "missing": Label(_("Thiếu trong bảng kê"), "red"),
        "duplicate": Label(_("Trùng"), "amber"),
    },
    "line_step": {
        "open": Label(_("Chờ xử lý"), "amber"),
        "asked": Label(_("Đã hỏi hãng"), "blue"),
        "claimed": Label(_("Đang khiếu nại"), "purple"),
        "done": Label(_("Xong"), "green"),
    },
    "claim": {
        "open": Label(_("Đang soạn"), "amber"),
        "sent": Label(_("Đã gửi hãng"), "blue"),
        "paid": Label(_("Hãng bồi thường"), "green"),
        "refused": Label(_("Hãng từ chối"), "red"),
        "withdrawn": Label(_("Đã rút"), "gray"),
    },
    "invoice": {
        "not_required": Label(_("Không cần"), "gray"),
        "draft": Label(_("Nháp"), "gray"),
        "queued": Label(_("Chờ phát hành"), "blue"),
        "unknown": Label(_("Chờ tra cứu"), "amber"),
        "issued": Label(_("Đã phát hành"), "green"),
        "coded": Label(_("Đã cấp mã"), "green"),
        "rejected": Label(_("Bị từ chối"), "red"),
        "adjusted": Label(_("Đã điều chỉnh"), "purple"),
        "replaced": Label(_("Đã bị thay thế"), "purple"),
        "dropped": Label(_("Đã bỏ"), "gray"),
    },
    "booking": {
        "none": Label(_("Chưa đặt"), "gray"),
        "queued": Label(_("Đang chờ gửi"), "blue"),
        "unknown": Label(_("Chờ tra cứu"), "amber"),
        "booked": Label(_("Đã có vận đơn"), "green"),
        "refused": Label(_("Hãng từ chối"), "red"),
        "void": Label(_("Đã hủy vận đơn"), "gray"),
    },
    "transfer": {
        "draft": Label(_("Nháp"), "gray"),
        "shipped": Label(_("Đang chuyển"), "blue"),
        "partly_received": Label(_("Nhận một phần"), "amber"),
        "received": Label(_("Đã nhận"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "count": {
        "draft": Label(_("Nháp"), "gray"),
        "counting": Label(_("Đang đếm"), "blue"),
        "review": Label(_("Chờ duyệt"), "amber"),
        "approved": Label(_("Đã duyệt"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "purchase": {
        "draft": Label(_("Nháp"), "gray"),
        "confirmed": Label(_("Đã đặt"), "blue"),
        "partly_received": Label(_("Nhận một phần"), "amber"),
        "received": Label(_("Đã nhận đủ"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "goods_receipt": {
        "open": Label(_("Đang đếm"), "amber"),
        "posted": Label(_("Đã nhập kho"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "supplier_answer": {
        "none": Label(_("Chưa trả lời"), "gray"),
        "confirmed": Label(_("NCC xác nhận đủ"), "green"),
        "late": Label(_("NCC hẹn ngày khác"), "amber"),
        "short": Label(_("NCC báo thiếu hàng"), "red"),
    },
    "supplier_return": {
        "sent": Label(_("Đã xuất trả"), "amber"),
        "credited": Label(_("Đã nhận lại tiền"), "green"),
    },
    "purchase_mail": {
        "queued": Label(_("Chờ gửi"), "gray"),
        "sending": Label(_("Đang gửi"), "blue"),
        "sent": Label(_("Đã gửi"), "green"),
        "failed": Label(_("Không gửi được"), "red"),
    },
    "quotation": {
        "draft": Label(_("Nháp"), "gray"),
        "sent": Label(_("Đã gửi"), "blue"),
        "accepted": Label(_("Khách đồng ý"), "amber"),
        "declined": Label(_("Đã từ chối"), "gray"),
        "expired": Label(_("Hết hạn"), "gray"),
        "converted": Label(_("Đã tạo đơn"), "green"),
    },
    "recurring": {
        "active": Label(_("Đang chạy"), "green"),
        "paused": Label(_("Đang dừng"), "amber"),
        "ended": Label(_("Đã kết thúc"), "gray"),
    },
    "recurring_run": {
        "made": Label(_("Đã tạo đơn"), "green"),
        "failed": Label(_("Cần xử lý"), "red"),
        "skipped": Label(_("Bỏ qua"), "gray"),
    },
    "shop": {
        "connected": Label(_("Đang kết nối"), "green"),
        "expired": Label(_("Hết hạn kết nối"), "red"),
        "disconnected": Label(_("Đã ngắt kết nối"), "gray"),
    },
    "job": {
        "queued": Label(_("Đang chờ"), "gray"),
        "running": Label(_("Đang chạy"), "blue"),
        "done": Label(_("Đã xong"), "green"),
        "failed": Label(_("Có lỗi"), "red"),
    },
    "forecast": {
        "none": Label(_("chưa bán lần nào"), "gray"),
        "mean": Label(_("trung bình từ ngày đầu bán"), "gray"),
        "naive": Label(_("như ngày gần nhất"), "gray"),
        "seasonal_naive": Label(_("như tuần gần nhất"), "gray"),
        "average_7": Label(_("trung bình 7 ngày"), "gray"),
        "average_28": Label(_("trung bình 28 ngày"), "gray"),
        "average_91": Label(_("trung bình 91 ngày"), "gray"),
        "holt_winters": Label(_("Holt-Winters theo mùa trong tuần"), "gray"),
        "croston": Label(_("Croston cho hàng bán chậm"), "gray"),
    },
    "alert": {
        "books": Label(_("Sổ sách lệch"), "red"),
        "order.mention": Label(_("Nhắc tên bạn"), "blue"),
        "stock.reorder": Label(_("Cần đặt hàng"), "amber"),
        "stock.low": Label(_("Sắp hết hàng"), "amber"),
        "return_late": Label(_("Hàng trả quá hạn chưa về"), "red"),
        "return_due": Label(_("Trả hàng sắp hết hạn"), "red"),
        "shop_consent": Label(_("Kết nối sắp hết hạn"), "amber"),
    },
    "return": {
        "requested": Label(_("Chờ ta trả lời"), "amber"),
        "going": Label(_("Đang trả hàng"), "purple"),
        "accepted": Label(_("Đã đồng ý"), "blue"),
        "offered": Label(_("Chờ khách trả lời đề nghị"), "blue"),
        "disputed": Label(_("Ta đang khiếu nại"), "blue"),
        "judging": Label(_("Sàn đang xem xét"), "blue"),
        "closed": Label(_("Đã hoàn tiền"), "purple"),
        "rejected": Label(_("Không hoàn tiền"), "green"),
        "cancelled": Label(_("Khách đã rút"), "gray"),
        "unknown": Label(_("Chưa rõ"), "red"),
    },
    "disposition": {
        "restock": Label(_("Nhập lại kho"), "green"),
        "quarantine": Label(_("Chờ kiểm"), "amber"),
        "damaged": Label(_("Hỏng"), "red"),
        "swapped": Label(_("Bị tráo"), "red"),
    },
    "order_return": {
        "requested": Label(_("Chờ duyệt"), "amber"),
        "coming": Label(_("Chờ hàng về"), "purple"),
        "received": Label(_("Đã nhận hàng"), "blue"),
        "credited": Label(_("Chờ hoàn tiền"), "amber"),
        "done": Label(_("Xong"), "green"),
        "rejected": Label(_("Từ chối"), "gray"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "import": {
        "uploaded": Label(_("Chờ chọn cột"), "amber"),
        "checking": Label(_("Đang kiểm tra"), "blue"),
        "checked": Label(_("Chờ nhập"), "amber"),
        "running": Label(_("Đang nhập"), "blue"),
        "done": Label(_("Đã nhập"), "green"),
        "failed": Label(_("Không đọc được"), "red"),
    },
    "outcome": {
        "created": Label(_("Tạo mới"), "green"),
        "updated": Label(_("Cập nhật"), "blue"),
        "unchanged": Label(_("Không đổi"), "gray"),
        "failed": Label(_("Lỗi"), "red"),
    },
    "wave": {
        "planned": Label(_("Đã lên"), "gray"),
        "released": Label(_("Đang nhặt"), "blue"),
        "done": Label(_("Đã xong"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "pick_task": {
        "waiting": Label(_("Chờ lượt"), "gray"),
        "ready": Label(_("Chờ nhặt"), "amber"),
        "picking": Label(_("Đang nhặt"), "blue"),
        "done": Label(_("Đã nhặt"), "green"),
        "cancelled": Label(_("Đã hủy"), "gray"),
    },
    "call": {
        "answered": Label(_("Có trả lời"), "green"),
        "refused": Label(_("Bị từ chối"), "amber"),
        "unreachable": Label(_("Không liên lạc được"), "red"),
        "unknown": Label(_("Chưa rõ kết quả"), "amber"),
    },
    "source": {
        "shopee": Label("Shopee", "gray"),
        "lazada": Label("Lazada", "gray"),
        "tiktok_shop": Label("TikTok Shop", "gray"),
        "website": Label(_("Website"), "gray"),
        "facebook": Label("Facebook", "gray"),
        "zalo": Label("Zalo", "gray"),
        "phone": Label(_("Điện thoại"), "gray"),
        "counter": Label(_("Tại quầy"), "gray"),
        "import": Label(_("Nhập từ tệp"), "gray"),
        "api": Label("API", "gray"),
        "chatbot": Label("Chatbot", "gray"),
    },
}


def label_for(dimension: str, code: str) -> Label:
    """The label of a code; a code we do not know is shown as it is, in amber, never hidden."""
    return LABELS[dimension].get(code, Label(code, "amber"))
