"""Refusals: strangers are asked to log in, the others are told why."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request as plain_bad_request
from django.views.defaults import permission_denied

from oms.kernel.files import MEGABYTE
from oms.web.uploads import UploadTooLarge


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A file that is too large is named with its field; all else is Django's short answer."""
    if not isinstance(exception, UploadTooLarge):
        return plain_bad_request(request, exception)
    context = {
        "field": exception.field,
        "file_name": exception.file_name,
        "limit_mb": exception.most_bytes // MEGABYTE,
    }
    return render(request, "413.html", context, status=413)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Views raise PermissionDenied for both; a stranger gets the log-in page and comes back."""
    if request.user.is_authenticated:
        return permission_denied(request, exception)
    htmx = getattr(request, "htmx", None)
    target = htmx.current_url_abs_path if htmx else request.get_full_path()
    return redirect_to_login(target or "/")
