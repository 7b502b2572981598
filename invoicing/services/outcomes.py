"""Writing down what an issuer said: the submission, the invoice and its order in one step."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from invoicing.models import Invoice, Submission
from invoicing.ports import Issued
from invoicing.services.adjusting_invoices import settle_adjustment
from invoicing.services.hurry import hurry
from invoicing.states import INVOICE_FLOW, WAITING
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from orders.services.problems import open_problem, resolve_problem
from orders.services.states import apply_states, lock_order
from orders.services.terms import restart_terms

Outcome, Status = Submission.Outcome, Invoice.Status
ISSUER = Actor.system("invoice-issuer")
PROBLEM = "invoice"
FIRST_POLL = timedelta(seconds=10)
LONGEST_POLL = timedelta(minutes=10)
MESSAGE_LENGTH = 500


@transaction.atomic
def record_issued(claim: Submission, issued: Issued, moment: datetime) -> Invoice:
    """The invoice exists: keep its number for ever. A repeat changes nothing."""
    invoice = _lock(claim.invoice_id)
    _finish(claim, Outcome.ISSUED, issued.invoice_no)
    if invoice.status not in WAITING:
        return invoice
    has_code = bool(issued.tax_authority_code) and invoice.account.is_coded
    invoice.series, invoice.number = issued.series, issued.number
    invoice.invoice_no = issued.invoice_no
    invoice.reservation_code = issued.reservation_code
    invoice.tax_authority_code = issued.tax_authority_code
    invoice.transaction_id = issued.transaction_id
    invoice.issued_at = issued.issued_at or moment
    invoice.is_date_confirmed = issued.issued_at is not None
    if invoice.kind == Invoice.Kind.ORIGINAL:
        invoice.due_on = restart_terms(invoice.order_id, today(invoice.issued_at), actor=ISSUER)
    _move(invoice, Status.CODED if has_code else Status.ISSUED, next_at=moment)
    if invoice.kind == Invoice.Kind.ADJUSTMENT:
        settle_adjustment(invoice, actor=ISSUER)
    resolve_problem(invoice.order_id, PROBLEM)
    transaction.on_commit(partial(hurry, "follow_invoice", invoice.pk))
    return invoice


@transaction.atomic
def record_rejected(claim: Submission, message: str) -> Invoice:
    """The issuer said no for good: a person corrects the draft and issues again."""
    invoice = _lock(claim.invoice_id)
    _finish(claim, Outcome.REFUSED, message)
    if invoice.status in WAITING:
        invoice.error = message[:MESSAGE_LENGTH]
        _move(invoice, Status.REJECTED, next_at=None)
        open_problem(invoice.order_id, PROBLEM, invoice.error, {"invoice_id": invoice.pk})
    return invoice


@transaction.atomic
def record_waiting(
    claim: Submission, outcome: str, message: str, *, status: str, next_at: datetime
) -> Invoice:
    """No final answer: the invoice is queued or unknown, and is tried again at `next_at`."""
    invoice = _lock(claim.invoice_id)
    _finish(claim, outcome, message)
    if invoice.status in WAITING:
        invoice.error = message[:MESSAGE_LENGTH]
        _move(invoice, status, next_at=next_at)
    return invoice


def next_poll(invoice: Invoice, moment: datetime) -> datetime:
    """A quarter of the invoice's age, between ten seconds and ten minutes."""
    age = moment - (invoice.issued_at or moment)
    return moment + min(max(age / 4, FIRST_POLL), LONGEST_POLL)


def _lock(invoice_id: int) -> Invoice:
    order_id = Invoice.objects.values_list("order_id", flat=True).get(pk=invoice_id)
    lock_order(order_id)
    return (
        Invoice.objects.select_for_update(of=("self",)).select_related("account").get(pk=invoice_id)
    )


def _event_data(invoice: Invoice) -> dict[str, Any]:
    told = {
        "number": invoice.invoice_no,
        "tax_authority_code": invoice.tax_authority_code,
        "message": "" if invoice.is_legal else invoice.error,
    }
    return {"invoice_id": invoice.pk, **{key: text for key, text in told.items() if text}}


def _finish(claim: Submission, outcome: str, message: str) -> None:
    claim.outcome, claim.message, claim.finished_at = outcome, message[:MESSAGE_LENGTH], now()
    claim.save(update_fields=["outcome", "message", "finished_at"])


def _move(invoice: Invoice, status: str, *, next_at: datetime | None) -> None:
    """Save the row; when the original's state changed, the order and its timeline follow."""
    before = invoice.status
    INVOICE_FLOW.check(before, status)
    invoice.status, invoice.next_attempt_at = status, next_at
    invoice.save()
    if before == status or invoice.kind != Invoice.Kind.ORIGINAL:
        return
    apply_states(
        invoice.order_id,
        actor=ISSUER,
        event_name=f"invoice.{status}",
        data=_event_data(invoice),
        invoice=status,
    )
