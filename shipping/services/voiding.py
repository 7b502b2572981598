"""The end of a booking that never left the house."""

from oms.kernel.actors import Actor
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import BookingState, Package, PackageStatus
from shipping.services.history import record
from shipping.services.ledger import follow_package
from shipping.services.pack_checks import forget_check
from shipping.services.withdrawals import withdraw_fulfilment
from shipping.services.writer import order_of, set_booking, set_status


def void_package(package: Package, *, actor: Actor, reason: str = "") -> None:
    """Inside the caller's transaction: the booking is over, and the order may be shipped anew."""
    withdraw_fulfilment(package.fulfilment_id, actor=actor)
    forget_check(package.fulfilment_id)
    set_booking(package, BookingState.VOID, next_attempt_at=None)
    set_status(package, PackageStatus.CANCELLED)
    follow_package(package, actor=actor)
    order = order_of(package.pk)
    data = {"package_id": package.pk, "reference": package.reference, "reason": reason}
    if order.status == Order.Status.CANCELLED:
        record(package, "shipment.cancelled", actor=actor, data=data)
        return
    apply_states(
        order.pk,
        actor=actor,
        event_name="shipment.cancelled",
        data=data,
        fulfillment=Order.Fulfillment.ALLOCATED,
        carrier_code="",
        tracking_number="",
        label_printed_count=0,
    )
