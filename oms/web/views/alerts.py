"""What crossed its limit and has not recovered."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.kernel.alerts import open_alerts
from oms.kernel.htmx import is_htmx
from oms.kernel.pages import keyset_page
from oms.web.labels import label_for


@require_safe
@permission_required("web.view_alerts", raise_exception=True)
def alert_list(request: HttpRequest) -> HttpResponse:
    user, kind = request.user, request.GET.get("kind", "")
    rows = open_alerts(
        user.get_all_permissions(),
        {
            "warehouse": user.warehouse_scope(),  # type: ignore[union-attr]
            "shop": user.shop_scope(),  # type: ignore[union-attr]
            "user": {user.pk or 0},
        },
    )
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("id")))
    page = keyset_page(
        rows.filter(kind=kind) if kind else rows,
        keys=("-opened_at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "kind": kind,
        "total": sum(counts.values()),
        "kinds": [(code, label_for("alert", code).text, n) for code, n in sorted(counts.items())],
    }
    template = "web/alerts.html#results" if is_htmx(request) else "web/alerts.html"
    return render(request, template, context)
