"""The page that leads to everything that is set up."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.web.settings_map import settings_for


@require_safe
@permission_required("web.view_settings", raise_exception=True)
def settings_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/settings.html", {"groups": settings_for(request.user)})
