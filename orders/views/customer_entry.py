"""Customers made and changed; who meets another editor decides field by field."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.fields import add_refusal
from oms.kernel.phones import show_phone
from oms.kernel.revisions import Conflict, RevisionConflict
from orders.forms.customers import CustomerForm
from orders.models import Customer, CustomerGroup
from orders.selectors.customers import customers_visible_to
from orders.services.customers import save_customer, values_of

# Where a value stands in the form under another name.
FIELDS = {"group_id": "group"}


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_customer", raise_exception=True)
def customer_new(request: HttpRequest) -> HttpResponse:
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_customer(None, **form.values(), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return _saved(request, saved)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_customer", raise_exception=True)
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = customers_visible_to(request.user).filter(erased_at=None)
    customer = get_object_or_404(rows, pk=pk)
    present = values_of(customer)
    initial = _fields_of(present) | {"seen": present}
    form = CustomerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        theirs = {name for name in present if request.POST.get(f"keep.{name}") == "theirs"}
        values = form.values() | {name: present[name] for name in theirs}
        try:
            saved = save_customer(pk, **values, actor=Actor.of(request))
        except RevisionConflict as conflict:
            return _conflict_page(request, form, customer, conflict)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return _saved(request, saved)
    return _page(request, form, customer)


def _saved(request: HttpRequest, customer: Customer) -> HttpResponse:
    messages.success(request, _("Đã lưu khách hàng."))
    return redirect("orders:customer_detail", customer.pk)


def _page(
    request: HttpRequest, form: CustomerForm, customer: Customer | None, **more: Any
) -> HttpResponse:
    context = {"form": form, "customer": customer, **more}
    status = 409 if "conflicts" in more else 422 if form.errors else 200
    return render(request, "orders/customers/form.html", context, status=status)


def _conflict_page(
    request: HttpRequest, form: CustomerForm, customer: Customer, conflict: RevisionConflict
) -> HttpResponse:
    """Both values side by side; what was typed stays in its field, what only others changed is
    theirs, and saving again decides.
    """
    customer.refresh_from_db()
    present, seen, typed = values_of(customer), form.cleaned_data["seen"], form.values()
    data = request.POST.copy()
    data["seen"] = json.dumps(present)
    untouched = {name: value for name, value in present.items() if typed[name] == seen.get(name)}
    for name, value in _fields_of(untouched).items():
        data[name] = "" if value is None else str(value)
    again = CustomerForm(data)
    again.is_valid()
    editors = timeline_of("customer", customer.pk).filter(name="customer.changed")[:1]
    return _page(
        request,
        again,
        customer,
        conflicts=[_told(again, row) for row in conflict.conflicts],
        others=[(event.actor_label, event.created_at) for event in editors],
    )


def _told(form: CustomerForm, row: Conflict) -> dict[str, Any]:
    return {
        "key": f"keep.{row.field}",
        "name": form.fields[FIELDS.get(row.field, row.field)].label,
        "before": _in_words(row.field, row.base),
        "mine": _in_words(row.field, row.typed),
        "theirs": _in_words(row.field, row.current),
    }


def _fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the form's fields take them."""
    return {
        FIELDS.get(name, name): value if name == "group_id" else _as_typed(name, value)
        for name, value in values.items()
    }


def _as_typed(name: str, value: Any) -> str:
    if name == "tags":
        return ", ".join(value)
    return show_phone(value or "") if name == "phone" else str(value or "")


def _in_words(name: str, value: Any) -> str:
    """A value of the author's page may be anything: it is shown and goes nowhere."""
    if name == "group_id":
        group = CustomerGroup.objects.filter(pk=value).first() if isinstance(value, int) else None
        return group.name if group else "–"
    if name == "tags" and not isinstance(value, list):
        return "–"
    return _as_typed(name, value) or "–"
