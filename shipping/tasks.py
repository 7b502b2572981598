"""Celery: each loads by id and calls one service."""

from celery import shared_task

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from shipping.services import (
    booking,
    money_alerts,
    own_labels,
    pack_proofs,
    polling,
    print_runs,
    remittances,
    routing_trials,
    scans,
    shipments,
    status_map,
    ward_records,
)


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
    return polling.poll_if_quiet(package_id)


@shared_task
def remove_old_scans() -> int:
    return scans.remove_old_scans()


@shared_task
def remove_old_proofs() -> None:
    """Pictures and clips of packed parcels whose time is over, a batch at a time."""
    while pack_proofs.remove_old_proofs():
        pass


@shared_task(acks_late=True)
def share_remittance(job_id: int) -> None:
    """The orders of a statement whose money has come; a repeat goes on where it stopped."""
    remittances.share(job_id)


@shared_task
def resume_shares() -> None:
    remittances.resume_shares()


@shared_task
def settle_claim_alerts() -> None:
    money_alerts.settle_claim_alerts(actor=Actor.system("claim-alerts"))


@shared_task(
    autoretry_for=(ServiceUnreachable,), retry_backoff=5, retry_backoff_max=300, max_retries=5
)
def fetch_own_label(package_id: int) -> bool:
    """The carrier's PDF ahead of printing; one that refuses leaves the package to our label."""
    try:
        return own_labels.fetch_own_label(package_id)
    except DomainError:
        return False


@shared_task(acks_late=True)
def draw_run(run_id: int) -> None:
    print_runs.draw_run(run_id)


@shared_task
def tidy_print_runs() -> int:
    """Runs that lost their worker go on; those that are over go with their files."""
    print_runs.resume_runs()
    return print_runs.remove_old_runs()


@shared_task
def count_ward_records() -> int:
    return ward_records.count_ward_records()


@shared_task(acks_late=True)
def run_routing_trial(job_id: int) -> None:
    """Two rule sets over last month's orders; a repeat goes on where it stopped."""
    routing_trials.run_trial(job_id)


@shared_task(acks_late=True)
def reapply_status(job_id: int) -> None:
    """Past reports read anew; a repeat goes on where it stopped."""
    status_map.run_reapply(job_id)
