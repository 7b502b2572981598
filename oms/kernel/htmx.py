"""Small helpers for views that answer both a browser and htmx."""

from django.http import HttpRequest, HttpResponse


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def hx_trigger(response: HttpResponse, event: str) -> HttpResponse:
    response.headers["HX-Trigger"] = event
    return response
