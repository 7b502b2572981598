"""Bulk work with progress that survives a reload, a lost queue and a dead worker."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.models import Job
from oms.kernel.sql import run

# A job that nobody took for so long has lost its message in the queue.
LOST_AFTER = timedelta(minutes=1)

_senders: dict[str, Callable[[int], None]] = {}
_pages: dict[str, Callable[[Job], str]] = {}


def register_job(
    kind: str, send: Callable[[int], None], *, page: Callable[[Job], str] | None = None
) -> None:
    """`send(job_id)` puts a job of this kind into the queue; from then on it can be retried.

    Its task must do what has no good result yet, and tolerate a repeat. `page` is the address
    where whoever started it follows it, when that is not the common one.
    """
    _senders[kind] = send
    if page is not None:
        _pages[kind] = page


def page_of(job: Job) -> str:
    """Where its own page is; empty for a job that has the common one alone."""
    return _pages[job.kind](job) if job.kind in _pages else ""


def start_job(kind: str, *, actor: Actor, params: dict[str, Any], total: int) -> Job:
    """The row of a job; the caller sends its id to a task on commit."""
    return Job.objects.create(
        kind=kind,
        params=params,
        total=total,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        created_at=now(),
    )


def actor_of(job: Job) -> Actor:
    return Actor(job.actor_kind, job.actor_id, job.actor_label)


_ROW = """
WITH before AS (SELECT ok FROM kernel_jobrow WHERE job_id = %(job)s AND key = %(key)s),
written AS (
    INSERT INTO kernel_jobrow (job_id, key, ok, message)
    VALUES (%(job)s, %(key)s, %(ok)s, %(message)s)
    ON CONFLICT (job_id, key) DO UPDATE SET ok = excluded.ok, message = excluded.message
)
UPDATE kernel_job SET status = 'running',
    done = done + %(ok)s::int - (SELECT count(*) FROM before WHERE ok),
    failed = failed + (NOT %(ok)s)::int - (SELECT count(*) FROM before WHERE NOT ok)
WHERE id = %(job)s
"""


def record_result(job_id: int, key: str, *, ok: bool, message: str = "") -> None:
    """Count one item. The same key again replaces its result and is not counted twice."""
    with connection.cursor() as cursor:
        cursor.execute(_ROW, {"job": job_id, "key": key, "ok": ok, "message": message})


_ROWS = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%(keys)s::text[], %(oks)s::boolean[], %(messages)s::text[])
        AS g (key, ok, message)
),
before AS MATERIALIZED (
    SELECT r.ok FROM kernel_jobrow r JOIN given USING (key) WHERE r.job_id = %(job)s::bigint
),
written AS (
    INSERT INTO kernel_jobrow (job_id, key, ok, message)
    SELECT %(job)s::bigint, key, ok, message FROM given
    ON CONFLICT (job_id, key) DO UPDATE SET ok = excluded.ok, message = excluded.message
)
UPDATE kernel_job SET status = 'running',
    done = done + (SELECT count(*) FROM given WHERE ok) - (SELECT count(*) FROM before WHERE ok),
    failed = failed + (SELECT count(*) FROM given WHERE NOT ok)
        - (SELECT count(*) FROM before WHERE NOT ok)
WHERE id = %(job)s::bigint
"""


def record_results(job_id: int, results: Sequence[tuple[str, bool, str]]) -> None:
    """Count many items, (key, ok, message) each once in the batch, with one statement."""
    if results:
        keys, oks, messages = zip(*results, strict=True)
        run(
            _ROWS,
            {"job": job_id, "keys": list(keys), "oks": list(oks), "messages": list(messages)},
        )


def finish_job(job_id: int, *, error: str = "") -> None:
    status = Job.Status.FAILED if error else Job.Status.DONE
    Job.objects.filter(pk=job_id).update(status=status, error=error, finished_at=now())


def can_retry(job: Job) -> bool:
    """Something of it failed, or it never began; and somebody knows how to send it again."""
    if job.kind not in _senders:
        return False
    if job.status == Job.Status.QUEUED:
        return job.created_at < now() - LOST_AFTER
    return job.status == Job.Status.FAILED or (job.status == Job.Status.DONE and job.failed > 0)


@transaction.atomic
def retry(job_id: int, *, actor: Actor) -> Job:
    """Send a job with failures to the queue again, in the name of who started it.

    Good results stay; each failed item's next result takes the place of its last. Raises
    DomainError when there is nothing to do again.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if not can_retry(job):
        raise DomainError(
            _("Việc này đang chạy, đã xong, hoặc không chạy lại được."), code="job.not_retried"
        )
    before = {"status": job.status, "failed": job.failed, "error": job.error}
    job.status, job.error, job.finished_at = Job.Status.QUEUED, "", None
    job.save(update_fields=["status", "error", "finished_at"])
    record_event("job.retried", job, actor=actor, data=before)
    transaction.on_commit(partial(_senders[job.kind], job.pk))
    return job
