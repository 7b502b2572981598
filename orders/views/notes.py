"""Notes with their files: written on the order page, read by who may see the order."""

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from orders.bulk.own import NOTE
from orders.forms.bulk import ActionForm
from orders.models import NoteFile
from orders.selectors.lists import orders_visible_to
from orders.services.notes import add_note
from orders.views.actions import perform


@require_POST
@permission_required("orders.add_note", raise_exception=True)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    form, actor = ActionForm(NOTE, request.user, request.POST), Actor.of(request)
    return perform(
        request,
        pk,
        lambda: add_note(
            pk, form.cleaned_data["text"], actor=actor, files=request.FILES.getlist("files")
        ),
        _("Đã lưu ghi chú."),
        form,
    )


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def file(request: HttpRequest, pk: int, file_id: int) -> FileResponse:
    """The file as what it was found to be, never as what its name says; pictures stand in line."""
    rows = NoteFile.objects.filter(note__order__in=orders_visible_to(request.user))
    kept = get_object_or_404(rows, pk=file_id, note__order=pk)
    answer = FileResponse(
        kept.file.open("rb"),
        filename=kept.name,
        content_type=kept.content_type,
        as_attachment=not kept.content_type.startswith("image/"),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
