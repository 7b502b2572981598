"""Asking a worker to go on now. A lost message costs seconds: the sweep finds the row."""

import logging
from typing import Literal

from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hurry(task: Literal["submit_invoice", "follow_invoice"], invoice_id: int) -> None:
    """Start the task for an invoice; a broker that is down is no error."""
    from invoicing import tasks

    try:
        getattr(tasks, task).delay(invoice_id)
    except OperationalError:
        log.warning("invoice.hurry_lost task=%s invoice_id=%s", task, invoice_id)
