"""What the invoice pages say beside the rows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from invoicing.amounts import RateSum, sums_by_rate
from invoicing.models import Invoice
from invoicing.selectors.lines import amounts_of

RATE_NAMES = {-1: "KKKNT", -2: "KCT"}


@dataclass(frozen=True)
class NextStep:
    """`tone` colours the notice; `text` says what happens by itself or what a person has to do."""

    tone: str
    icon: str
    text: str


def rate_name(vat_rate: int) -> str:
    return RATE_NAMES.get(vat_rate, f"{vat_rate}%")


def rate_sums(invoice: Invoice) -> list[tuple[str, RateSum]]:
    return [(rate_name(part.vat_rate), part) for part in sums_by_rate(amounts_of(invoice))]


def next_step(invoice: Invoice) -> NextStep | None:
    """In words, where the invoice stands and what comes next."""
    status, Status = invoice.status, Invoice.Status
    if status == Status.QUEUED:
        text = _("Đang gửi đến nhà cung cấp; trang này tự cập nhật, bạn không cần bấm lại.")
        return NextStep("gray", "clock", text)
    if status == Status.UNKNOWN:
        text = _(
            "Đã gửi nhưng chưa nhận được trả lời, nên chưa biết hóa đơn đã phát hành hay chưa. "
            "Hệ thống đang tra cứu theo mã giao dịch riêng của hóa đơn này và chỉ gửi lại khi nhà "
            "cung cấp xác nhận chưa có; không bao giờ có hai hóa đơn cho một đơn hàng."
        )
        return NextStep("amber", "search", text)
    if status == Status.REJECTED:
        text = _("Nhà cung cấp từ chối; chưa có hóa đơn nào. Hãy sửa theo lý do rồi phát hành lại.")
        return NextStep("red", "circle-x", text)
    if status == Status.ISSUED and invoice.account.is_coded:
        text = _("Đã có số hóa đơn, đang chờ mã của cơ quan thuế; hệ thống tự hỏi lại.")
        return NextStep("gray", "clock", text)
    if invoice.is_legal and not invoice.pdf:
        return NextStep("gray", "clock", _("Đang lấy bản PDF từ nhà cung cấp."))
    if invoice.is_legal:
        text = _(
            "Hóa đơn đã phát hành không hủy được; sai sót chỉ có thể điều chỉnh hoặc thay thế."
        )
        return NextStep("green", "circle-check", text)
    return None
