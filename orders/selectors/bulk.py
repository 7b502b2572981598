"""Bulk runs as their pages show them: each is seen by the one who asked for it."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from oms.kernel.models import Job, JobRow
from orders.models import BulkItem, BulkRun

ALL, FAILED, DONE = "", "failed", "done"


def runs_of(user: Any) -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(user_id=user.pk).select_related("job")


def results_of(run: BulkRun, *, show: str = ALL) -> QuerySet[BulkItem]:
    """The orders of a run with `ok` (None while it waits) and `message`."""
    result = JobRow.objects.filter(job=run.job_id, key=OuterRef("number"))
    rows = run.items.annotate(
        ok=Subquery(result.values("ok")), message=Subquery(result.values("message"))
    )
    if show == FAILED:
        rows = rows.filter(ok=False)
    elif show == DONE:
        rows = rows.filter(ok=True)
    return rows.annotate(place=F("position"))


def page_of_run(job: Job) -> str:
    return reverse("orders:bulk_run", args=[job.params["run_id"]])
