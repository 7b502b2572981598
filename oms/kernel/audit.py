"""The proof that the books agree, kept row by row, and the rebuild of what is derived."""

import logging
from collections.abc import Collection, Sequence
from time import perf_counter

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel import alerts, books, jobs
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.models import BookCheck, Job

log = logging.getLogger(__name__)
NIGHT = Actor.system("books")
ALERT = "books"
PERMISSION = "web.view_books"
# Rebuilds are told on one timeline of their own.
TIMELINE = ("books", 0)


def audit_books(names: Collection[str] | None = None, *, actor: Actor = NIGHT) -> Job:
    """Run every check, or the named ones, and keep its result; a difference opens one alert."""
    started = perf_counter()
    results = books.check_books(names)
    took_ms = round((perf_counter() - started) * 1000)
    job = jobs.start_job("books.check", actor=actor, params={}, total=len(results))
    for name, findings in results.items():
        message = "\n".join(finding.message for finding in findings)
        jobs.record_result(job.pk, name, ok=not findings, message=message)
        _keep(name, findings, took_ms)
        if findings:
            log.error("books_disagree check=%r differences=%d", name, len(findings))
    _alert(results, actor)
    jobs.finish_job(job.pk)
    job.refresh_from_db()
    return job


def _keep(name: str, findings: Sequence[books.Finding], took_ms: int) -> None:
    rows = [
        {"message": row.message, "url": row.url, "evidence": list(row.evidence)} for row in findings
    ]
    BookCheck.objects.update_or_create(
        name=name,
        defaults={
            "checked_at": now(),
            "took_ms": took_ms,
            "differences": len(findings),
            "findings": rows,
        },
    )


@transaction.atomic
def _alert(results: dict[str, list[books.Finding]], actor: Actor) -> None:
    alerts.alerts_lock(ALERT)
    titles = {name: str(equation.title) for name, equation in books.equations().items()}
    crossings = [
        alerts.Crossing(
            key=name,
            message=_("Sổ sách lệch: %(title)s. %(first)s")
            % {"title": titles.get(name, name), "first": findings[0].message},
            permission=PERMISSION,
            url="/books/",
            data={"evidence": [line for row in findings for line in row.evidence][:20]},
        )
        for name, findings in results.items()
        if findings
    ]
    alerts.settle_alerts(ALERT, crossings, actor=actor, among=list(results))


def ask_rebuild(name: str, *, actor: Actor) -> Job:
    """The job of a rebuild; the caller sends its id to a task on commit.

    Raises DomainError when this equation has no side that can be computed again.
    """
    equation = books.equations().get(name)
    if equation is None or equation.rebuild is None:
        raise DomainError(_("Số liệu này không xây lại được."), code="books.no_rebuild")
    return jobs.start_job("books.rebuild", actor=actor, params={"check": name}, total=0)


def rebuild_books(job_id: int) -> None:
    """Compute the derived side of one equation again, then check it. A repeat changes nothing."""
    job = Job.objects.get(pk=job_id)
    name, actor = job.params["check"], jobs.actor_of(job)
    rebuild = books.equations()[name].rebuild
    if job.finished_at is not None or rebuild is None:
        return
    repairs = rebuild(actor)
    Job.objects.filter(pk=job_id).update(total=len(repairs))
    for repair in repairs:
        jobs.record_result(job_id, repair.key, ok=repair.ok, message=repair.message)
    data = {
        "check": name,
        "rebuilt": sum(repair.ok for repair in repairs),
        "refused": sum(not repair.ok for repair in repairs),
    }
    record_event("books.rebuilt", ("job", job_id), actor=actor, data=data, about=TIMELINE)
    jobs.finish_job(job_id)
    audit_books([name], actor=actor)
