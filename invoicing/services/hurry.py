"""Asking a worker to go on now. A lost message costs seconds: the sweep finds the row."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hurry(task: str, invoice_id: int) -> None:
    """Start `invoicing.tasks.<task>` for an invoice; a broker that is down is no error."""
    try:
        current_app.tasks[f"invoicing.tasks.{task}"].delay(invoice_id)
    except OperationalError:
        log.warning("invoice.hurry_lost task=%s invoice_id=%s", task, invoice_id)
