"""What is done to customers: risk, merging, groups, and a person's own data."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import BaseForm, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.fields import add_refusal
from oms.kernel.text import fold
from orders.forms.customers import EraseForm, GroupForm, MergeForm, RiskForm, TermsForm
from orders.models import Customer, CustomerGroup, CustomerMerge
from orders.selectors.customers import customers_visible_to, find_customer, is_limited
from orders.services import customer_merge, customer_privacy, customers
from orders.services.terms import save_terms
from orders.views.customers import TERMS, customer_page


def _customer(request: HttpRequest, pk: int) -> Customer:
    return get_object_or_404(customers_visible_to(request.user).filter(erased_at=None), pk=pk)


def _act(
    request: HttpRequest,
    customer: Customer,
    form: BaseForm,
    act: Callable[[], Any],
    *,
    name: str,
    done: str,
) -> HttpResponse:
    """Run a service; a refusal is shown beside its form on the customer's page."""
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("orders:customer_detail", customer.pk)
    return customer_page(request, customer, status=422, **{name: form})


@require_POST
@permission_required("orders.change_customer", raise_exception=True)
def set_risk(request: HttpRequest, pk: int) -> HttpResponse:
    customer, form = _customer(request, pk), RiskForm(request.POST)
    return _act(
        request,
        customer,
        form,
        lambda: customers.set_risk(
            pk,
            form.cleaned_data["level"],
            reason=form.cleaned_data["reason"],
            actor=Actor.of(request),
        ),
        name="risk_form",
        done=_("Đã lưu mức rủi ro."),
    )


@require_POST
@permission_required("orders.change_terms", raise_exception=True)
def set_terms(request: HttpRequest, pk: int) -> HttpResponse:
    customer, form = _customer(request, pk), TermsForm(request.POST)
    return _act(
        request,
        customer,
        form,
        lambda: save_terms(customer, form.terms(), actor=Actor.of(request)),
        name="terms_form",
        done=_("Đã lưu điều kiện bán."),
    )


@require_POST
@permission_required("orders.change_terms", raise_exception=True)
def set_group_terms(request: HttpRequest, pk: int) -> HttpResponse:
    group, form = get_object_or_404(CustomerGroup, pk=pk), TermsForm(request.POST)
    if form.is_valid():
        try:
            save_terms(group, form.terms(), actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu điều kiện bán."))
            return redirect("orders:customer_groups")
    return groups_page(request, GroupForm(), {pk: form}, status=422)


@require_POST
@permission_required("orders.merge_customer", raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge the customer of a phone into this one."""
    customer, form = _customer(request, pk), MergeForm(request.POST)

    def act() -> None:
        other = find_customer(form.cleaned_data["phone"])
        visible = customers_visible_to(request.user)
        if other is None or not visible.filter(pk=other.pk).exists():
            raise DomainError(
                _("Không có khách nào với số này."), code="customer.unknown", field="phone"
            )
        customer_merge.merge_customers(pk, other.pk, actor=Actor.of(request))

    return _act(
        request, customer, form, act, name="merge_form", done=_("Đã gộp; có thể hoàn tác bên dưới.")
    )


@require_POST
@permission_required("orders.merge_customer", raise_exception=True)
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CustomerMerge, pk=pk, kept__in=customers_visible_to(request.user))
    try:
        customer_merge.undo_merge(pk, actor=Actor.of(request))
        messages.success(request, _("Đã tách lại hai khách hàng."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("orders:customer_detail", row.kept_id)


@require_http_methods(["GET", "POST"])
@permission_required("orders.change_customer", raise_exception=True)
def groups(request: HttpRequest) -> HttpResponse:
    """The groups; with `id` the one of that id is renamed."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = request.POST.get("id", "")
        group = get_object_or_404(CustomerGroup, pk=wanted) if wanted.isdecimal() else None
        try:
            customers.save_group(
                group.pk if group else None, form.cleaned_data["name"], actor=Actor.of(request)
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu nhóm."))
            return redirect("orders:customer_groups")
    return groups_page(request, form, {}, status=422 if form.errors else 200)


def groups_page(
    request: HttpRequest, form: GroupForm, typed: Mapping[int, TermsForm], *, status: int
) -> HttpResponse:
    """The groups with their terms; a form of terms that was refused stands as it was typed."""
    rows = [
        (group, typed.get(group.pk) or TermsForm(initial=model_to_dict(group, TERMS)))
        for group in CustomerGroup.objects.all()
    ]
    context = {"form": form, "groups": rows}
    return render(request, "orders/customers/groups.html", context, status=status)


@require_POST
@permission_required("orders.change_customer", raise_exception=True)
def remove_group(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(CustomerGroup, pk=pk)
    customers.remove_group(pk, actor=Actor.of(request))
    messages.success(request, _("Đã xóa nhóm; khách trong nhóm vẫn còn."))
    return redirect("orders:customer_groups")


@require_safe
@permission_required("orders.erase_customer", raise_exception=True)
def export_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person as JSON; that it was taken stands in the history."""
    customer = _whole(request, pk)
    data = customer_privacy.collect_person(pk)
    record_event("customer.data_exported", customer, actor=Actor.of(request))
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="khach-{pk}.json"'},
    )


@require_POST
@permission_required("orders.erase_customer", raise_exception=True)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    customer, form = _whole(request, pk), EraseForm(request.POST)

    def act() -> None:
        if fold(form.cleaned_data["name"]) != customer.name_folded:
            raise DomainError(_("Tên chưa khớp."), code="customer.name", field="name")
        customer_privacy.erase_person(pk, actor=Actor.of(request))

    return _act(
        request, customer, form, act, name="erase_form", done=_("Đã xóa dữ liệu cá nhân của khách.")
    )


def _whole(request: HttpRequest, pk: int) -> Customer:
    """The customer, for who sees every order of his: half a person's data is no answer."""
    rows = customers_visible_to(request.user)
    if is_limited(request.user):
        rows = rows.none()
    return get_object_or_404(rows.filter(erased_at=None), pk=pk)
