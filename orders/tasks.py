"""The nights of the order desk."""

from celery import shared_task

from orders.services import customer_figures, customer_privacy


@shared_task
def refresh_customers() -> None:
    """Figures of every customer: late costs, and what no event told."""
    customer_figures.refresh_all()


@shared_task
def erase_due_orders() -> None:
    """Orders of erased customers that have grown old enough."""
    customer_privacy.erase_due_orders()
