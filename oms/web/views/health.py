"""Connection health and the progress of jobs."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oms.kernel import jobs
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.models import Job
from oms.kernel.tray import watched
from oms.web import connection

ROWS_SHOWN = 200
HURRY: dict[str, Callable[[int], bool]] = {
    "message": connection.hurry_message,
    "event": connection.hurry_event,
}


@require_safe
@permission_required("web.view_health", raise_exception=True)
def health(request: HttpRequest) -> HttpResponse:
    partner = request.GET.get("partner", "")
    report = connection.connection_report(partner=partner)
    return render(request, "web/health.html", {"report": report, "partner": partner})


@require_POST
@permission_required("web.retry_job", raise_exception=True)
def retry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Try a failed message, event or job again now; a repeat changes nothing."""
    if kind == "job":
        return retry_job(request, pk)
    if kind not in HURRY:
        raise Http404
    if HURRY[kind](pk):
        messages.success(request, _("Sẽ thử lại trong vài giây."))
    else:
        messages.info(request, _("Việc này đã xong, không cần thử lại."))
    return redirect("web:health")


def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Job, pk=pk)
    try:
        jobs.retry(pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.info(request, refusal.message)
    else:
        messages.success(request, _("Đã gửi làm lại; các mục làm được giữ nguyên."))
    return redirect("web:job", pk)


@require_safe
@login_required
def tray(request: HttpRequest) -> HttpResponse:
    """The jobs that this person began and that run; what has ended is shown once more."""
    found = watched(request)
    for row in found:
        row.url = jobs.page_of(row) or reverse("web:job", args=[row.pk])  # type: ignore[attr-defined]
        row.handled = row.done + row.failed  # type: ignore[attr-defined]
        row.is_running = row.status in (Job.Status.QUEUED, Job.Status.RUNNING)  # type: ignore[attr-defined]
    is_busy = any(row.is_running for row in found)  # type: ignore[attr-defined]
    return render(request, "web/tray.html", {"jobs": found, "asked": True, "is_busy": is_busy})


@require_safe
@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress of a job, for the one who started it and for those who watch over jobs."""
    found = get_object_or_404(Job, pk=pk)
    is_own = found.actor_kind == "user" and found.actor_id == request.user.pk
    if not is_own and not request.user.has_perm("web.view_health"):  # type: ignore[union-attr]
        raise Http404
    context = {
        "job": found,
        "is_running": found.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "can_retry": jobs.can_retry(found),
        "handled": found.done + found.failed,
        "failures": found.rows.filter(ok=False).order_by("id")[:ROWS_SHOWN],
    }
    template = "web/job.html#progress" if request.htmx else "web/job.html"  # type: ignore[attr-defined]
    return render(request, template, context)
