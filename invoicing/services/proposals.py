"""Proposals to adjust an issued invoice: made when a return is credited, decided by a person."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from invoicing.adjusting import GOODS, IssuedLine, parts_back
from invoicing.models import AdjustmentLine, AdjustmentProposal, Invoice
from invoicing.selectors.active import active_invoice
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line
from orders.models import Order, Return, ReturnLine
from orders.services.states import apply_states, lock_order
from orders.states import INVOICE_FLOW

Status = AdjustmentProposal.Status
OPEN = Status.OPEN
DECIDED = (Return.Status.CREDITED, Return.Status.DONE)


@transaction.atomic
def propose_adjustment(return_id: int, *, actor: Actor) -> AdjustmentProposal | None:
    """Say by what the order's invoice is to be adjusted; None without one, or without credit.

    Once for each return: a repeat finds the first. An invoice that goes out later asks again.
    """
    document = Return.objects.get(pk=return_id)
    lock_order(document.order_id)
    document.refresh_from_db()
    found = AdjustmentProposal.objects.filter(document=document).first()
    invoice = active_invoice(document.order_id)
    if found is not None or document.status not in DECIDED or not document.credit_vnd:
        return found
    if invoice is None or not invoice.is_legal:
        return None
    return _propose(document, invoice, actor)


def propose_missing(order_id: int, *, actor: Actor) -> None:
    """For what an order's returns took off before its invoice went out."""
    rows = Return.objects.filter(order=order_id, status__in=DECIDED, invoice_proposal=None)
    for return_id in rows.order_by("received_at", "pk").values_list("pk", flat=True):
        propose_adjustment(return_id, actor=actor)


def _propose(document: Return, invoice: Invoice, actor: Actor) -> AdjustmentProposal:
    lines = [
        IssuedLine(row.pk, row.kind, row.quantity, row.net_vnd, row.tax_vnd, row.vat_rate)
        for row in invoice.lines.all()
    ]
    before, after = _pieces(document, lines)
    parts = parts_back(lines, before=before, after=after, credit_vnd=document.credit_vnd)
    net, tax = sum(part.net_vnd for part in parts), sum(part.tax_vnd for part in parts)
    made = AdjustmentProposal.objects.create(
        document=document, invoice=invoice, net_vnd=net, tax_vnd=tax, total_vnd=net + tax,
        created_at=now(),
    )  # fmt: skip
    AdjustmentLine.objects.bulk_create(
        AdjustmentLine(
            proposal=made,
            invoice_line_id=part.line_id,
            quantity=part.quantity,
            net_vnd=part.net_vnd,
            tax_vnd=part.tax_vnd,
        )
        for part in parts
    )
    record_event(
        "invoice.adjustment_proposed",
        made,
        actor=actor,
        data={"number": document.number, "reference": invoice.invoice_no},
        about=("order", document.order_id),
    )
    return made


def _pieces(document: Return, lines: list[IssuedLine]) -> tuple[dict[int, int], dict[int, int]]:
    """Pieces back before this return and with it, by invoice line: those of the goods stand in the
    order of the order's lines.
    """
    bought = Order.objects.get(pk=document.order_id).lines.order_by("position")
    goods = [line for line in lines if line.kind == GOODS]
    paper = dict(zip(bought.values_list("pk", flat=True), (g.id for g in goods), strict=False))
    received = ReturnLine.objects.filter(
        document__order=document.order_id,
        document__status__in=DECIDED,
        document__received_at__lte=document.received_at,
    )
    before: Counter[int] = Counter()
    after: Counter[int] = Counter()
    for row in received:
        if row.line_id in paper:
            after[paper[row.line_id]] += row.received
            if row.document_id != document.pk:
                before[paper[row.line_id]] += row.received
    return dict(before), dict(after)


@transaction.atomic
def decide_proposal(
    proposal_id: int, *, adjusted: bool, answer: str, actor: Actor
) -> AdjustmentProposal:
    """The adjusting invoice is issued, under this number; or there will be none, for this reason.

    A repeat of the same answer changes nothing.
    """
    text = clean_line(answer, 200, field="answer")
    row = lock_proposal(proposal_id)
    status = Status.DONE if adjusted else Status.DISMISSED
    if row.status != Status.OPEN:
        if (row.status, row.answer) == (status, text):
            return row
        raise DomainError(_("Đề xuất này đã được xử lý."), "proposal.decided")
    if not text:
        raise DomainError(
            _("Hãy ghi số hóa đơn điều chỉnh, hoặc lý do."), "proposal.answer", "answer"
        )
    _let_go(row)
    close_proposal(row, status, text, actor=actor)
    return row


def lock_proposal(proposal_id: int) -> AdjustmentProposal:
    """Its order first, as everywhere."""
    rows = AdjustmentProposal.objects
    lock_order(rows.values_list("document__order", flat=True).get(pk=proposal_id))
    found = rows.select_for_update(of=("self",)).select_related(
        "document", "invoice__account", "adjusting"
    )
    return found.get(pk=proposal_id)


def _let_go(row: AdjustmentProposal) -> None:
    """One that was refused is put away; one that may exist at the issuer decides the proposal."""
    made = row.adjusting
    if made is None:
        return
    if made.status != Invoice.Status.REJECTED:
        raise DomainError(_("Hóa đơn điều chỉnh đang được gửi đi."), "proposal.sending")
    made.status, made.next_attempt_at = Invoice.Status.DROPPED, None
    made.save(update_fields=["status", "next_attempt_at", "updated_at"])


def close_proposal(row: AdjustmentProposal, status: str, text: str, *, actor: Actor) -> None:
    """In the caller's transaction, locked and open."""
    order = row.document.order
    adjusted = status == Status.DONE
    row.status, row.answer = status, text
    row.decided_by, row.decided_at = actor.label, now()
    row.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    wanted = Order.Invoice.ADJUSTED if adjusted else None
    if wanted and not INVOICE_FLOW.allows(order.invoice_status, wanted):
        wanted = None
    apply_states(
        order.pk,
        actor=actor,
        event_name="invoice.adjusted" if adjusted else "invoice.adjustment_dismissed",
        data={"reference": text},
        invoice=wanted,
    )
