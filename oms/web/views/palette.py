"""The command palette: pages, actions, orders, customers and SKUs that the user may open."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oms.kernel.htmx import is_htmx
from oms.web.palette import find


@require_GET
@permission_required("web.use_palette", raise_exception=True)
def palette(request: HttpRequest) -> HttpResponse:
    """The same list as a page of its own, for who has no script."""
    q = request.GET.get("q", "").strip()[:100]
    template = "web/palette.html#found" if is_htmx(request) else "web/palette.html"
    return render(request, template, {"q": q, "groups": find(request.user, q)})
