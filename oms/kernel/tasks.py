"""Celery tasks of the kernel: each loads by id and calls one function."""

from celery import shared_task

from oms.kernel import audit, inbox, orphan_files
from oms.kernel.events import relay
from oms.kernel.queue import begun


@shared_task
def publish_events(event_ids: list[int]) -> None:
    relay.publish_events(event_ids)


@shared_task
def relay_events() -> int:
    return relay.relay_events()


@shared_task
def process_inbox() -> int:
    begun(process_inbox)
    return inbox.process_waiting()


@shared_task
def check_books() -> None:
    audit.audit_books()


@shared_task
def rebuild_books(job_id: int) -> None:
    audit.rebuild_books(job_id)


@shared_task
def sweep_orphan_files() -> None:
    orphan_files.sweep_orphans()
