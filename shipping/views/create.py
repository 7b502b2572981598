"""The form that turns an order into a parcel, with every carrier's price beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError, ServiceUnreachable
from oms.kernel.fields import add_refusal
from orders.models import Order
from orders.selectors.lists import orders_visible_to
from shipping.forms import ShipmentForm
from shipping.models import FeePayer
from shipping.selectors.accounts import accounts_visible_to
from shipping.selectors.parcels import parcel_size
from shipping.services.asking import slots_of
from shipping.services.preflight import ShipmentRequest, due_cod_vnd
from shipping.services.quoting import compare_carriers
from shipping.services.routing import chosen_by_person, proposal, route_orders, ship
from shipping.services.shipments import active_package, create_shipment

EDIT_COD = "shipping.change_cod"


@require_http_methods(["GET", "POST"])
@permission_required("shipping.create_shipment", raise_exception=True)
def create(request: HttpRequest, order_pk: int) -> HttpResponse:
    """Show the form; the POST books, or with `quote` only compares (without JavaScript)."""
    order = visible_order(request, order_pk)
    if request.method == "GET":
        existing = active_package(order.pk)
        if existing is not None:
            return redirect("shipping:package_detail", existing.pk)
        return page(request, order, form_of(request, order))
    if "routed" in request.POST:
        return create_routed(request, order)
    form = form_of(request, order, chosen_offer(request.POST))
    if not form.is_valid():
        return page(request, order, form, status=422)
    if "quote" in request.POST:
        return page(request, order, form, **priced(request, order, form))
    wanted = replace(request_of(form.cleaned_data), **form.pickup_facts())
    try:
        create_shipment(
            order.pk,
            wanted,
            actor=Actor.of(request),
            may_edit_cod=may_edit_cod(request),
            route=chosen_by_person(order, wanted, request.user),
        )
    except DomainError as refusal:
        add_refusal(form, refusal)
        return page(request, order, form, status=422)
    messages.success(request, _("Đã tạo vận đơn, đang lấy mã từ hãng."))
    return redirect("orders:detail", order.pk)


def create_routed(request: HttpRequest, order: Order) -> HttpResponse:
    """Do what the rules propose; what they cannot is said above the form."""
    routed = route_orders([order.pk], request.user, asks=True)[order.pk]
    try:
        made = ship(routed, request.user, actor=Actor.of(request))
    except (DomainError, ServiceUnreachable) as refusal:
        form = form_of(request, order)
        return page(request, order, form, status=422, route_error=refusal.message)
    if len(made) > 1:
        messages.success(request, _("Đã tách đơn theo kho và tạo vận đơn cho từng phần."))
    else:
        messages.success(request, _("Đã tạo vận đơn, đang lấy mã từ hãng."))
    return redirect("orders:detail", order.pk)


@require_POST
@permission_required("shipping.create_shipment", raise_exception=True)
def quote(request: HttpRequest, order_pk: int) -> HttpResponse:
    """The price fragment, asked for while the form is filled in."""
    order = visible_order(request, order_pk)
    form = form_of(request, order, request.POST)
    context = priced(request, order, form) if form.is_valid() else {}
    return render(request, "shipping/create.html#quotes", {**context, "form": form})


def form_of(request: HttpRequest, order: Order, data: QueryDict | None = None) -> ShipmentForm:
    """The form with what this user may choose; it begins with what the rules propose."""
    initial = parcel_size(order) if data is not None else proposal(order, request.user)
    return ShipmentForm(
        data,
        initial=initial,
        accounts=accounts_visible_to(request.user),
        may_edit_cod=may_edit_cod(request),
    )


def priced(request: HttpRequest, order: Order, form: ShipmentForm) -> dict[str, Any]:
    accounts = accounts_visible_to(request.user).filter(is_active=True).order_by("id")
    try:
        found = compare_carriers(
            order.pk, request_of(form.cleaned_data), accounts.select_related("warehouse")
        )
    except DomainError as refusal:
        return {"quote_error": refusal.message}
    willing = {offer.account.pk: offer.account for offer in found.offers}
    return {"comparison": found, "asked": True, "slots": slots_of(list(willing.values()))}


def chosen_offer(data: QueryDict) -> QueryDict:
    """The form with the account and the service of the offer whose button was pressed."""
    account, mark, service = data.get("choice", "").partition(":")
    if not mark:
        return data
    changed = data.copy()
    changed["account"], changed["service_code"] = account, service
    return changed


def request_of(data: Mapping[str, Any]) -> ShipmentRequest:
    apart = {"account", "box", "pickup"}
    chosen = {name: value for name, value in data.items() if name not in apart}
    box = data.get("box")
    return ShipmentRequest(account_id=data["account"].pk, box_id=box.pk if box else None, **chosen)


def page(
    request: HttpRequest, order: Order, form: ShipmentForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "order": order,
        "lines": order.lines.select_related("variant"),
        "due_vnd": due_cod_vnd(order, fee_payer=FeePayer.SHOP),
        "routed": form.initial.get("routed"),
        **extra,
        "form": form,
    }
    return render(request, "shipping/create.html", context, status=status)


def visible_order(request: HttpRequest, pk: int) -> Order:
    return get_object_or_404(orders_visible_to(request.user), pk=pk)


def may_edit_cod(request: HttpRequest) -> bool:
    return request.user.has_perm(EDIT_COD)
