"""What shipping adds to the order page; wiring calls `register` once."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.models import Order
from orders.ports import NextAction, register_next_action, register_panel
from shipping.models import BookingState, Package
from shipping.services.preflight import SHIPPABLE, may_ship_ourselves
from shipping.states import OURS


def register() -> None:
    register_panel("shipping", 20, panel)
    register_next_action(next_action)


def panel(request: HttpRequest, order: Order) -> str | None:
    """The order's packages, newest first; nothing for who may not see them."""
    if not request.user.has_perm("shipping.view_package"):
        return None
    packages = list(
        Package.objects.filter(fulfilment__order=order).select_related("account").order_by("-id")
    )
    if not packages:
        return None
    context = {"packages": packages, "order": order}
    return render_to_string("shipping/panel.html", context, request=request)


def next_action(user: object, order: Order) -> NextAction | None:
    """Make the shipment, print its label, hand it over: whichever is next."""
    if order.status in (Order.Status.CANCELLED, Order.Status.ON_HOLD, Order.Status.DRAFT):
        return None
    if order.fulfillment_status not in OURS | SHIPPABLE or order.confirmed_at is None:
        return None
    package = (
        Package.objects.filter(fulfilment__order=order)
        .exclude(booking_state=BookingState.VOID)
        .first()
    )
    if package is None:
        if order.fulfillment_status not in SHIPPABLE or not may_ship_ourselves(order):
            return None
        url = reverse("shipping:create", args=[order.pk])
        return NextAction(_("Tạo vận đơn"), url, "get", "shipping.create_shipment", "truck", "s")
    if package.booking_state != BookingState.BOOKED:
        return None
    if not package.label_printed_count:
        url = reverse("shipping:print") + f"?ids={package.pk}"
        return NextAction(_("In vận đơn"), url, "get", "shipping.print_label", "printer", "p")
    return NextAction(
        _("Bàn giao"), reverse("shipping:hand_over"), "get", "shipping.hand_over", "truck"
    )
