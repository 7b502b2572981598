"""Between log-in and pages: sessions are seen; who must have a second factor sets it up first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from oms.accounts.services import sessions

MUST_ENROL = "must_enrol"
# What works before the second factor is set up.
OPEN = (
    *("web:second_factor", "web:account", "web:passkey_ask", "web:passkey_make"),
    *("web:logout", "web:theme", "set_language"),
)

Handler = Callable[[HttpRequest], HttpResponse]


class Doors:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.session.get("_auth_user_id"):
            if request.session.get(MUST_ENROL) and not self.is_open(request.path):
                return redirect("web:second_factor")
            sessions.note_seen(key)
        return self.get_response(request)

    def is_open(self, path: str) -> bool:
        return path.startswith("/static/") or path in {reverse(name) for name in OPEN}
