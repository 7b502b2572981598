"""Cần xử lý: one page of everything that waits for a person, by cause."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oms.kernel.htmx import is_htmx
from orders.models import OrderProblem
from orders.selectors.attention import cases, problem_groups, urgent_orders, with_deadlines
from orders.selectors.recurring import waiting_runs

# Days of recurring orders without even a draft are rare: they stand above the first page.
MOST_RUNS = 50


@require_GET
@permission_required("orders.view_order", raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in OrderProblem.Kind.values else ""
    groups = problem_groups(request.user)
    page = cases(
        request.user,
        kind=kind,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    with_runs = kind in {"", OrderProblem.Kind.RECURRING} and not page.previous_cursor
    context = {
        "runs": waiting_runs(request.user)[:MOST_RUNS] if with_runs else [],
        "kind": kind,
        "groups": groups,
        "total": sum(group.count for group in groups),
        "urgent": urgent_orders(request.user),
        "page": page,
        "cases": with_deadlines(page.rows, request.user),
    }
    template = "orders/attention.html#results" if is_htmx(request) else "orders/attention.html"
    return render(request, template, context)
