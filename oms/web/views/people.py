"""Users: who works here, as what, seeing what, and where they are logged in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oms.accounts.models import KnownSession, SecondFactor, User
from oms.accounts.permissions import role_choices
from oms.accounts.services import (
    guard,
    lockouts,
    passkeys,
    people,
    second_factor,
    sessions,
)
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.fields import add_refusal
from oms.web.people_forms import UserForm
from orders import timeline

TIMELINE_LENGTH = 30
PERMISSION = "accounts.change_user"


def users_under(by: Any) -> QuerySet[User]:
    """The users that `by` looks after: within his own shops and warehouses."""
    rows = User.objects.all()
    for name, scope in (("shop_ids", by.shop_scope()), ("warehouse_ids", by.warehouse_scope())):
        if scope is not None:
            rows = rows.filter(**{f"{name}__contained_by": sorted(scope)}).exclude(**{name: []})
    return rows


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def user_list(request: HttpRequest) -> HttpResponse:
    factor = SecondFactor.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    rows = list(
        users_under(request.user)
        .annotate(has_factor=Exists(factor))
        .order_by("-is_active", "first_name", "pk")
    )
    names = dict(role_choices())
    for row in rows:
        row.role_name = names.get(row.role, row.role)  # type: ignore[attr-defined]
    return render(request, "web/users.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def user_new(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = UserForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            user = people.save_user(None, form.person(), by=by)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, _("Đã thêm người dùng. Bấm “Tạo liên kết” để họ đặt mật khẩu.")
            )
            return redirect("web:user", user.pk)
    status = 422 if form.errors else 200
    return render(request, "web/user_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION, raise_exception=True)
def user_page(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    user = get_object_or_404(users_under(by), pk=pk)
    form = UserForm(request.POST or None, by=by, initial=typed_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            people.save_user(pk, form.person(), by=by)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu người dùng."))
            return redirect("web:user", pk)
    return page_of(request, user, form=form)


def typed_of(user: User) -> dict[str, Any]:
    """The user as the form shows him."""
    return {
        "full_name": user.get_full_name(),
        "username": user.username,
        "email": user.email,
        "role": user.role,
        "shops": user.shop_ids,
        "warehouses": user.warehouse_ids,
    }


def page_of(request: HttpRequest, user: User, *, form: UserForm, link: str = "") -> HttpResponse:
    context = {
        "person": user,
        "form": form,
        "link": link,
        "places": sessions.places_of(user, here=request.session.session_key or ""),
        "lockouts": lockouts.lockouts_of(user),
        "has_factor": second_factor.has_second_factor(user),
        "passkeys": user.passkeys.all(),
        "timeline": [timeline.entry(e) for e in timeline_of("user", user.pk)[:TIMELINE_LENGTH]],
    }
    return render(request, "web/user.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, pk: int, act: Callable[[User], str]) -> HttpResponse:
    """Do something to a user whom the one who asks looks after; a refusal is a message."""
    user = get_object_or_404(users_under(request.user), pk=pk)
    try:
        messages.success(request, act(user))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("web:user", pk)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user

    def act(user: User) -> str:
        active = request.POST.get("active") == "1"
        people.set_active(user.pk, active, by=by)
        return _("Đã cho hoạt động lại.") if active else _("Đã khóa và đăng xuất khỏi mọi máy.")

    return _act(request, pk, act)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def reset_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link is shown once, to be sent to the person; nobody else ever sees his password."""
    by: Any = request.user
    user = get_object_or_404(users_under(by), pk=pk)
    try:
        token = people.reset_token(pk, by=by)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("web:user", pk)
    link = request.build_absolute_uri(reverse("web:set_password", args=[pk, token]))
    return page_of(request, user, form=UserForm(by=by, initial=typed_of(user)), link=link)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user

    def act(user: User) -> str:
        guard.may_change(by, user)
        lockouts.unlock(user, by=by)
        return _("Đã mở khóa đăng nhập.")

    return _act(request, pk, act)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def factor_off(request: HttpRequest, pk: int) -> HttpResponse:
    """For who lost both the phone and the recovery codes."""
    by: Any = request.user

    def act(user: User) -> str:
        guard.may_change(by, user)
        with transaction.atomic():
            second_factor.turn_off(user, actor=Actor.of(request))
            passkeys.remove_all(user, actor=Actor.of(request))
        return _("Đã tắt mã xác thực và xóa passkey của người này.")

    return _act(request, pk, act)


@require_POST
@permission_required(PERMISSION, raise_exception=True)
def end_session(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    by: Any = request.user

    def act(user: User) -> str:
        guard.may_change(by, user)
        row = get_object_or_404(KnownSession, pk=row_id, user=user)
        sessions.end_session(row, actor=Actor.of(request))
        return _("Đã đăng xuất ở máy đó.")

    return _act(request, pk, act)
