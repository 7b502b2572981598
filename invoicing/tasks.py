"""Celery tasks of invoicing: each calls one service, which is safe to repeat."""

from celery import shared_task

from invoicing.services import papers, submission


@shared_task(acks_late=True, reject_on_worker_lost=True)
def submit_invoice(invoice_id: int) -> None:
    submission.submit(invoice_id)


@shared_task(acks_late=True)
def follow_invoice(invoice_id: int) -> None:
    papers.follow_invoice(invoice_id)


@shared_task
def sweep_invoices() -> int:
    return papers.sweep_invoices()
