"""Small helpers for views that answer both a browser and htmx."""

from django.http import HttpRequest, HttpResponse


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def hx_redirect(url: str) -> HttpResponse:
    """Tell htmx to open `url` as a whole page."""
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = url
    return response


def hx_trigger(response: HttpResponse, event: str) -> HttpResponse:
    response.headers["HX-Trigger"] = event
    return response
