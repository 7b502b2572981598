"""Picking a ward: search over old and new units, and what an old one is today."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.unit_search import search_units
from orders.forms.entry import OrderEntryForm
from orders.selectors.lists import orders_visible_to
from orders.services.addresses import choose_ward
from orders.views.detail import order_page
from orders.views.entry import entry_address

LONGEST = 80


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """Wards for a few letters; choosing one fills ward, district and province."""
    found = search_units(request.GET.get("unit", "")[:LONGEST])
    return render(request, "orders/units.html", {"found": found})


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def hint(request: HttpRequest) -> HttpResponse:
    """What the typed ward is today, or the choice between the heirs of a divided one."""
    typed = {name: request.GET.get(name, "") for name in OrderEntryForm.base_fields}
    form = OrderEntryForm(initial=typed)
    return render(request, "orders/new.html#unit_hint", {"form": form, **entry_address(form)})


@require_POST
@permission_required("orders.fix_problem", raise_exception=True)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The fix of an order whose old ward was divided."""
    order = get_object_or_404(orders_visible_to(request.user), pk=pk)
    try:
        choose_ward(pk, request.POST.get("ward", "")[:10], actor=Actor.of(request))
    except DomainError as refusal:
        order.refresh_from_db()
        return order_page(request, order, error=refusal.message, status=422)
    messages.success(request, _("Đã chọn phường / xã mới."))
    return redirect("orders:detail", pk)
