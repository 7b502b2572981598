"""Prints of many labels: begun, followed, fetched part by part, confirmed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.models import Job
from oms.kernel.tray import watch
from shipping.models import PrintPart, PrintRun
from shipping.printer_forms import OptionsForm, PrintedForm
from shipping.selectors.print_runs import ids_of_bulk, ids_waiting, runs_visible_to
from shipping.services.labels import REPRINT_REASONS
from shipping.services.print_runs import AT_ONCE, begin_run, confirm_part, pages_of
from shipping.services.printers import save_device, save_profile
from shipping.views.devices import device_key, profile, remember

FAILURES_SHOWN = 50


@require_http_methods(["GET", "POST"])
@permission_required("shipping.print_label", raise_exception=True)
def new_run(request: HttpRequest) -> HttpResponse:
    """The labels of a choice of orders (`run`), or all that wait; POST begins the job."""
    typed = request.POST if request.method == "POST" else request.GET
    number = typed.get("run", "")
    user: Any = request.user
    ids = ids_of_bulk(user, int(number)) if number.isdecimal() else ids_waiting(user)
    if not ids:
        messages.info(request, _("Không có nhãn nào chờ in."))
        return redirect("shipping:package_list")
    form = OptionsForm(request.POST or None, instance=profile(request))
    if request.method == "POST" and form.is_valid():
        device = save_device(device_key(request), "")
        mine = save_profile(device, profile(request).kind, **form.cleaned_data)
        run = begin_run(ids, mine, user=user)
        watch(request, run.job_id)
        return remember(redirect("shipping:print_run", run.pk), device)
    context = {"count": len(ids), "run": number, "options": form, "at_once": AT_ONCE}
    status = 422 if form.errors else 200
    return render(request, "shipping/print_run_new.html", context, status=status)


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _own(request, pk))


def _page(request: HttpRequest, row: PrintRun, *, refused: str = "", status: int = 200) -> Any:
    parts = list(row.parts.order_by("number"))
    context = {
        "row": row,
        "parts": [(part, len(pages_of(row, part))) for part in parts],
        "handled": row.job.done + row.job.failed,
        "failures": row.job.rows.filter(ok=False).order_by("pk")[:FAILURES_SHOWN],
        "is_busy": row.job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "reasons": REPRINT_REASONS,
        "refused": refused,
    }
    page = "shipping/print_run.html#progress" if is_htmx(request) else "shipping/print_run.html"
    return render(request, page, context, status=status)


@require_GET
@permission_required("shipping.print_label", raise_exception=True)
def part(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """One file, for who asked for the run, until it is over."""
    row = _own(request, pk)
    found = _part(row, number)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"van-don-{row.pk}-{number}.{row.profile.language}"
    return FileResponse(file, as_attachment=row.profile.is_zpl, filename=name)


@require_POST
@permission_required("shipping.print_label", raise_exception=True)
def part_printed(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row = _own(request, pk)
    form = PrintedForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        counted = confirm_part(_part(row, number), actor=Actor.of(request), reason=reason)
    except DomainError as refusal:
        return _page(request, row, refused=refusal.message, status=422)
    messages.success(request, _("Đã ghi nhận in %(n)s vận đơn.") % {"n": counted})
    return redirect("shipping:print_run", pk)


def _own(request: HttpRequest, pk: int) -> PrintRun:
    return get_object_or_404(runs_visible_to(request.user).select_related("job"), pk=pk)


def _part(row: PrintRun, number: int) -> PrintPart:
    return get_object_or_404(row.parts.exclude(file=""), number=number)
