"""The proofs that the books agree, their differences, and the button that sets them right."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oms.kernel import audit, books, queue
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.models import BookCheck, Event, Job, JobRow
from oms.kernel.tasks import check_books, rebuild_books

REBUILDS_SHOWN = 5
REPAIRS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class EquationRow:
    """One equation with the result of its last run (None before the first)."""

    name: str
    slug: str
    title: str
    result: BookCheck | None
    can_rebuild: bool

    @property
    def is_wrong(self) -> bool:
        return self.result is not None and self.result.differences > 0


@dataclass(frozen=True, slots=True)
class RebuildRow:
    event: Event
    title: str
    repairs: list[JobRow]


@require_safe
@permission_required("web.view_books", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    results = {row.name: row for row in BookCheck.objects.all()}
    rows = [
        EquationRow(name, slugify(name), str(row.title), results.get(name), row.rebuild is not None)
        for name, row in books.equations().items()
    ]
    checked = [row.result.checked_at for row in rows if row.result]
    running = Job.objects.filter(
        kind="books.rebuild", status__in=[Job.Status.QUEUED, Job.Status.RUNNING]
    )
    context = {
        "rows": sorted(rows, key=lambda row: not row.is_wrong),
        "wrong": sum(row.is_wrong for row in rows),
        "checked_at": min(checked, default=None),
        "rebuilds": _rebuilds(),
        "running": running.order_by("-id").first(),
    }
    return render(request, "web/books.html", context)


def _rebuilds() -> list[RebuildRow]:
    """The last rebuilds with what each did, newest first."""
    events = list(timeline_of(*audit.TIMELINE)[:REBUILDS_SHOWN])
    ids = [event.subject_id for event in events]
    repairs = list(JobRow.objects.filter(job__in=ids).order_by("ok", "id")[:REPAIRS_SHOWN])
    equations = books.equations()
    return [
        RebuildRow(
            event,
            str(equations[name].title) if (name := event.data["check"]) in equations else name,
            [row for row in repairs if row.job_id == event.subject_id],
        )
        for event in events
    ]


@require_POST
@permission_required("web.view_books", raise_exception=True)
def check(request: HttpRequest) -> HttpResponse:
    """Run every check now, in a task."""
    queue.hurry(check_books)
    messages.info(request, _("Đang kiểm tra sổ sách, tải lại trang sau vài giây."))
    return redirect("web:books")


@require_POST
@permission_required("web.rebuild_books", raise_exception=True)
def rebuild(request: HttpRequest) -> HttpResponse:
    """Compute one derived side again, as a job."""
    try:
        job = audit.ask_rebuild(request.POST.get("name", ""), actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        queue.hurry(rebuild_books, job.pk)
        messages.info(request, _("Đang xây lại, kết quả hiện ở cuối trang sau vài giây."))
    return redirect("web:books")
