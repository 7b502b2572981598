"""Picking a ward: search over old and new units, and what an old one is today."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.unit_search import search_units
from orders.forms.entry import OrderEntryForm
from orders.services.addresses import choose_ward
from orders.services.near_wards import correct_ward
from orders.views.actions import perform
from orders.views.entry import entry_address

LONGEST = 80


@require_GET
@permission_required("orders.add_order", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """Wards for a few letters; choosing one fills ward, district and province."""
    found = search_units(request.GET.get("unit", "")[:LONGEST])
    picking = {"pick_url": reverse("orders:customer_hint"), "pick_target": "#customer-fields"}
    return render(request, "components/units.html", {"found": found, **picking})


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
    code, actor = request.POST.get("ward", "")[:10], Actor.of(request)
    done = _("Đã chọn phường / xã mới.")
    return perform(request, pk, lambda: choose_ward(pk, code, actor=actor), done)


@require_POST
@permission_required("orders.change_order", raise_exception=True)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The fix of an order whose ward never was: one of those with nearly its name."""
    code, actor = request.POST.get("ward", "")[:10], Actor.of(request)
    done = _("Đã sửa phường / xã.")
    return perform(request, pk, lambda: correct_ward(pk, code, actor=actor), done)
