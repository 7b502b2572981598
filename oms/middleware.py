"""Manners that every answer has: a strict content policy, a language, the signs htmx reads."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, get_resolver
from django.utils import translation
from django.utils.cache import patch_vary_headers

from oms.kernel.packing import packed

Handler = Callable[[HttpRequest], HttpResponse]


class PartnersDoor:
    """Calls of partners go to their view at once, by a list of addresses of their own.

    They need no session, language or compression, and a marketplace's sale day is a flood of them.
    """

    prefix, urls = "/hooks/", "oms.hook_urls"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.prefix):
            return self.get_response(request)
        try:
            match = get_resolver(self.urls).resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


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


class Compression:
    """HTML and JSON travel gzipped to browsers that take it."""

    smallest = 1_000
    kinds = ("text/html", "application/json", "image/svg+xml")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not self.is_worth(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        response.content = packed(response.content)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        return response

    def is_worth(self, response: HttpResponse) -> bool:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return (
            not response.streaming
            and kind in self.kinds
            and not response.has_header("Content-Encoding")
            and len(response.content) >= self.smallest
        )


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
