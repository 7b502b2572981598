"""Celery tasks of the order desk: each calls one service."""

from celery import shared_task

from orders.services import bulk, bulk_work


@shared_task(acks_late=True)
def run_bulk(job_id: int) -> None:
    bulk_work.work(job_id)


@shared_task
def resume_bulk() -> None:
    bulk.resume()


@shared_task
def remove_old_bulk() -> None:
    bulk.remove_old()
