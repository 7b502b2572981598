"""One's own account: password, second factor, and where one is logged in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oms.accounts.models import KnownSession, Passkey, RecoveryCode
from oms.accounts.services import passkeys, people, sessions
from oms.accounts.services import second_factor as factors
from oms.kernel.actors import Actor
from oms.kernel.clients import client_address
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.web.doors import MUST_ENROL
from oms.web.forms import (
    CodeForm,
    NewPasswordForm,
    OwnPasswordForm,
    PasskeyForm,
    PresentPasswordForm,
)
from oms.web.qr import qr_svg
from oms.web.views.auth import try_code


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    user: Any = request.user
    form = more.get("form") or OwnPasswordForm(user=user)
    context = {
        "form": form,
        "has_factor": factors.has_second_factor(user),
        "is_asked": factors.is_asked_for(user),
        "codes_left": RecoveryCode.objects.filter(user=user, used_at=None).count(),
        "places": sessions.places_of(user, here=request.session.session_key or ""),
        "off_form": CodeForm(),
        "passkeys": Passkey.objects.filter(user=user),
        "passkeys_possible": passkeys.are_possible(),
        "passkey_form": PasskeyForm(user=user, auto_id="passkey-%s"),
        "remove_form": PresentPasswordForm(user=user),
        "passkey_origin": passkeys.origin(),
        **more,
    }
    return render(request, "web/account.html", context, status=more.get("status", 200))


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The session here goes on, all others end."""
    user: Any = request.user
    form = OwnPasswordForm(request.POST, user=user)
    if form.is_valid():
        try:
            people.change_password(user, form.cleaned_data["password"])
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            update_session_auth_hash(request, user)
            sessions.remember(
                user,
                request.session.session_key or "",
                address=client_address(request),
                agent=request.headers.get("User-Agent", ""),
            )
            messages.success(request, _("Đã đổi mật khẩu; các máy khác đã bị đăng xuất."))
            return redirect("web:account")
    return _page(request, form=form, status=422)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the secret as a picture; a first code turns it on and shows the recovery codes once."""
    user: Any = request.user
    if factors.has_second_factor(user):
        return redirect("web:account")
    factor, form = factors.begin(user), CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm(user, form.cleaned_data["code"])
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            request.session.pop(MUST_ENROL, None)
            return render(request, "web/recovery_codes.html", {"codes": codes})
    context = {
        "form": form,
        "secret": factor.secret,
        "picture": qr_svg(factors.uri_of(factor)),
        "must": request.session.get(MUST_ENROL, False),
    }
    status = 422 if form.errors else 200
    return render(request, "web/second_factor.html", context, status=status)


@require_POST
@login_required
def second_factor_off(request: HttpRequest) -> HttpResponse:
    """With a code: an open screen is not enough. Refused while the role asks for it."""
    user: Any = request.user
    form = CodeForm(request.POST)
    if form.is_valid():
        if factors.is_asked_for(user) and not passkeys.has_passkey(user):
            form.add_error("code", _("Vai trò của bạn bắt buộc có mã xác thực."))
        elif refusal := try_code(request, user, form.cleaned_data["code"]):
            form.add_error("code", refusal)
        else:
            factors.turn_off(user, actor=Actor.of(request))
            messages.success(request, _("Đã tắt mã xác thực."))
            return redirect("web:account")
    return _page(request, off_form=form, status=422)


@never_cache
@require_POST
@login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes in place of the old, for a code of the app."""
    user: Any = request.user
    form = CodeForm(request.POST)
    if form.is_valid():
        refusal = try_code(request, user, form.cleaned_data["code"])
        if not refusal:
            return render(request, "web/recovery_codes.html", {"codes": factors.renew_codes(user)})
        form.add_error("code", refusal)
    return _page(request, off_form=form, status=422)


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Log out there."""
    row = get_object_or_404(KnownSession, pk=pk, user=request.user)
    sessions.end_session(row, actor=Actor.of(request))
    messages.success(request, _("Đã đăng xuất ở máy đó."))
    return redirect("web:account")


@never_cache
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where the one-time link leads: a new password, then the log-in page."""
    form = NewPasswordForm(request.POST or None)
    user = people.user_of_token(pk, token)
    if request.method == "POST" and user is not None and form.is_valid():
        try:
            people.set_password(pk, token, form.cleaned_data["password"])
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã đặt mật khẩu. Hãy đăng nhập."))
            return redirect("web:login")
    status = 410 if user is None else 422 if form.errors else 200
    context = {"form": form, "person": user}
    return render(request, "web/set_password.html", context, status=status)
