"""One change for many products: choose, see before and after, run, take back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.forms.prices import BulkForm
from inventory.selectors.categories import brand_choices, category_choices
from inventory.services import bulk_edit
from inventory.services.bulk_edit import Edit
from inventory.views.catalogue import filter_of
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.models import Job

CHANGE = "inventory.change_product"
RECENT = 10


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def bulk(request: HttpRequest) -> HttpResponse:
    """GET shows what would change, from the address alone; POST runs it."""
    typed = request.POST if request.method == "POST" else request.GET
    form = BulkForm(typed if "field" in typed else None, by=request.user)
    wanted, found = filter_of(typed), None
    if form.is_bound and form.is_valid():
        try:
            if request.method == "POST":
                job = bulk_edit.start_bulk_edit(wanted, edit_of(form), actor=Actor.of(request))
                return redirect("inventory:bulk_job", job.pk)
            found = bulk_edit.preview(wanted, edit_of(form))
        except DomainError as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "filter": wanted,
        "preview": found,
        "typed": [(key, value) for key, value in typed.items() if key != "csrfmiddlewaretoken"],
        "categories": category_choices(),
        "brands": brand_choices(),
        "recent": Job.objects.filter(kind=bulk_edit.KIND).order_by("-pk")[:RECENT],
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/bulk_edit.html", context, status=status)


def edit_of(form: BulkForm) -> Edit:
    data = form.cleaned_data
    return Edit(
        field=data["field"],
        set_vnd=data["set_vnd"],
        percent=data["percent"] or 0,
        add_vnd=data["add_vnd"] or 0,
        round_to=data["round_to"] or 1,
        is_active=data["new_status"] == "active",
        category_id=data["new_category"],
    )


@require_safe
@permission_required(CHANGE, raise_exception=True)
def bulk_job(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk, kind=bulk_edit.KIND)
    context = {
        "job": job,
        "handled": job.done + job.failed,
        "is_running": job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "can_undo": bulk_edit.can_undo(job),
        "failures": job.rows.filter(ok=False).order_by("pk")[:50],
    }
    template = "inventory/bulk_job.html#progress" if request.htmx else "inventory/bulk_job.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk, kind=bulk_edit.KIND)
    if bulk_edit.is_of_prices(job) and not request.user.has_perm("inventory.change_price"):
        raise PermissionDenied
    try:
        undone = bulk_edit.undo_bulk_edit(pk, actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        text = _("Đã trả lại %(n)d giá trị; giữ nguyên %(kept)d đã sửa tiếp sau đó.")
        messages.success(request, text % {"n": undone.restored, "kept": undone.kept})
    return redirect("inventory:bulk_job", pk)
