"""Passkeys: made on one's own account page, and taken at the door."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from oms.accounts import throttle
from oms.accounts.models import Passkey, User
from oms.accounts.services import lockouts, passkeys
from oms.kernel.actors import Actor
from oms.kernel.clients import client_network
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.web.doors import MUST_ENROL
from oms.web.forms import PasskeyForm, PresentPasswordForm
from oms.web.views import auth

ASKED = "passkey"
MAKE, OPEN = "make", "open"
ANSWER_SECONDS = 300
LONGEST_ANSWER = 20_000
# Of an answer that no user here could have given.
NOBODY = "passkey:?"


def _ask(request: HttpRequest, asked: passkeys.Asked, purpose: str) -> JsonResponse:
    """One open question for each session: a new one replaces it."""
    request.session[ASKED] = {
        "challenge": asked.challenge.hex(),
        "for": purpose,
        "until": now().timestamp() + ANSWER_SECONDS,
    }
    return JsonResponse(asked.options)


def _take_challenge(request: HttpRequest, purpose: str) -> bytes:
    """The question that is answered; it is gone by that, whatever the answer is worth."""
    asked = request.session.pop(ASKED, None)
    if not asked or asked["for"] != purpose or asked["until"] < now().timestamp():
        raise DomainError(_("Đã quá lâu; hãy bấm lại."), "passkey.late")
    return bytes.fromhex(asked["challenge"])


def _answer(request: HttpRequest) -> str:
    text = request.POST.get("answer", "")
    if not text or len(text) > LONGEST_ANSWER:
        raise DomainError(_("Trình duyệt chưa đưa passkey; hãy bật JavaScript."), "passkey.none")
    return text


@never_cache
@require_POST
@login_required
def ask_to_make(request: HttpRequest) -> HttpResponse:
    """The browser's orders for a new one; with the password: an open screen is not enough."""
    user: Any = request.user
    form = PasskeyForm(request.POST, user=user)
    if not form.is_valid():
        return _told(" ".join(str(error) for errors in form.errors.values() for error in errors))
    try:
        asked = passkeys.ask_to_register(user)
    except DomainError as refusal:
        return _told(refusal.message)
    request.session["passkey_name"] = form.cleaned_data["name"]
    return _ask(request, asked, MAKE)


def _told(message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=422)


@never_cache
@require_POST
@login_required
def make(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    name = request.session.pop("passkey_name", "")
    try:
        challenge = _take_challenge(request, MAKE)
        passkeys.register(user, _answer(request), challenge=challenge, name=name)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        request.session.pop(MUST_ENROL, None)
        messages.success(request, _("Đã thêm passkey. Lần sau bạn đăng nhập không cần mật khẩu."))
    return redirect("web:account")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """With the password: an open screen is not enough."""
    user: Any = request.user
    row = get_object_or_404(Passkey, pk=pk, user=user)
    form = PresentPasswordForm(request.POST, user=user)
    if form.is_valid():
        try:
            passkeys.remove(row.pk, user=user, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã xóa passkey “%(name)s”.") % {"name": row.name})
            return redirect("web:account")
    told = " ".join(str(error) for errors in form.errors.values() for error in errors)
    messages.error(request, told)
    return redirect("web:account")


@never_cache
@require_POST
def ask_to_open(request: HttpRequest) -> HttpResponse:
    """For anybody's passkey, or after a password for those of that user."""
    if not passkeys.are_possible():
        return _told(_("Địa chỉ này không dùng được passkey."))
    return _ask(request, passkeys.ask_to_log_in(auth.waiting_user(request)), OPEN)


@never_cache
@require_POST
def open_door(request: HttpRequest) -> HttpResponse:
    """Log in by passkey: alone, or as the second step. Wrong ones count like wrong passwords."""
    second = auth.waiting_user(request)
    try:
        user = _proved(request, second)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("web:login_code" if second else "web:login")
    waiting = request.session.pop(auth.WAITING, None) or {}
    target = waiting.get("next", "") if second else auth.safe_target(request)
    return auth.let_in(request, user, target)


def _proved(request: HttpRequest, second: User | None) -> User:
    """Raises DomainError; a locked door stays locked even for the right key."""
    answer, address = _answer(request), client_network(request)
    challenge = _take_challenge(request, OPEN)
    owner = second or passkeys.owner_of(answer)
    name = owner.get_username() if owner else NOBODY
    if throttle.is_locked(name, address):
        raise DomainError(_("Sai quá nhiều lần. Hãy đợi 5 phút rồi thử lại."), "passkey.locked")
    try:
        user = passkeys.verify(answer, challenge=challenge, user=second)
    except DomainError:
        if throttle.count_failure(name, address):
            lockouts.record_lockout(name, address)
        raise
    throttle.forget_failures(name, address)
    return user
