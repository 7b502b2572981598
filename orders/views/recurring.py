"""Recurring orders: list, page, entry, and pausing, skipping, ending them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from orders import timeline
from orders.forms.recurring import WEEKDAYS
from orders.models import RecurringOrder
from orders.recurrence import upcoming
from orders.selectors import recurring as reads
from orders.services import recurring
from orders.services import recurring_orders as making
from orders.services.recurring import rhythm_of
from orders.views.later_list import show_list

UPCOMING = 6
TIMELINE_LENGTH = 30


@require_GET
@permission_required("orders.view_recurring", raise_exception=True)
def recurring_list(request: HttpRequest) -> HttpResponse:
    q, status = request.GET.get("q", "").strip()[:100], request.GET.get("status", "")
    page = reads.recurring_list(
        request.user,
        q=q,
        status=status,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "table_label": _("Đơn định kỳ"),
        "list_url": reverse("orders:recurring_list"),
        "is_narrowed": bool(q or status),
        "q": q,
        "status": status,
        "statuses": RecurringOrder.Status.choices,
    }
    return show_list(request, "orders/recurring/list.html", context)


@require_GET
@permission_required("orders.view_recurring", raise_exception=True)
def recurring_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return recurring_page(request, visible(request, pk))


def visible(request: HttpRequest, pk: int) -> RecurringOrder:
    rows = reads.recurring_visible_to(request.user).select_related("customer")
    return get_object_or_404(rows, pk=pk)


def recurring_page(
    request: HttpRequest, template: RecurringOrder, *, error: str = "", status: int = 200
) -> HttpResponse:
    names = dict(WEEKDAYS)
    days = (
        upcoming(rhythm_of(template), template.next_on, most=UPCOMING) if template.next_on else []
    )
    context: dict[str, Any] = {
        "template": template,
        "lines": reads.lines_of(template),
        "weekdays": ", ".join(str(names[str(day)]) for day in template.weekdays),
        "days": [day for day in days if not template.ends_on or day <= template.ends_on],
        "runs": reads.runs_of(template),
        "form_error": error,
        "timeline": [
            timeline.entry(event)
            for event in timeline_of("recurringorder", template.pk)[:TIMELINE_LENGTH]
        ],
    }
    return render(request, "orders/recurring/detail.html", context, status=status)


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, recurring.pause_recurring, _("Đã tạm dừng."))


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, recurring.resume_recurring, _("Đã chạy tiếp."))


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, recurring.end_recurring, _("Đã kết thúc; không tạo đơn nữa."))


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave out the day that the page showed as the next."""
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError:
        return redirect("orders:recurring_detail", visible(request, pk).pk)

    def work(template_id: int, *, actor: Actor) -> RecurringOrder:
        return recurring.skip_next(template_id, due_on=due_on, actor=actor)

    return act(request, pk, work, _("Đã bỏ qua kỳ %s.") % due_on.strftime("%d/%m/%Y"))


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def retry_run(request: HttpRequest, pk: int, run_id: int) -> HttpResponse:
    """Try the order of a refused day again, and go to the order or back to the queue."""
    get_object_or_404(visible(request, pk).runs, pk=run_id)
    run = making.retry_run(run_id, actor=Actor.of(request))
    if run.order is None:
        messages.warning(request, _("Vẫn chưa tạo được: %s") % run.message)
        return redirect("orders:attention")
    messages.success(request, _("Đã tạo đơn %(number)s.") % {"number": run.order.number})
    return redirect("orders:detail", run.order.pk)


@require_POST
@permission_required("orders.change_recurring", raise_exception=True)
def leave_out_run(request: HttpRequest, pk: int, run_id: int) -> HttpResponse:
    get_object_or_404(visible(request, pk).runs, pk=run_id)
    run = making.leave_out_run(run_id, actor=Actor.of(request))
    messages.success(request, _("Đã bỏ qua kỳ %s.") % run.due_on.strftime("%d/%m/%Y"))
    return redirect("orders:attention")


def act(
    request: HttpRequest, pk: int, work: Callable[..., RecurringOrder], done: str
) -> HttpResponse:
    template = visible(request, pk)
    try:
        work(pk, actor=Actor.of(request))
    except DomainError as refusal:
        return recurring_page(request, template, error=refusal.message, status=422)
    messages.success(request, done)
    return redirect("orders:recurring_detail", pk)
