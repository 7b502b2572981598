"""The form that turns an order into a parcel, with the price beside it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from orders.models import Order
from orders.selectors.lists import orders_visible_to
from shipping.forms import ShipmentForm
from shipping.models import FeePayer
from shipping.ports import carrier_for
from shipping.selectors.accounts import accounts_visible_to
from shipping.selectors.parcels import parcel_defaults
from shipping.services.preflight import ShipmentRequest, due_cod_vnd
from shipping.services.quoting import quote_shipment
from shipping.services.shipments import active_package, create_shipment

EDIT_COD = "shipping.change_cod"


@require_http_methods(["GET", "POST"])
@permission_required("shipping.create_shipment", raise_exception=True)
def create(request: HttpRequest, order_pk: int) -> HttpResponse:
    """Show the form; the POST books, or with `quote` only prices (without JavaScript)."""
    order = visible_order(request, order_pk)
    if request.method == "GET":
        existing = active_package(order.pk)
        if existing is not None:
            return redirect("shipping:package_detail", existing.pk)
        return page(request, order, form_of(request, order))
    form = form_of(request, order, request.POST)
    if not form.is_valid():
        return page(request, order, form, status=422)
    if "quote" in request.POST:
        return page(request, order, form, **priced(order, form))
    try:
        create_shipment(
            order.pk,
            request_of(form.cleaned_data),
            actor=Actor.of(request),
            may_edit_cod=may_edit_cod(request),
        )
    except DomainError as refusal:
        add_refusal(form, refusal)
        return page(request, order, form, status=422)
    messages.success(request, _("Đã tạo vận đơn, đang lấy mã từ hãng."))
    return redirect("orders:detail", order.pk)


@require_POST
@permission_required("shipping.create_shipment", raise_exception=True)
def quote(request: HttpRequest, order_pk: int) -> HttpResponse:
    """The price fragment, asked for while the form is filled in."""
    order = visible_order(request, order_pk)
    form = form_of(request, order, request.POST)
    context = priced(order, form) if form.is_valid() else {}
    return render(request, "shipping/create.html#quotes", {**context, "form": form})


def form_of(request: HttpRequest, order: Order, data: QueryDict | None = None) -> ShipmentForm:
    """The form with what this user may choose."""
    return ShipmentForm(
        data,
        initial=parcel_defaults(order, user=request.user),
        accounts=accounts_visible_to(request.user),
        may_edit_cod=may_edit_cod(request),
    )


def priced(order: Order, form: ShipmentForm) -> dict[str, Any]:
    wanted = request_of(form.cleaned_data)
    try:
        quotes = quote_shipment(order.pk, wanted)
    except DomainError as refusal:
        return {"quote_error": refusal.message}
    account = form.cleaned_data["account"]
    chargeable_g = carrier_for(account).limits.chargeable_g(
        wanted.weight_g, wanted.length_cm, wanted.width_cm, wanted.height_cm
    )
    return {"quotes": quotes, "asked": True, "chargeable_g": chargeable_g}


def request_of(data: Mapping[str, Any]) -> ShipmentRequest:
    chosen = {name: value for name, value in data.items() if name not in {"account", "box"}}
    box = data.get("box")
    return ShipmentRequest(account_id=data["account"].pk, box_id=box.pk if box else None, **chosen)


def page(
    request: HttpRequest, order: Order, form: ShipmentForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "order": order,
        "lines": order.lines.select_related("variant"),
        "due_vnd": due_cod_vnd(order, fee_payer=FeePayer.SHOP),
        **extra,
        "form": form,
    }
    return render(request, "shipping/create.html", context, status=status)


def visible_order(request: HttpRequest, pk: int) -> Order:
    return get_object_or_404(orders_visible_to(request.user), pk=pk)


def may_edit_cod(request: HttpRequest) -> bool:
    return request.user.has_perm(EDIT_COD)
