"""Bulk work with progress that survives a reload, a lost queue and a dead worker."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.models import Job
from oms.kernel.sql import run


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
