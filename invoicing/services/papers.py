"""What follows an issued invoice: the tax authority's code, the exact date, the PDF."""

import logging
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from invoicing.models import Invoice
from invoicing.ports import Issued
from invoicing.services.hurry import hurry
from invoicing.services.invoices import issuer_of
from invoicing.services.lines import ref_of
from invoicing.services.outcomes import ISSUER, next_poll
from invoicing.states import INVOICE_FLOW, LEGAL, WAITING
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from orders.services.states import apply_states, lock_order

log = logging.getLogger(__name__)
Status = Invoice.Status
SWEEP_SIZE = 200
IN_HAND = timedelta(minutes=1)  # what a sweep hands out is not handed out again before that


def follow_invoice(invoice_id: int, *, moment: datetime | None = None) -> Invoice:
    """Ask for what an issued invoice still lacks; a repeat changes nothing.

    The PDF is fetched when the invoice is final: with its code for symbols with C, at once for K.
    """
    moment = moment or now()
    invoice = _load(invoice_id)
    if invoice.status not in LEGAL:
        return invoice
    try:
        if _lacks_code(invoice) or not invoice.is_date_confirmed:
            _refresh(invoice, moment)
        if not _lacks_code(invoice) and not invoice.pdf:
            _fetch_pdf(invoice)
    except (ServiceUnreachable, ServiceRefused) as trouble:
        log.info("invoice.follow_failed invoice_id=%s reason=%s", invoice_id, trouble)
    _schedule(invoice, moment)
    return invoice


def due_invoices(moment: datetime) -> QuerySet[Invoice]:
    return Invoice.objects.filter(next_attempt_at__lte=moment).order_by("next_attempt_at", "id")


def sweep_invoices(*, moment: datetime | None = None) -> int:
    """Hand every due invoice to a worker; each stands alone, none waits for another."""
    moment = moment or now()
    with transaction.atomic():
        due = list(due_invoices(moment).select_for_update(skip_locked=True)[:SWEEP_SIZE])
        ids = [invoice.pk for invoice in due]
        Invoice.objects.filter(pk__in=ids).update(next_attempt_at=moment + IN_HAND)
    for invoice in due:
        hurry("submit_invoice" if invoice.status in WAITING else "follow_invoice", invoice.pk)
    return len(due)


def _refresh(invoice: Invoice, moment: datetime) -> None:
    issued = issuer_of(invoice).find(ref_of(invoice))
    if issued is None:
        log.error("invoice.issued_but_not_found invoice_id=%s", invoice.pk)
        return
    _take_over(invoice.pk, issued)
    invoice.refresh_from_db()


@transaction.atomic
def _take_over(invoice_id: int, issued: Issued) -> None:
    """Write the code and the issuer's own date; never a number: that was written once."""
    order_id = Invoice.objects.values_list("order_id", flat=True).get(pk=invoice_id)
    order = lock_order(order_id)
    invoice = (
        Invoice.objects.select_for_update(of=("self",)).select_related("account").get(pk=invoice_id)
    )
    if issued.issued_at is not None:
        invoice.issued_at, invoice.is_date_confirmed = issued.issued_at, True
    invoice.tax_authority_code = issued.tax_authority_code or invoice.tax_authority_code
    invoice.reservation_code = issued.reservation_code or invoice.reservation_code
    arrived = invoice.status == Status.ISSUED and not _lacks_code(invoice)
    coded = arrived and invoice.account.is_coded
    if coded:
        INVOICE_FLOW.check(invoice.status, Status.CODED)
        invoice.status = Status.CODED
    invoice.save()
    # An adjusting invoice, or one that is adjusted by now, leaves the order where it is.
    follows = invoice.kind == Invoice.Kind.ORIGINAL and order.invoice_status == Status.ISSUED
    if coded and follows:
        apply_states(
            order_id,
            actor=ISSUER,
            event_name="invoice.coded",
            data={
                "invoice_id": invoice_id,
                "number": invoice.invoice_no,
                "tax_authority_code": invoice.tax_authority_code,
            },
            invoice=Status.CODED,
        )


def _fetch_pdf(invoice: Invoice) -> None:
    """Store the issuer's paper once; of two that fetch together one keeps its file."""
    content = issuer_of(invoice).pdf(ref_of(invoice))
    if content is None:
        return
    folder = f"invoices/{invoice.issued_at or now():%Y/%m}"
    name = default_storage.save(f"{folder}/{invoice.invoice_no}.pdf", ContentFile(content))
    if Invoice.objects.filter(pk=invoice.pk, pdf="").update(pdf=name):
        invoice.pdf.name = name
    else:
        default_storage.delete(name)
        invoice.refresh_from_db(fields=["pdf"])


def _lacks_code(invoice: Invoice) -> bool:
    return invoice.account.is_coded and not invoice.tax_authority_code


def _schedule(invoice: Invoice, moment: datetime) -> None:
    """When to come back; never, once nothing is missing."""
    is_complete = not _lacks_code(invoice) and invoice.is_date_confirmed and bool(invoice.pdf)
    next_at = None if is_complete else next_poll(invoice, moment)
    Invoice.objects.filter(pk=invoice.pk).update(next_attempt_at=next_at)
    invoice.next_attempt_at = next_at


def _load(invoice_id: int) -> Invoice:
    return Invoice.objects.select_related("order", "account__company").get(pk=invoice_id)
