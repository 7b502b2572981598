"""Drafting an invoice from its order, changing the buyer, and asking for it to be issued."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.models import Invoice
from invoicing.ports import Issuer, make_issuer
from invoicing.selectors.active import active_invoice, default_account
from invoicing.services.accounts import credentials_of
from invoicing.services.buyers import (
    BUYER_COLUMNS,
    BuyerData,
    buyer_of,
    clean_buyer,
    default_buyer,
    write_buyer,
)
from invoicing.services.hurry import hurry
from invoicing.services.lines import (
    TOTAL_COLUMNS,
    document_of,
    lines_of_order,
    write_lines,
    write_totals,
)
from invoicing.services.preflight import PreflightRefused, issue_blockers
from invoicing.states import INVOICE_FLOW
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.problems import open_problem
from orders.services.states import apply_states, lock_order

Status = Invoice.Status


@transaction.atomic
def draft_invoice(order_id: int, buyer: BuyerData | None = None, *, actor: Actor) -> Invoice:
    """The draft of an order's invoice, filled from the order; no number is taken.

    On a draft that is still editable the lines, form and symbol are read again and the buyer stays
    unless one is given. Raises DomainError when the invoice went out or no account is set up.
    """
    order = lock_order(order_id)
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("Đơn hàng đã hủy, không lập hóa đơn."), code="order.cancelled")
    invoice = active_invoice(order_id)
    if invoice is None:
        invoice = Invoice(order=order)
        buyer = buyer or default_buyer(order)
    _refuse_uneditable(invoice)
    _fill(invoice, order, buyer or buyer_of(invoice))
    if order.invoice_status != invoice.status:
        apply_states(
            order_id,
            actor=actor,
            event_name="invoice.drafted",
            data={"invoice_id": invoice.pk, "total_vnd": invoice.total_vnd},
            invoice=invoice.status,
        )
    return invoice


@transaction.atomic
def update_buyer(
    invoice_id: int, buyer: BuyerData, *, actor: Actor, version: int | None = None
) -> Invoice:
    """Change who the draft is made out to. `version` refuses to overwrite another's change."""
    invoice = _locked(invoice_id)
    _refuse_uneditable(invoice)
    if version is not None and version != invoice.version:
        raise DomainError(
            _("Hóa đơn vừa được người khác sửa; hãy tải lại trang."), code="invoice.stale"
        )
    write_buyer(invoice, clean_buyer(buyer, today()))
    invoice.version += 1
    invoice.save(update_fields=[*BUYER_COLUMNS, "version", "updated_at"])
    return invoice


def preview_invoice(invoice_id: int) -> bytes:
    """The issuer's own paper of the draft, as a PDF; nothing is issued."""
    invoice = Invoice.objects.select_related("order", "account__company").get(pk=invoice_id)
    return issuer_of(invoice).preview(document_of(invoice))


@transaction.atomic
def issue_invoice(invoice_id: int, *, actor: Actor) -> Invoice:
    """Queue the invoice; a worker sends it. A second call changes nothing.

    Raises PreflightRefused with every reason why it may not go out.
    """
    invoice = _locked(invoice_id)
    if not invoice.is_editable:
        if invoice.status == Status.DROPPED:
            raise DomainError(_("Bản nháp này đã bỏ."), code="invoice.dropped")
        return invoice
    reasons = issue_blockers(invoice)
    if reasons:
        raise PreflightRefused(reasons)
    INVOICE_FLOW.check(invoice.status, Status.QUEUED)
    invoice.status, invoice.error, invoice.next_attempt_at = Status.QUEUED, "", now()
    invoice.save(update_fields=["status", "error", "next_attempt_at", "updated_at"])
    apply_states(
        invoice.order_id,
        actor=actor,
        event_name="invoice.queued",
        data={"invoice_id": invoice.pk, "total_vnd": invoice.total_vnd},
        invoice=Status.QUEUED,
    )
    transaction.on_commit(partial(hurry, "submit_invoice", invoice.pk))
    return invoice


@transaction.atomic
def drop_invoice(order_id: int, *, actor: Actor) -> Invoice | None:
    """Put away the draft of a cancelled order; a repeat changes nothing.

    An invoice that may exist at the issuer stays: the order gets a problem for a person instead.
    """
    order = lock_order(order_id)
    invoice = active_invoice(order_id)
    if invoice is None:
        return None
    if not (invoice.is_editable or _is_unsent(invoice)):
        message = _("Đơn đã hủy nhưng hóa đơn đã gửi đi; cần điều chỉnh hoặc thay thế.")
        open_problem(order_id, "invoice", message, {"invoice_id": invoice.pk})
        return invoice
    INVOICE_FLOW.check(invoice.status, Status.DROPPED)
    invoice.status, invoice.next_attempt_at = Status.DROPPED, None
    invoice.save(update_fields=["status", "next_attempt_at", "updated_at"])
    if order.invoice_status != Order.Invoice.NOT_REQUIRED:
        apply_states(
            order_id,
            actor=actor,
            event_name="invoice.dropped",
            data={"invoice_id": invoice.pk},
            invoice=Order.Invoice.NOT_REQUIRED,
        )
    return invoice


def issuer_of(invoice: Invoice) -> Issuer:
    """The connection that this invoice's account uses."""
    return make_issuer(invoice.account.issuer, credentials_of(invoice.account))


def _locked(invoice_id: int) -> Invoice:
    """Order first, then its invoice: the order of locks everywhere."""
    order_id = Invoice.objects.values_list("order_id", flat=True).get(pk=invoice_id)
    lock_order(order_id)
    return (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("order", "account__company")
        .get(pk=invoice_id)
    )


def _refuse_uneditable(invoice: Invoice) -> None:
    if not invoice.is_editable:
        raise DomainError(
            _("Hóa đơn đang ở trạng thái “%(state)s”, không sửa được nữa.")
            % {"state": invoice.get_status_display()},
            code="invoice.locked",
        )


def _fill(invoice: Invoice, order: Order, buyer: BuyerData) -> None:
    account = default_account()
    if account is None:
        raise DomainError(
            _("Chưa khai báo công ty và tài khoản phát hành hóa đơn."), code="account.missing"
        )
    lines = lines_of_order(order, template_code=account.template_code, day=today())
    invoice.account = account
    invoice.template_code, invoice.series = account.template_code, account.series
    write_totals(invoice, lines)
    write_buyer(invoice, clean_buyer(buyer, today()))
    invoice.version += 1 if invoice.pk else 0
    if invoice.pk:
        columns = ["account", "template_code", "series", "version", "updated_at"]
        invoice.save(update_fields=[*columns, *TOTAL_COLUMNS, *BUYER_COLUMNS])
    else:
        invoice.save()
    write_lines(invoice, lines)


def _is_unsent(invoice: Invoice) -> bool:
    return invoice.status == Status.QUEUED and not invoice.submissions.exists()
