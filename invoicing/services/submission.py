"""Sending an invoice to its issuer so that one order never has two.

Every conversation is a Submission row, committed before the call and closed after it. An open row
is the claim of one worker (a partial unique constraint), so two workers cannot both send. Once a
send has been started the invoice is looked up by our key before anything is sent again, and a
look-up that fails is not a "no". "There is none" is believed at once when the last send was
answered; after a lost answer only when the issuer has had time to finish what it was doing.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from invoicing.models import Invoice, Submission
from invoicing.ports import LOGIN_REFUSED, LONGEST_CALL, Issued
from invoicing.services.invoices import issuer_of
from invoicing.services.lines import document_of, ref_of
from invoicing.services.outcomes import record_issued, record_rejected, record_waiting
from invoicing.states import WAITING
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy, redis_lock

log = logging.getLogger(__name__)
Kind, Outcome, Status = Submission.Kind, Submission.Outcome, Invoice.Status

LEASE = LONGEST_CALL + timedelta(seconds=5)  # an older claim is of a worker that died
# By then the issuer has also done with what we gave up waiting for.
SETTLE = LONGEST_CALL + timedelta(seconds=30)
SOON = timedelta(seconds=5)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)


def submit(invoice_id: int, *, moment: datetime | None = None) -> Invoice:
    """Bring a queued or unknown invoice one step on: look up, send, or wait.

    Safe to call at any time and by anybody: what is finished or in other hands is left alone.
    """
    return _advance(invoice_id, moment or now(), may_send=True)


def look_up(invoice_id: int, *, moment: datetime | None = None) -> Invoice:
    """Ask the issuer what became of an invoice that was sent; sends nothing."""
    return _advance(invoice_id, moment or now(), may_send=False)


def _advance(invoice_id: int, moment: datetime, *, may_send: bool) -> Invoice:
    try:
        # A look-up and the send that may follow it.
        with redis_lock(f"invoice:{invoice_id}", 2 * int(LEASE.total_seconds())):
            claim = _claim(invoice_id, moment, may_send=may_send)
            if claim is not None and claim.kind == Kind.LOOK_UP:
                claim = _run_look_up(claim, moment, may_send=may_send)
            if claim is not None:
                _run_send(claim, claim.started_at)
    except LockBusy:
        log.info("invoice.in_other_hands invoice_id=%s", invoice_id)
        _hand_back(invoice_id, moment)
    return Invoice.objects.get(pk=invoice_id)


@transaction.atomic
def _claim(invoice_id: int, moment: datetime, *, may_send: bool) -> Submission | None:
    """Open a row for what has to be done next; None when there is nothing for us to do."""
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if invoice.status not in WAITING:
        return None
    running = invoice.submissions.filter(finished_at__isnull=True).first()
    if running is not None:
        if moment - running.started_at < LEASE:
            _come_back(invoice, running.started_at + LEASE)
            return None
        _close(running, Outcome.UNKNOWN, _("Tiến trình gửi bị ngắt giữa chừng."), moment)
    if invoice.submissions.filter(kind=Kind.SEND).exists():
        return _open(invoice, Kind.LOOK_UP, moment)
    return _open(invoice, Kind.SEND, moment) if may_send else None


@transaction.atomic
def _hand_back(invoice_id: int, moment: datetime) -> None:
    """Somebody else is at it, or died a moment ago: look again when that can be told."""
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if invoice.status in WAITING:
        running = invoice.submissions.filter(finished_at__isnull=True).first()
        ends_at = running.started_at + LEASE if running else moment
        _come_back(invoice, max(ends_at, moment + SOON))


def _come_back(invoice: Invoice, at: datetime) -> None:
    """Let the sweep find the invoice no later than this."""
    if invoice.next_attempt_at is None or invoice.next_attempt_at > at:
        Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=at)


def _run_send(claim: Submission, moment: datetime) -> None:
    """The send itself: outside any transaction, its row already committed."""
    invoice = _load(claim)
    try:
        issued = issuer_of(invoice).issue(document_of(invoice))
    except ServiceRefused as refusal:
        if refusal.code == LOGIN_REFUSED:
            _wait(claim, Outcome.NOT_SENT, refusal.message, moment)
        else:
            record_rejected(claim, refusal.message)
        return
    except ServiceUnreachable as silence:
        outcome = Outcome.UNKNOWN if silence.maybe_done else Outcome.NOT_SENT
        _wait(claim, outcome, silence.message, moment, at_least=silence.retry_after)
        return
    _record_found(claim, issued, moment)


def _run_look_up(claim: Submission, moment: datetime, *, may_send: bool) -> Submission | None:
    """Close the look-up; when the answer is a firm "none", the claim of the next send."""
    invoice = _load(claim)
    begun = time.monotonic()
    try:
        issued = issuer_of(invoice).find(ref_of(invoice))
    except ServiceRefused as refusal:
        _wait(claim, Outcome.UNKNOWN, refusal.message, moment)
        return None
    except ServiceUnreachable as silence:
        _wait(claim, Outcome.UNKNOWN, silence.message, moment, at_least=silence.retry_after)
        return None
    if issued is not None:
        _record_found(claim, issued, moment)
        return None
    settled_at = _settled_at(claim)
    if moment < settled_at:
        message = _("Chưa thấy hóa đơn; chờ nhà cung cấp xử lý xong rồi tra lại.")
        record_waiting(claim, Outcome.NOT_FOUND, message, status=Status.UNKNOWN, next_at=settled_at)
        return None
    asked_for = timedelta(seconds=time.monotonic() - begun)
    return _resend_claim(claim, moment + asked_for, may_send=may_send)


@transaction.atomic
def _resend_claim(claim: Submission, moment: datetime, *, may_send: bool) -> Submission | None:
    """Close the look-up and open the send in one step, so that the claim is never let go."""
    message = _("Nhà cung cấp xác nhận chưa có hóa đơn này.")
    invoice = record_waiting(
        claim, Outcome.NOT_FOUND, message, status=Status.QUEUED, next_at=moment
    )
    return _open(invoice, Kind.SEND, moment) if may_send else None


def _record_found(claim: Submission, issued: Issued, moment: datetime) -> None:
    try:
        record_issued(claim, issued, moment)
    except IntegrityError:
        # Two of our invoices would have one number: a person has to look, nothing is sent again.
        message = _("Số hóa đơn %(no)s đã thuộc về một hóa đơn khác.") % {"no": issued.invoice_no}
        _wait(claim, Outcome.UNKNOWN, message, moment)


def _wait(
    claim: Submission, outcome: str, message: str, moment: datetime, at_least: float | None = None
) -> None:
    """No answer to use: the invoice is unknown when its last send may have been done."""
    sent = outcome if claim.kind == Kind.SEND else _last_send(claim).outcome
    status = Status.UNKNOWN if sent == Outcome.UNKNOWN else Status.QUEUED
    next_at = _later(claim, moment, at_least)
    record_waiting(claim, outcome, message, status=status, next_at=next_at)


def _last_send(claim: Submission) -> Submission:
    sends = Submission.objects.filter(invoice_id=claim.invoice_id, kind=Kind.SEND)
    return sends.latest("started_at", "id")


def _settled_at(claim: Submission) -> datetime:
    """From when on "there is none" is final for the last send."""
    last = _last_send(claim)
    return last.started_at + (SETTLE if last.outcome == Outcome.UNKNOWN else timedelta())


def _later(claim: Submission, moment: datetime, at_least: float | None) -> datetime:
    """Twice as long after every attempt, up to a quarter of an hour."""
    tries = Submission.objects.filter(invoice_id=claim.invoice_id).count()
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    return moment + max(wait, timedelta(seconds=at_least or 0))


def _open(invoice: Invoice, kind: str, moment: datetime) -> Submission:
    """The claim of this worker; the sweep looks after it when it has grown too old to be alive."""
    Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=moment + LEASE)
    return Submission.objects.create(invoice=invoice, kind=kind, started_at=moment)


def _close(submission: Submission, outcome: str, message: str, moment: datetime) -> None:
    submission.outcome, submission.message, submission.finished_at = outcome, message, moment
    submission.save(update_fields=["outcome", "message", "finished_at"])


def _load(claim: Submission) -> Invoice:
    return Invoice.objects.select_related("order", "account__company").get(pk=claim.invoice_id)
