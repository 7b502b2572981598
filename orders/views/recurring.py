"""Recurring orders: list, page, entry, and pausing, skipping, ending them."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.selectors.catalogue import search_variants
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.fields import add_refusal
from oms.kernel.htmx import is_htmx
from oms.kernel.phones import show_phone
from orders import timeline
from orders.forms.entry import LineSet, lines_with
from orders.forms.recurring import WEEKDAYS, RecurringForm
from orders.models import RecurringOrder
from orders.recurrence import upcoming
from orders.selectors import recurring as reads
from orders.selectors.customers import find_customer, group_of_phone
from orders.services import recurring
from orders.services.recurring import Plan, rhythm_of
from orders.views.entry import (
    PROPOSED_GOODS,
    buyer_hint,
    entry_address,
    list_prices,
    new_line_of,
    resolve_lines,
)

UPCOMING = 6
TIMELINE_LENGTH = 30
SAME = (
    *("street", "ward", "district", "province", "source", "internal_note", "is_cod"),
    *("rhythm", "every", "month_day", "starts_on", "ends_on", "price_rule", "missed"),
)


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
    context = {"page": page, "q": q, "status": status, "statuses": RecurringOrder.Status.choices}
    name = "orders/recurring/list.html"
    return render(request, f"{name}#results" if is_htmx(request) else name, context)


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


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_recurring", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return entry_page(request, empty_form(request), LineSet(prefix="lines"))
    form, lines, plan = entered(request)
    if plan is not None:
        key = form.cleaned_data["request_key"]
        try:
            template = recurring.new_recurring(plan, request_key=key, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("orders:recurring_detail", template.pk)
    return entry_page(request, form, lines, status=422)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_recurring", raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    template = visible(request, pk)
    if request.method == "GET":
        return entry_page(request, form_of(template), lines_of(template), template=template)
    form, lines, plan = entered(request)
    if plan is not None:
        opened = request.POST.get("edit_version", "")
        version = int(opened) if opened.isdecimal() and len(opened) < 9 else 0
        try:
            recurring.change_recurring(pk, plan, edit_version=version, actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("orders:recurring_detail", pk)
    return entry_page(request, form, lines, template=template, status=422)


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


def entered(request: HttpRequest) -> tuple[RecurringForm, BaseFormSet, Plan | None]:
    """The form as sent, and the plan that it makes or None."""
    form, lines = RecurringForm(request.POST), LineSet(request.POST, prefix="lines")
    valid = form.is_valid() and lines.is_valid()
    if valid and resolve_lines(lines):
        return form, lines, plan_of(form, lines)
    return form, lines, None


def plan_of(form: RecurringForm, lines: BaseFormSet) -> Plan:
    data = form.cleaned_data
    typed = [line for line in lines if line.has_changed()]
    prices = list_prices(typed, source=data["source"], group=group_of_phone(data["phone"]))
    same = ("source", "phone", "name", "street", "ward", "district", "province", "is_cod")
    return Plan(
        **{
            name: data[name] for name in (*same, "internal_note", "ends_on", "price_rule", "missed")
        },
        new_ward_code=data["new_ward"],
        discount_vnd=data["discount"] or 0,
        shipping_fee_vnd=data["shipping_fee"] or 0,
        rhythm=form.read_rhythm(),
        lines=[new_line_of(line, prices) for line in typed],
    )


def entry_page(
    request: HttpRequest,
    form: RecurringForm,
    lines: BaseFormSet,
    *,
    template: RecurringOrder | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "template": template,
        "goods": search_variants("", limit=PROPOSED_GOODS),
        **entry_address(form),
        **buyer_hint(request, form),
    }
    context.pop("duplicates", None)
    return render(request, "orders/recurring/edit.html", context, status=status)


def empty_form(request: HttpRequest) -> RecurringForm:
    phone = request.GET.get("phone", "")[:30]
    initial = {"request_key": uuid.uuid4().hex, "source": "phone", "phone": phone}
    known = find_customer(phone)
    return RecurringForm(initial=initial | ({"name": known.name} if known else {}))


def form_of(template: RecurringOrder) -> RecurringForm:
    initial: dict[str, Any] = {name: getattr(template, name) for name in SAME}
    initial |= {
        "request_key": template.request_key,
        "phone": show_phone(template.recipient_phone),
        "name": template.recipient_name,
        "new_ward": template.new_ward_code,
        "weekdays": [str(day) for day in template.weekdays],
        "shipping_fee": template.shipping_fee_vnd or None,
        "discount": template.discount_vnd or None,
    }
    return RecurringForm(initial=initial)


def lines_of(template: RecurringOrder) -> BaseFormSet:
    keeps = template.price_rule == RecurringOrder.Prices.FIXED
    return lines_with(
        [
            {
                "item": line.variant.sku,
                "quantity": line.quantity,
                "price": line.unit_price_vnd if keeps else None,
            }
            for line in reads.lines_of(template)
        ]
    )
