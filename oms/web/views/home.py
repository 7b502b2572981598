"""The first page: how the shop stands now, and where to go from there."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from channels_sync.selectors.shops import shops_visible_to
from oms.kernel import clock
from oms.kernel.breaker import partner_health
from oms.web import dashboard
from oms.web.connection import event_backlog, inbox_backlog
from oms.web.first_steps import first_steps
from oms.web.templatetags.ui import vnd_short


@require_safe
@permission_required("web.view_dashboard", raise_exception=True)
def home(request: HttpRequest) -> HttpResponse:
    """Each card is computed only for those who may see its rows."""
    user, now = request.user, clock.now()
    context: dict[str, Any] = {"now": now, "first_steps": first_steps(user)}
    if user.has_perm("orders.view_order"):
        sales = dashboard.sales(user, now=now)
        context["sales"] = sales
        context["order_line"] = [day.orders for day in sales.days[:-1]]
        context["revenue_bars"] = [
            (f"{day.day:%d/%m}", day.revenue_vnd, vnd_short(day.revenue_vnd)) for day in sales.days
        ]
        context["desks"] = dashboard.desks(user)
        context["deadlines"] = dashboard.deadlines(user, now=now)
    if user.has_perm("orders.view_order") and user.has_perm("shipping.view_package"):
        context["cod"] = dashboard.cod_outstanding(user)
    if user.has_perm("inventory.view_stock"):
        context["stock"] = dashboard.stock_alerts(user)
    if user.has_perm("web.view_health"):
        context |= {
            "partners": partner_health(),
            "shops": list(shops_visible_to(user)),
            "inbox": inbox_backlog(),
            "events": event_backlog(),
        }
    return render(request, "web/home.html", context)
