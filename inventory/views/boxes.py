"""Standard boxes."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.forms.boxes import PackageTypeForm
from inventory.models import PackageType


@require_GET
@permission_required("inventory.view_stock", raise_exception=True)
def box_list(request: HttpRequest) -> HttpResponse:
    return render(request, "inventory/box_list.html", {"boxes": PackageType.objects.all()})


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_box", raise_exception=True)
def new_box(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_box", raise_exception=True)
def edit_box(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(PackageType, pk=pk))


def _form(request: HttpRequest, box: PackageType | None) -> HttpResponse:
    sees_cost = request.user.has_perm("inventory.view_cost")
    form = PackageTypeForm(request.POST or None, instance=box, sees_cost=sees_cost)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu loại thùng."))
        return redirect("inventory:box_list")
    status = 422 if form.errors else 200
    return render(request, "inventory/box_form.html", {"form": form, "box": box}, status=status)
