"""Writing a recurring order: buyer and lines of an order's entry, and a rhythm."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from orders.forms.entry import LineSet, lines_with
from orders.forms.recurring import RecurringForm
from orders.models import RecurringOrder
from orders.selectors import recurring as reads
from orders.selectors.customers import group_of_phone
from orders.services.recurring import Plan, change_recurring, new_recurring
from orders.views.entry import list_prices, new_line_of
from orders.views.later_entry import Entry, buyer_of, opened_version
from orders.views.recurring import visible

SAME = (
    *("street", "ward", "district", "province", "source", "internal_note", "is_cod"),
    *("rhythm", "every", "month_day", "starts_on", "ends_on", "price_rule", "missed"),
)
ENTRY = Entry(
    "orders/recurring/edit.html", "template", "orders:recurring_detail", RecurringForm, LineSet
)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_recurring", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return ENTRY.start(request)

    def save(form: RecurringForm, lines: BaseFormSet) -> RecurringOrder:
        key = form.cleaned_data["request_key"]
        return new_recurring(plan_of(form, lines), request_key=key, actor=Actor.of(request))

    return ENTRY.write(request, save)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_recurring", raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    template = visible(request, pk)
    if request.method == "GET":
        return ENTRY.show(request, form_of(template), lines_of(template), row=template)

    def save(form: RecurringForm, lines: BaseFormSet) -> RecurringOrder:
        plan, version = plan_of(form, lines), opened_version(request)
        return change_recurring(pk, plan, edit_version=version, actor=Actor.of(request))

    return ENTRY.write(request, save, row=template)


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


def form_of(template: RecurringOrder) -> RecurringForm:
    initial: dict[str, Any] = {name: getattr(template, name) for name in SAME}
    initial |= buyer_of(template) | {
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
