"""The nightly proof that the books agree; what does not is shown with the jobs that failed."""

import logging

from oms.kernel import jobs
from oms.kernel.actors import Actor
from oms.kernel.models import Job
from orders import books

log = logging.getLogger(__name__)
NIGHT = Actor.system("books")


def audit_books() -> Job:
    """Run every check and keep its result as a row of a job; changes nothing else."""
    results = books.check_books()
    job = jobs.start_job("books.check", actor=NIGHT, params={}, total=len(results))
    for name, findings in results.items():
        message = "\n".join(finding.message for finding in findings)
        jobs.record_result(job.pk, name, ok=not findings, message=message)
        if findings:
            log.error("books_disagree check=%r differences=%d", name, len(findings))
    jobs.finish_job(job.pk)
    job.refresh_from_db()
    return job
