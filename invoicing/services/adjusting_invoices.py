"""The adjusting invoice of a proposal: made once, sent like any other, and told to the order."""

from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.amounts import DISCOUNT, GOODS, LineAmounts
from invoicing.models import AdjustmentLine, AdjustmentProposal, Invoice
from invoicing.services.buyers import BUYER_COLUMNS
from invoicing.services.hurry import hurry
from invoicing.services.lines import write_lines
from invoicing.services.proposals import OPEN, close_proposal, lock_proposal
from invoicing.states import INVOICE_FLOW
from invoicing.words import vnd_in_words
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event

SIX_PLACES = Decimal("0.000001")
Status = Invoice.Status


@transaction.atomic
def issue_adjustment(proposal_id: int, *, actor: Actor) -> Invoice:
    """Queue the invoice that adjusts another by a proposal; a worker sends it.

    A second click finds the first one's. One that the issuer refused is sent again. Raises
    DomainError when the proposal was decided already, or the day of the first is not known yet.
    """
    row = lock_proposal(proposal_id)
    if row.status != OPEN and row.adjusting is None:
        raise DomainError(_("Đề xuất này đã được xử lý."), "proposal.decided")
    invoice = row.adjusting or _make(row)
    if invoice.status not in (Status.DRAFT, Status.REJECTED):
        return invoice
    INVOICE_FLOW.check(invoice.status, Status.QUEUED)
    invoice.status, invoice.error, invoice.next_attempt_at = Status.QUEUED, "", now()
    invoice.save(update_fields=["status", "error", "next_attempt_at", "updated_at"])
    record_event(
        "invoice.adjustment_queued",
        row,
        actor=actor,
        data={"invoice_id": invoice.pk, "reference": row.invoice.invoice_no},
        about=("order", row.document.order_id),
    )
    transaction.on_commit(partial(hurry, "submit_invoice", invoice.pk))
    return invoice


def settle_adjustment(invoice: Invoice, *, actor: Actor) -> None:
    """In the transaction that keeps its number: the proposal is done under it."""
    row = lock_proposal(invoice.adjusts.pk)
    if row.status == OPEN:
        close_proposal(row, AdjustmentProposal.Status.DONE, invoice.invoice_no, actor=actor)


def _make(row: AdjustmentProposal) -> Invoice:
    """A draft with the differences alone, to the same buyer, under the same form and symbol."""
    first = row.invoice
    if first.issued_at is None:
        raise DomainError(
            _("Chưa biết ngày phát hành của hóa đơn gốc; hãy thử lại sau ít phút."),
            "proposal.no_date",
        )
    made = Invoice(
        order_id=first.order_id,
        account=first.account,
        kind=Invoice.Kind.ADJUSTMENT,
        template_code=first.template_code,
        series=first.account.series,
        payment_method=first.payment_method,
        net_vnd=row.net_vnd,
        tax_vnd=row.tax_vnd,
        total_vnd=row.total_vnd,
        words=vnd_in_words(row.total_vnd),
        **{name: getattr(first, name) for name in BUYER_COLUMNS},
    )
    made.save()
    write_lines(made, [_amounts(line) for line in row.lines.select_related("invoice_line")])
    row.adjusting = made
    row.save(update_fields=["adjusting"])
    return made


def _amounts(line: AdjustmentLine) -> LineAmounts:
    """Positive amounts; what would raise the invoice again, a discount's share, takes away."""
    first = line.invoice_line
    net, tax, quantity = abs(line.net_vnd), abs(line.tax_vnd), line.quantity or 1
    if line.gross_vnd < 0:
        kind: str = DISCOUNT
    else:
        kind = GOODS if first.kind == DISCOUNT else first.kind
    return LineAmounts(
        kind=kind,
        name=first.name,
        quantity=quantity,
        unit_price=(Decimal(net) / quantity).quantize(SIX_PLACES),
        listed_vnd=net,
        discount_vnd=0,
        net_vnd=net,
        vat_rate=first.vat_rate,
        tax_vnd=tax,
        gross_vnd=net + tax,
        sku=first.sku,
        unit=first.unit,
    )
