"""Log in, with a second step for who has one, and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login as enter
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oms.accounts import throttle
from oms.accounts.demo import DEMO_PASSWORD
from oms.accounts.models import User
from oms.accounts.services import lockouts, passkeys, second_factor, sessions
from oms.kernel.clients import client_address, client_network
from oms.kernel.clock import now
from oms.web.doors import MUST_ENROL
from oms.web.forms import CodeForm, LoginForm
from oms.web.nav import nav_links

# Between the password and the code.
WAITING = "second_step"
WAIT_SECONDS = 300
BACKEND = "oms.accounts.backends.RoleBackend"


class Login(LoginView):
    template_name = "web/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """The first page this user may open: not every role has the dashboard."""
        return first_page(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["passkeys_possible"] = passkeys.are_possible()
        if settings.SANDBOX:
            accounts = User.objects.filter(is_demo=True, is_active=True)
            context["demo_accounts"] = accounts.order_by("pk")
            context["demo_password"] = DEMO_PASSWORD
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """The password was right; who has a second factor shows a code before he is in."""
        user: User = form.get_user()
        target = self.get_redirect_url()
        if second_factor.needs_second_step(user):
            self.request.session[WAITING] = {
                "user": user.pk,
                "password": user.get_session_auth_hash(),
                "until": now().timestamp() + WAIT_SECONDS,
                "next": target,
            }
            return redirect("web:login_code")
        return let_in(self.request, user, target)

    def form_invalid(self, form: Any) -> Any:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def first_page(user: Any) -> str:
    links = nav_links(user, "")
    return links[0].url if links else resolve_url(settings.LOGIN_REDIRECT_URL)


def let_in(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Log in under a new session key, remember where, and go on."""
    enter(request, user, backend=BACKEND)
    sessions.remember(
        user,
        request.session.session_key or "",
        address=client_address(request),
        agent=request.headers.get("User-Agent", ""),
    )
    if second_factor.is_asked_for(user) and not second_factor.has_protection(user):
        request.session[MUST_ENROL] = True
    return redirect(target or first_page(user))


@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step; wrong codes are counted like wrong passwords."""
    user = waiting_user(request)
    if user is None:
        return redirect("web:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = try_code(request, user, form.cleaned_data["code"])
        if not refusal:
            waiting = request.session.pop(WAITING)
            return let_in(request, user, waiting["next"])
        form.add_error("code", refusal)
    status = 422 if form.errors else 200
    context = {
        "form": form if second_factor.has_second_factor(user) else None,
        "passkeys_possible": passkeys.are_possible() and passkeys.has_passkey(user),
    }
    return render(request, "web/login_code.html", context, status=status)


def waiting_user(request: HttpRequest) -> User | None:
    """Who gave his password, still that one, a moment ago and has yet to take the second step."""
    waiting = request.session.get(WAITING) or {}
    if waiting.get("until", 0) < now().timestamp():
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    given = waiting.get("password", "")
    known = user is not None and constant_time_compare(given, user.get_session_auth_hash())
    return user if known else None


def safe_target(request: HttpRequest) -> str:
    """Where to go after the door: an address of this house, or empty."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""


def try_code(request: HttpRequest, user: User, code: str) -> str:
    """Why the code does not fit, or empty; guesses at an open screen count as those at the door."""
    name, address = f"code:{user.pk}", client_network(request)
    if throttle.is_locked(name, address):
        return _("Sai quá nhiều lần. Hãy đợi 5 phút rồi thử lại.")
    if second_factor.verify(user, code):
        throttle.forget_failures(name, address)
        return ""
    if throttle.count_failure(name, address):
        lockouts.record_lockout(user.username, address, counted_as=name)
    return _("Mã chưa đúng hoặc đã dùng rồi.")


class Logout(LogoutView):
    """POST only; a GET is refused, so that no link can log anybody out."""


login = Login.as_view()
logout = Logout.as_view()
