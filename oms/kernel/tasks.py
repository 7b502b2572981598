"""Celery tasks of the kernel: each loads by id and calls one function."""

from celery import shared_task

from oms.kernel import audit, inbox
from oms.kernel.events import relay


@shared_task
def publish_events(event_ids: list[int]) -> None:
    for event_id in event_ids:
        relay.publish_event(event_id)


@shared_task
def relay_events() -> int:
    return relay.relay_events()


@shared_task
def process_message(message_id: int) -> None:
    inbox.process(message_id)


@shared_task
def sweep_inbox() -> int:
    return inbox.sweep()


@shared_task
def check_books() -> None:
    audit.audit_books()


@shared_task
def rebuild_books(job_id: int) -> None:
    audit.rebuild_books(job_id)
