"""Lists as xlsx: at once when short, else a job with a link for the one who asked."""

from collections.abc import Mapping
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.exports.lists import EXPORTS
from inventory.models import GoodsExport
from inventory.selectors.imports import exports_visible_to
from inventory.services import exporting
from oms.kernel.clock import today
from oms.kernel.htmx import is_htmx
from oms.kernel.models import Job
from oms.kernel.tray import watch

EXPORT = "inventory.export_goods"
FILTERS = ("q", "status", "category", "brand", "warehouse", "show", "day", "format")


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export_list(request: HttpRequest, kind: str) -> HttpResponse | FileResponse:
    """The rows of the list under the filters of the address."""
    export = EXPORTS.get(kind)
    if export is None or export.needs != EXPORT:
        raise Http404
    if not request.user.has_perm(export.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    params = {name: request.GET[name] for name in FILTERS if name in request.GET}
    return answer_with_list(request, kind, params)


def answer_with_list(
    request: HttpRequest, kind: str, params: Mapping[str, str]
) -> HttpResponse | FileResponse:
    """The file at once when the list is short, else the page where it will be."""
    if exporting.is_long(kind, params, user=request.user):  # type: ignore[arg-type]
        row = exporting.begin_export(
            kind,
            params,
            user=request.user,  # type: ignore[arg-type]
            language=translation.get_language(),
        )
        watch(request, row.job_id)
        messages.info(request, _("Danh sách dài: tệp đang được tạo, xong sẽ có nút tải ở đây."))
        return redirect(EXPORTS[kind].detail_url, row.pk)
    target = BytesIO()
    exporting.write_list(target, kind, params, user=request.user)  # type: ignore[arg-type]
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=_file_name(kind, params))


def _file_name(kind: str, params: Mapping[str, str]) -> str:
    return f"{EXPORTS[kind].file_name}-{today():%Y-%m-%d}.{exporting.format_of(kind, params)}"


@require_GET
@permission_required(EXPORT, raise_exception=True)
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return export_page(request, pk)


def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    context = {
        "row": row,
        "export": EXPORTS[row.kind],
        "title": EXPORTS[row.kind].title,
        "is_busy": row.job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
    }
    page = "inventory/export.html#progress" if is_htmx(request) else "inventory/export.html"
    return render(request, page, context)


@require_GET
@permission_required(EXPORT, raise_exception=True)
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file, for its owner, until it is over."""
    return send_file(request, pk)


def send_file(request: HttpRequest, pk: int) -> FileResponse:
    row = _own(request, pk)
    if not row.file:
        raise Http404
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=_file_name(row.kind, row.params))


def _own(request: HttpRequest, pk: int) -> GoodsExport:
    """One's own file, while one may still take such files out and see what is in them."""
    row = get_object_or_404(exports_visible_to(request.user).select_related("job"), pk=pk)
    if not exporting.may_take(request.user, row.kind):
        raise PermissionDenied
    return row
