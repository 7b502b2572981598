"""A refusal: those who are not logged in are asked to, the others are told why."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.defaults import permission_denied


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Views raise PermissionDenied for both; a stranger gets the log-in page and comes back."""
    if request.user.is_authenticated:
        return permission_denied(request, exception)
    htmx = getattr(request, "htmx", None)
    target = htmx.current_url_abs_path if htmx else request.get_full_path()
    return redirect_to_login(target or "/")
