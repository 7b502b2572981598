"""Roles: the built-in ones to copy, and those that the owner made."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oms.accounts.models import Role, RolePolicy, User
from oms.accounts.permissions import permissions_of_role, role_choices, ticks
from oms.accounts.services import roles
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.web.people_forms import RoleForm

PERMISSION = "accounts.change_role"


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def role_list(request: HttpRequest) -> HttpResponse:
    users = dict(User.objects.order_by().values_list("role").annotate(n=Count("pk")))
    asked = set(RolePolicy.objects.filter(needs_second_factor=True).values_list("role", flat=True))
    made = {role.code: role for role in Role.objects.all()}
    rows = [
        {
            "code": code,
            "name": name,
            "users": users.get(code, 0),
            "made": made.get(code),
            "needs_factor": code in asked,
        }
        for code, name in role_choices()
    ]
    return render(request, "web/roles.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def role_new(request: HttpRequest) -> HttpResponse:
    """A new role, its ticks those of the role that `from` names."""
    source = request.GET.get("from", "")
    name = dict(role_choices()).get(source, "")
    initial = {"name": _("%(name)s (bản sao)") % {"name": name} if name else ""}
    return _edit(request, None, initial, permissions_of_role(source))


@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def role_page(request: HttpRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    return _edit(request, role, {"name": role.name}, role.permissions)


def _edit(
    request: HttpRequest, role: Role | None, initial: dict[str, str], chosen: Any
) -> HttpResponse:
    by: Any = request.user
    form = RoleForm(request.POST or None, initial=initial)
    if request.method == "POST":
        chosen = request.POST.getlist("permission")
        if form.is_valid():
            try:
                roles.save_role(role.pk if role else None, form.cleaned_data["name"], chosen, by=by)
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Đã lưu vai trò."))
                return redirect("web:roles")
    context = {"form": form, "role": role, "groups": ticks(chosen, by)}
    return render(request, "web/role.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def role_remove(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    get_object_or_404(Role, pk=pk)
    try:
        roles.remove_role(pk, by=by)
        messages.success(request, _("Đã xóa vai trò."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("web:roles")


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask everybody in a role for a second factor, or no longer."""
    by: Any = request.user
    try:
        needed = request.POST.get("needed") == "1"
        roles.ask_second_factor(request.POST.get("role", ""), needed, by=by)
        messages.success(request, _("Đã lưu; áp dụng từ lần đăng nhập sau."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("web:roles")
