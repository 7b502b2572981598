"""The jobs that a person has begun and may want to come back to, kept with the session."""

from django.http import HttpRequest

from oms.kernel.models import Job

KEY = "jobs"
MOST = 5


def watch(request: HttpRequest, job_id: int | None) -> None:
    """Show this job in the tray until it has ended and been seen there."""
    if job_id is None:
        return
    others = [pk for pk in request.session.get(KEY, []) if pk != job_id]
    request.session[KEY] = [*others, job_id][-MOST:]


def is_watching(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return bool(session and session.get(KEY))


def watched(request: HttpRequest) -> list[Job]:
    """The watched jobs, oldest first; those that have ended are shown this once."""
    ids = request.session.get(KEY, [])
    jobs = list(Job.objects.filter(pk__in=ids).order_by("pk")) if ids else []
    running = [job.pk for job in jobs if job.status in (Job.Status.QUEUED, Job.Status.RUNNING)]
    if running != ids:
        request.session[KEY] = running
    return jobs
