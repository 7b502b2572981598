"""Log in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import resolve_url

from oms.accounts.demo import DEMO_PASSWORD
from oms.accounts.models import User
from oms.web.forms import LoginForm
from oms.web.nav import nav_links


class Login(LoginView):
    template_name = "web/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """The first page this user may open: not every role has the dashboard."""
        links = nav_links(self.request.user, "")
        return links[0].url if links else resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.SANDBOX:
            accounts = User.objects.filter(is_demo=True, is_active=True)
            context["demo_accounts"] = accounts.order_by("pk")
            context["demo_password"] = DEMO_PASSWORD
        return context

    def form_invalid(self, form: Any) -> Any:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Logout(LogoutView):
    """POST only; a GET is refused, so that no link can log anybody out."""


login = Login.as_view()
logout = Logout.as_view()
