"""Manners that every answer has: a strict content policy, a language, the signs htmx reads."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Sends SECURE_CSP (the setting's name and shape are those of Django 6)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class ChosenLanguage:
    """Vietnamese, or the language that the user chose; what the browser asks for plays no part.

    Many shops run a browser in English, and their staff reads Vietnamese.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class HtmxManners:
    """Log-in as HX-Redirect, messages out of band, and Vary so that caches keep both forms."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not getattr(request, "htmx", False):
            return response
        if response.status_code in (301, 302, 303):
            location = response.headers["Location"]
            response = HttpResponse(status=204)
            response.headers["HX-Redirect"] = location
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            self.append_messages(request, response)
        return response

    def append_messages(self, request: HttpRequest, response: HttpResponse) -> None:
        messages = list(get_messages(request))
        if messages and not response.streaming:
            fragment = render_to_string(
                "components/messages.html", {"messages": messages, "oob": True}
            )
            response.content += fragment.encode()
