"""Celery: each loads by id and calls one service."""

from celery import shared_task

from shipping.services import booking, polling, shipments


@shared_task(acks_late=True)
def book_package(package_id: int) -> str:
    """The next step of one package's booking or cancelling; a repeat is harmless."""
    return booking.attempt(package_id)


@shared_task
def book_due_packages() -> int:
    """What waits for a send, a look-up or a cancel: lost messages and later attempts."""
    due = shipments.packages_due()
    for package_id in due:
        book_package.delay(package_id)
    return len(due)


@shared_task
def poll_quiet_packages() -> int:
    """Packages whose callbacks may have been lost: read them at the carrier."""
    due = polling.quiet_packages()
    for package_id in due:
        poll_package.delay(package_id)
    return len(due)


@shared_task
def poll_package(package_id: int) -> int:
    return polling.poll(package_id)
