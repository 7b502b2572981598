"""Doubts that no look-up can end: a repeat, a callback or a person settles them (ADR 5)."""

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from orders.services.problems import open_problem, resolve_problem
from shipping.models import BookingState, Package
from shipping.ports import Booking, Carrier
from shipping.services.booking import DEAD_SEND, SHIPPING, booked, parcel_of, postpone
from shipping.services.history import record
from shipping.services.voiding import void_package
from shipping.services.writer import order_of, set_booking


def repeat(package: Package, carrier: Carrier) -> None:
    """Send once more where nothing can be asked: the carrier refuses a second under our key.

    Only a booking settles the doubt. A refusal may be of the repeat or of the parcel, so it
    decides nothing: a callback brings the number, or a person does.
    """
    parcel = parcel_of(package)
    with transaction.atomic():
        row = Package.objects.select_for_update().get(pk=package.pk)
        package.booking_state, package.cancel_requested_at = (
            row.booking_state,
            row.cancel_requested_at,
        )
        if row.booking_state != BookingState.UNKNOWN:
            return
        facts = {"booking_attempts": row.booking_attempts + 1, "next_attempt_at": now() + DEAD_SEND}
        set_booking(package, BookingState.UNKNOWN, **facts)
    try:
        found = carrier.book(parcel)
    except (ServiceUnreachable, ServiceRefused) as failed:
        postpone(package, failed, state=BookingState.UNKNOWN)
        if isinstance(failed, ServiceRefused):
            ask_a_person(package, failed.message)
    else:
        booked(package, found)


def ask_a_person(package: Package, why: str) -> None:
    message = _(
        "Chưa rõ hãng đã có vận đơn %(reference)s chưa: %(why)s "
        "Hãy tra trên trang của hãng rồi nhập mã vận đơn, hoặc báo là không có."
    )
    with transaction.atomic():
        order = order_of(package.pk, lock=True)
        if Package.objects.get(pk=package.pk).booking_state == BookingState.UNKNOWN:
            words = {"reference": package.reference, "why": why}
            open_problem(order.pk, SHIPPING, (message % words)[:500], {"package_id": package.pk})


def settle(package_id: int, found: Booking, *, actor: Actor | None = None) -> bool:
    """End a doubt with what a callback or a person says; False when there was none."""
    package = Package.objects.select_related("account", "fulfilment").get(pk=package_id)
    if package.booking_state != BookingState.UNKNOWN:
        return False
    booked(package, found, actor=actor)
    return package.booking_state == BookingState.BOOKED


@transaction.atomic
def say_not_booked(package_id: int, *, actor: Actor) -> bool:
    """A person has looked: the carrier has no such parcel. It may be sent again or given up."""
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().select_related("fulfilment").get(pk=package_id)
    if package.booking_state != BookingState.UNKNOWN:
        return False
    message = _("Đã xác nhận hãng không có vận đơn này.")
    set_booking(package, BookingState.REFUSED, booking_error=message, next_attempt_at=None)
    record(package, "shipment.refused", actor=actor, data={"message": message})
    if package.cancel_requested_at:
        void_package(package, actor=actor)
    resolve_problem(order.pk, SHIPPING, actor=actor)
    return True
