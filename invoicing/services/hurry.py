"""Asking a worker to go on now. A lost message costs seconds: the sweep finds the row."""

from typing import Literal

from oms.kernel import queue


def hurry(task: Literal["submit_invoice", "follow_invoice"], invoice_id: int) -> None:
    """Start the task for an invoice; a broker that is down is no error."""
    from invoicing import tasks

    queue.hurry(getattr(tasks, task), invoice_id)
