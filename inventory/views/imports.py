"""Files about goods: send, say which column is which, look at the faults, import, mend the rest."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.forms.imports import ColumnsForm, UploadForm
from inventory.imports.profiles import PROFILES, Profile, profiles_for
from inventory.models import GoodsImport
from inventory.selectors.imports import imports_visible_to, recent_imports
from inventory.services import exporting, goods_import, importing
from inventory.services.import_files import write_failed_rows
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.files import takes_long_files
from oms.kernel.htmx import is_htmx
from oms.kernel.tables import column_name

IMPORT = "inventory.import_goods"
Status = GoodsImport.Status


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_list(request: HttpRequest) -> HttpResponse:
    """What can be sent in, and what was."""
    recent = recent_imports(request.user)
    for row in recent:
        row.title = PROFILES[row.profile].title  # type: ignore[attr-defined]
    context = {"profiles": profiles_for(request.user), "recent": recent}
    return render(request, "inventory/import_list.html", context)


@takes_long_files
@require_http_methods(["GET", "POST"])
@permission_required(IMPORT, raise_exception=True)
def upload(request: HttpRequest, profile: str) -> HttpResponse:
    chosen = _profile(request, profile)
    form = UploadForm(request.POST or None, request.FILES or None, limits=chosen.limits)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = importing.start_import(
                chosen,
                file,
                name=file.name,
                user=request.user,  # type: ignore[arg-type]
                language=translation.get_language(),
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("inventory:import_detail", row.pk)
    context = {"form": form, "profile": chosen}
    status = 422 if form.errors else 200
    return render(request, "inventory/import_upload.html", context, status=status)


def _profile(request: HttpRequest, code: str) -> Profile:
    profile = PROFILES.get(code)
    if profile is None:
        raise Http404
    if not profile.is_open_to(request.user):
        raise PermissionDenied
    return profile


@require_GET
@permission_required(IMPORT, raise_exception=True)
def template(request: HttpRequest, profile: str) -> FileResponse:
    """The empty file with headings in the user's language."""
    chosen, target = _profile(request, profile), BytesIO()
    exporting.write_template(target, chosen, user=request.user)  # type: ignore[arg-type]
    return _xlsx(target, _("mau-%(name)s.xlsx") % {"name": chosen.code.replace("_", "-")})


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a file: columns, check or progress, whichever comes next."""
    row = get_object_or_404(imports_visible_to(request.user).select_related("job"), pk=pk)
    if is_htmx(request) and row.status in (Status.CHECKING, Status.RUNNING):
        return render(request, "inventory/import_progress.html#progress", _facts(request, row))
    if is_htmx(request):  # the work is over: the whole page is another one
        return HttpResponse(headers={"HX-Refresh": "true"})
    if row.status == Status.UPLOADED or ("columns" in request.GET and row.job_id is None):
        return columns_page(request, row, ColumnsForm(row, request.user))
    return render(request, _TEMPLATES.get(row.status, _PROGRESS), _facts(request, row))


_PROGRESS = "inventory/import_progress.html"
_TEMPLATES = {Status.CHECKED.value: "inventory/import_check.html"}


def _facts(request: HttpRequest, row: GoodsImport) -> dict[str, Any]:
    profile = PROFILES[row.profile]
    counts = row.report.get("counts", {})
    return {
        "row": row,
        "profile": profile,
        "counts": counts,
        "good": counts.get("created", 0) + counts.get("updated", 0),
        "labels": [
            (profile.by_key[key].label, column_name(place))
            for key, place in sorted(row.mapping.items(), key=lambda pair: pair[1])
        ],
        "is_busy": row.status in (Status.CHECKING, Status.RUNNING),
        "handled": row.job.done + row.job.failed if row.job else 0,
        "failures": row.job.rows.filter(ok=False).order_by("id")[:50] if row.job else [],
    }


def columns_page(
    request: HttpRequest, row: GoodsImport, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    context = {"row": row, "form": form, "profile": PROFILES[row.profile]}
    return render(request, "inventory/import_columns.html", context, status=status)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def choose_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(imports_visible_to(request.user), pk=pk)
    form = ColumnsForm(row, request.user)
    try:
        importing.choose_sheet(row.pk, request.POST.get("sheet", ""), user=request.user)  # type: ignore[arg-type]
    except DomainError as refusal:
        return columns_page(request, row, _refused(form, request, refusal), status=422)
    return redirect("inventory:import_detail", pk)


def _refused(form: ColumnsForm, request: HttpRequest, refusal: DomainError) -> ColumnsForm:
    bound = ColumnsForm(form.row, request.user, request.POST)
    bound.is_valid()
    name = f"col_{refusal.field}"
    bound.add_error(name if name in bound.fields else None, refusal.message)
    return bound


@require_POST
@permission_required(IMPORT, raise_exception=True)
def choose_columns(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(imports_visible_to(request.user), pk=pk)
    form = ColumnsForm(row, request.user, request.POST)
    if not form.is_valid():
        return columns_page(request, row, form, status=422)
    try:
        importing.choose_columns(
            row.pk,
            form.mapping(),
            form.options(),
            user=request.user,  # type: ignore[arg-type]
        )
    except DomainError as refusal:
        return columns_page(request, row, _refused(form, request, refusal), status=422)
    return redirect("inventory:import_detail", pk)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def answer_zeros(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether 123 is our 00123 that lost its zeros; the rows are checked again."""
    row = get_object_or_404(imports_visible_to(request.user), pk=pk)
    answer = request.POST.get("zeros", "")
    if answer in (goods_import.EXISTING, goods_import.AS_WRITTEN) and row.job_id is None:
        options = row.options | {"zeros": answer}
        importing.choose_columns(row.pk, row.mapping, options, user=request.user)  # type: ignore[arg-type]
    return redirect("inventory:import_detail", pk)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(imports_visible_to(request.user), pk=pk)
    _profile(request, row.profile)
    try:
        importing.begin_import(row.pk, actor=Actor.of(request))
    except DomainError as refusal:  # nothing was checked, so there is no report to show
        messages.error(request, refusal.message)
    return redirect("inventory:import_detail", pk)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def failed(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The rows that were not imported, in the file's own layout, the reason in the last column."""
    row = get_object_or_404(imports_visible_to(request.user).exclude(job=None), pk=pk)
    target = BytesIO()
    try:
        with translation.override(row.language):
            write_failed_rows(row, target, sheet=row.sheet or str(PROFILES[row.profile].title))
    except DomainError as refusal:
        facts = _facts(request, row) | {"form_error": refusal.message}
        return render(request, _PROGRESS, facts, status=410)
    return _xlsx(target, _("dong-loi-%(number)d.xlsx") % {"number": row.pk})


def _xlsx(target: BytesIO, name: str) -> FileResponse:
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name)
