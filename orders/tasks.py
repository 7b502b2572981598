"""Celery tasks of the order desk: each calls one service."""

from celery import shared_task

from orders.services import bulk, bulk_work, customer_figures, customer_privacy


@shared_task(acks_late=True)
def run_bulk(job_id: int) -> None:
    bulk_work.work(job_id)


@shared_task
def resume_bulk() -> None:
    bulk.resume()


@shared_task
def remove_old_bulk() -> None:
    bulk.remove_old()


@shared_task
def refresh_customers() -> None:
    """Figures of every customer: late costs, and what no event told."""
    customer_figures.refresh_all()


@shared_task
def erase_due_orders() -> None:
    """Orders of erased customers that have grown old enough."""
    customer_privacy.erase_due_orders()
