"""The page of rehearsals: start one, watch it, read its report. It is there with a sandbox only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels_sync.models import Shop
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.locks import LockBusy
from oms.kernel.models import JobRow
from oms.kernel.queue import hurry
from oms.rehearsal.forms import StartForm
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services.running import STEPS, start_rehearsal, stop_rehearsal
from oms.rehearsal.tasks import rehearse
from oms.rehearsal.wording import shown_report, step_titles

PERMISSION = "rehearsal.run_rehearsal"
LISTED = 20
View = Callable[..., HttpResponse]


def with_sandbox(view: View) -> View:
    """Not found where the partners are real: nothing here may ever sell at those."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SANDBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@permission_required(PERMISSION, raise_exception=True)
@with_sandbox
def page(request: HttpRequest) -> HttpResponse:
    return _page(request, Rehearsal.objects.select_related("job").first())


@require_safe
@permission_required(PERMISSION, raise_exception=True)
@with_sandbox
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One rehearsal; while it runs, the part of the page that moves."""
    chosen = get_object_or_404(Rehearsal.objects.select_related("job"), pk=pk)
    if is_htmx(request) and not chosen.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if is_htmx(request):
        return render(request, "rehearsal/page.html#run", _shown(chosen))
    return _page(request, chosen)


def _page(request: HttpRequest, chosen: Rehearsal | None) -> HttpResponse:
    context = {
        "form": StartForm(),
        "has_shop": Shop.objects.filter(status=Shop.Status.CONNECTED).exists(),
        "rows": Rehearsal.objects.select_related("job").defer("report", "facts")[:LISTED],
        **(_shown(chosen) if chosen else {}),
    }
    return render(request, "rehearsal/page.html", context)


def _shown(rehearsal: Rehearsal) -> dict[str, Any]:
    done = set(JobRow.objects.filter(job=rehearsal.job_id).values_list("key", flat=True))
    lines = shown_report(rehearsal.report)
    return {
        "run": rehearsal,
        "steps": [(title, key in done) for key, title in step_titles(STEPS)],
        "lines": lines,
        "red": sum(line.tone == "red" for line in lines),
    }


@require_POST
@permission_required(PERMISSION, raise_exception=True)
@with_sandbox
def start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        return redirect("rehearsal:page")
    orders, rate = form.plan()
    try:
        begun = start_rehearsal(orders=orders, rate=rate, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("rehearsal:page")
    hurry(rehearse, begun.pk)
    return redirect("rehearsal:run", begun.pk)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
@with_sandbox
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Rehearsal, pk=pk)
    try:
        stop_rehearsal(pk)
    except LockBusy:
        messages.info(request, _("Đang làm dở một bước; hãy bấm dừng lại sau vài giây."))
    return redirect("rehearsal:run", pk)
