"""One step of a rehearsal, then the message for the next: no worker is held by it."""

from celery import shared_task

from oms.rehearsal.services import running

PAUSE_SECONDS = 1


@shared_task
def rehearse(rehearsal_id: int) -> None:
    if running.advance(rehearsal_id):
        rehearse.apply_async([rehearsal_id], countdown=PAUSE_SECONDS)
