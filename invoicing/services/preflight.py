"""Why an invoice cannot be issued yet, all reasons at once."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from invoicing.models import Invoice
from invoicing.ports import issuer_choices
from invoicing.selectors.lines import amounts_of
from invoicing.selectors.rules import form_of, is_symbol_valid
from invoicing.services.buyers import missing_buyer_fields
from invoicing.services.lines import lines_of_order
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from orders.models import Order

NOT_A_SALE_YET = frozenset({Order.Status.DRAFT, Order.Status.PENDING_CONFIRMATION})


@dataclass(frozen=True)
class Reason:
    """`field` names the buyer's input at fault, when it is one."""

    code: str
    message: str
    field: str = ""


class PreflightRefused(DomainError):
    """Carries every reason; the message joins them."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(" ".join(r.message for r in reasons), code="invoice.preflight")
        self.reasons = reasons


def issue_blockers(invoice: Invoice, *, day: date | None = None) -> list[Reason]:
    """Empty when the invoice may be issued that day (default: today)."""
    day = day or today()
    return [
        *_order_reasons(invoice),
        *_account_reasons(invoice, day),
        *[Reason("buyer", message, field) for field, message in missing_buyer_fields(invoice)],
        *_line_reasons(invoice, day),
    ]


def _order_reasons(invoice: Invoice) -> list[Reason]:
    if invoice.order.status == Order.Status.CANCELLED:
        return [Reason("order.cancelled", _("Đơn hàng đã hủy."))]
    if invoice.order.returned_vnd and not invoice.order.worth_vnd:
        return [Reason("order.returned", _("Hàng của đơn đã trả hết, không còn gì để bán."))]
    if invoice.order.status in NOT_A_SALE_YET:
        return [Reason("order.unconfirmed", _("Đơn hàng chưa được xác nhận."))]
    return []


def _account_reasons(invoice: Invoice, day: date) -> list[Reason]:
    account, reasons = invoice.account, []
    if not account.is_active:
        reasons.append(Reason("account.inactive", _("Tài khoản phát hành đã ngừng dùng.")))
    if account.issuer not in dict(issuer_choices()):
        reasons.append(Reason("account.issuer", _("Chưa kết nối nhà cung cấp hóa đơn.")))
    if form_of(invoice.template_code, day) is None:
        message = _("Mẫu số %(code)s không có hiệu lực.") % {"code": invoice.template_code}
        reasons.append(Reason("account.form", message))
    if not is_symbol_valid(invoice.series, day):
        message = _("Ký hiệu %(series)s không dùng được cho hóa đơn năm %(year)s.")
        values = {"series": invoice.series, "year": day.year}
        reasons.append(Reason("account.symbol", message % values))
    return reasons


def _line_reasons(invoice: Invoice, day: date) -> list[Reason]:
    """The draft must be what the order and the law of that day would give now."""
    try:
        now = lines_of_order(invoice.order, template_code=invoice.template_code, day=day)
    except DomainError as refusal:
        return [Reason(refusal.code, refusal.message)]
    drafted = amounts_of(invoice)
    key = [(line.kind, line.sku, line.quantity, line.vat_rate, line.gross_vnd) for line in now]
    held = [(line.kind, line.sku, line.quantity, line.vat_rate, line.gross_vnd) for line in drafted]
    if key != held:
        message = _("Đơn hàng hoặc thuế suất đã đổi sau khi lập nháp; hãy lấy lại dữ liệu từ đơn.")
        return [Reason("lines.stale", message)]
    return []
