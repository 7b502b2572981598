"""Customers: list, page, and the list as a file."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import BaseForm, model_to_dict
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from oms.kernel.clock import today
from oms.kernel.events import timeline_of
from orders import timeline
from orders.exports.customers import write_customers
from orders.forms.customers import (
    SORT_NAMES,
    CustomerFilterForm,
    EraseForm,
    MergeForm,
    RiskForm,
    TermsForm,
)
from orders.models import Customer, CustomerGroup
from orders.risk import risk_of
from orders.selectors import customers as selectors
from orders.selectors.lists import orders_visible_to
from orders.selectors.quotations import quotations_of
from orders.selectors.terms import debt_of
from orders.services.customer_merge import why_not_undone

ORDERS_SHOWN = 20
TIMELINE_LENGTH = 50
COST = "inventory.view_cost"
TERMS = ("payment_days", "credit_limit_vnd", "min_order_vnd")


def sort_choices(user: Any) -> list[tuple[str, Any]]:
    """How this user may sort: kept figures are of all shops, profit is for who sees costs."""
    if selectors.is_limited(user):
        return []
    return [(k, name) for k, name in SORT_NAMES.items() if k != "profit" or user.has_perm(COST)]


def allowed_filters(request: HttpRequest) -> tuple[CustomerFilterForm, selectors.CustomerFilters]:
    form = CustomerFilterForm(request.GET)
    filters = form.filters()
    if filters.sort not in dict(sort_choices(request.user)):
        filters = selectors.CustomerFilters(
            q=filters.q, group_id=filters.group_id, tag=filters.tag, risky=filters.risky
        )
    return form, filters


@require_safe
@permission_required("orders.view_customer", raise_exception=True)
def customer_list(request: HttpRequest) -> HttpResponse:
    form, filters = allowed_filters(request)
    page = selectors.customer_list(
        request.user,
        filters,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    for row in page.rows:
        row.risk = risk_of(row)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "groups": CustomerGroup.objects.all(),
        "tags": selectors.known_tags(),
        "sorts": sort_choices(request.user),
    }
    return render(request, "orders/customers/list.html", context)


@require_safe
@permission_required("orders.export_customer", raise_exception=True)
def customer_export(request: HttpRequest) -> FileResponse:
    """The list under its filters, in the columns that the user may see."""
    _form, filters = allowed_filters(request)
    return FileResponse(
        write_customers(request.user, filters), as_attachment=True, filename="khach-hang.xlsx"
    )


@require_safe
@permission_required("orders.view_customer", raise_exception=True)
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.select_related("merged_into"), pk=pk)
    if customer.merged_into_id is not None:
        return redirect("orders:customer_detail", customer.merged_into_id)
    customer = get_object_or_404(selectors.customers_visible_to(request.user), pk=pk)
    return customer_page(request, customer)


def customer_page(
    request: HttpRequest, customer: Customer, *, status: int = 200, **forms: BaseForm
) -> HttpResponse:
    """The page, with the form that was refused in place of its empty one."""
    user = request.user
    orders = orders_visible_to(user).filter(customer=customer)
    merges = list(customer.merges.select_related("kept", "merged")) if customer.is_live else []
    for merge in merges:
        merge.why_not = why_not_undone(merge)  # type: ignore[attr-defined]
    context = {
        "customer": customer,
        "figures": selectors.figures_for(customer, user),
        "risk": risk_of(customer),
        "orders": list(orders.order_by("-placed_at", "-pk")[:ORDERS_SHOWN]),
        "addresses": selectors.addresses_of(customer, user),
        "twins": selectors.twins_of(customer, user),
        "merges": merges,
        "can_forget": not selectors.is_limited(user),
        "risk_form": RiskForm(initial={"level": customer.risk_set, "reason": customer.risk_reason}),
        "debt": debt_of(customer, user),
        "today": today(),
        "quotations": quotations_of(user, customer.pk)
        if user.has_perm("orders.view_quotation")
        else [],
        "terms_form": TermsForm(initial=model_to_dict(customer, TERMS)),
        "merge_form": MergeForm(),
        "erase_form": EraseForm(),
        "timeline": [
            timeline.entry(e) for e in timeline_of("customer", customer.pk)[:TIMELINE_LENGTH]
        ],
        **forms,
    }
    return render(request, "orders/customers/detail.html", context, status=status)
