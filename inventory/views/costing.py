"""What the stock is worth, today and on any past day, and by which method."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.forms.costing import DayForm, MethodForm
from inventory.models import Valuation
from inventory.selectors import costing as reads
from inventory.selectors.places import warehouses_visible_to
from inventory.services import costing
from oms.kernel.actors import Actor
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors


@require_GET
@permission_required("inventory.view_cost", raise_exception=True)
def stock_value(request: HttpRequest) -> HttpResponse:
    return value_page(request, MethodForm(initial={"method": reads.method()}))


def value_page(request: HttpRequest, form: MethodForm, *, status: int = 200) -> HttpResponse:
    warehouse, q = request.GET.get("warehouse", ""), request.GET.get("q", "").strip()
    place = int(warehouse) if warehouse.isdecimal() else None
    day = asked_day(request)
    rows = reads.stock_value(request.user, day=day, warehouse_id=place)
    units, value = reads.totals(rows)
    context: dict[str, Any] = {
        "day": day,
        "today": today(),
        "warehouse": warehouse,
        "warehouses": warehouses_visible_to(request.user),
        "q": q,
        "rows": rows,
        "total_units": units,
        "total_value": value,
        "page": reads.value_list(
            request.user,
            day=day,
            warehouse_id=place,
            q=q,
            **cursors(request.GET),
        ),
        "method": Valuation.Method(reads.method()).label,
        "form": form if reads.may_choose_method() else None,
    }
    return render(request, "inventory/stock_value.html", context, status=status)


def asked_day(request: HttpRequest) -> date:
    form = DayForm(request.GET)
    asked = form.cleaned_data["day"] if form.is_valid() else None
    return min(asked or today(), today())


@require_POST
@permission_required("inventory.choose_costing", raise_exception=True)
def choose_method(request: HttpRequest) -> HttpResponse:
    form = MethodForm(request.POST)
    if form.is_valid():
        try:
            costing.choose_method(form.cleaned_data["method"], actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã chọn phương pháp giá vốn."))
            return redirect("inventory:stock_value")
    return value_page(request, form, status=422)
