"""Sending a package to its carrier exactly once.

`unknown` is committed before each send. A time-out, a crash or an answer that cannot be read
leaves it there, and nothing is sent again until the carrier has said that it has no such parcel.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.kernel import queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import ServiceRefused, ServiceUnreachable
from oms.kernel.locks import LockBusy, redis_lock
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem, resolve_problem
from orders.services.states import apply_states
from shipping.models import BookingState, Package
from shipping.ports import Ability, AlreadyBooked, Booking, Carrier, Parcel, ParcelItem, carrier_for
from shipping.services.history import record
from shipping.services.ledger import follow_package
from shipping.services.receivers import address_form_of, receiver_of, sender_of
from shipping.services.voiding import void_package
from shipping.services.writer import order_of, set_booking

log = logging.getLogger(__name__)

LOCK_SECONDS = 120
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
# Longer than any request lasts: only a process that died leaves a send this old.
DEAD_SEND = timedelta(seconds=30)
SHIPPING = OrderProblem.Kind.SHIPPING


def hurry(package_id: int) -> None:
    """Ask a worker to try now; the sweep finds the package when the message is lost."""
    from shipping.tasks import book_package

    queue.hurry(book_package, package_id)


def attempt(package_id: int) -> str:
    """Take the next step of a package's booking or cancelling; returns its booking state.

    Two workers may be called for one package: one of them does the work.
    """
    try:
        with redis_lock(f"shipping:package:{package_id}", LOCK_SECONDS):
            return _attempt(package_id)
    except LockBusy:
        return Package.objects.values_list("booking_state", flat=True).get(pk=package_id)


def _attempt(package_id: int) -> str:
    package = Package.objects.select_related("account", "fulfilment").get(pk=package_id)
    if package.account is None:
        return package.booking_state
    carrier = carrier_for(package.account)
    from shipping.services import doubts  # it ends what begins here

    if package.booking_state == BookingState.UNKNOWN:
        if Ability.LOOK_UP in carrier.abilities:
            _look_up(package, carrier)
        else:
            doubts.repeat(package, carrier)
    if package.booking_state == BookingState.QUEUED:
        if package.cancel_requested_at:
            _void(package)
        else:
            _send(package, carrier)
    if package.booking_state == BookingState.BOOKED and package.cancel_requested_at:
        _cancel(package, carrier)
    return package.booking_state


def _send(package: Package, carrier: Carrier) -> None:
    parcel = parcel_of(package)
    if not _claim(package):
        return
    try:
        found = carrier.book(parcel)
    except AlreadyBooked as known:
        from shipping.services import doubts

        postpone(package, known, state=BookingState.UNKNOWN)
        doubts.ask_a_person(package, known.message)
    except ServiceRefused as refused:
        _refused(package, refused.message, field=refused.field)
    except ServiceUnreachable as lost:
        postpone(
            package,
            lost,
            state=BookingState.UNKNOWN if lost.maybe_done else BookingState.QUEUED,
        )
    else:
        booked(package, found)


def _claim(package: Package) -> bool:
    """Commit that a send is about to happen; False when the row says that it must not."""
    with transaction.atomic():
        row = Package.objects.select_for_update().get(pk=package.pk)
        package.booking_state, package.cancel_requested_at = (
            row.booking_state,
            row.cancel_requested_at,
        )
        if row.booking_state != BookingState.QUEUED or row.cancel_requested_at:
            return False
        set_booking(
            package,
            BookingState.UNKNOWN,
            booking_attempts=row.booking_attempts + 1,
            next_attempt_at=now() + DEAD_SEND,
        )
    return True


def _look_up(package: Package, carrier: Carrier) -> None:
    """Ask by our key what became of the last send. A failed look-up decides nothing."""
    try:
        found = carrier.find(package.reference)
    except (ServiceUnreachable, ServiceRefused) as failed:
        postpone(package, failed, state=BookingState.UNKNOWN)
        return
    if found is not None:
        booked(package, found)
        return
    with transaction.atomic():
        row = Package.objects.select_for_update().get(pk=package.pk)
        package.booking_state, package.cancel_requested_at = (
            row.booking_state,
            row.cancel_requested_at,
        )
        if row.booking_state == BookingState.UNKNOWN:
            set_booking(package, BookingState.QUEUED, next_attempt_at=now())


def booked(package: Package, found: Booking, *, actor: Actor | None = None) -> None:
    """The carrier has the parcel; only an unknown outcome is settled by it."""
    actor = actor or Actor.partner(package.carrier_code)
    try:
        with transaction.atomic():
            order = order_of(package.pk, lock=True)
            row = Package.objects.select_for_update().get(pk=package.pk)
            package.booking_state = row.booking_state
            package.cancel_requested_at = row.cancel_requested_at
            if row.booking_state != BookingState.UNKNOWN:
                return
            set_booking(
                package,
                BookingState.BOOKED,
                tracking_number=found.tracking_number,
                sort_code=found.sort_code[:60],
                fee_vnd=found.fee_vnd,
                expected_at=found.expected_at,
                raw_status=found.raw_status or package.raw_status,
                booking_error="",
                next_attempt_at=row.cancel_requested_at,
                booked_at=now(),
                checked_at=now(),
            )
            follow_package(package, actor=actor)
            _tell_order(package, order, actor)
    except IntegrityError:
        package.booking_state, package.tracking_number = BookingState.UNKNOWN, ""
        message = _("Hãng trả về mã vận đơn %(code)s đã thuộc kiện khác.")
        _refused(package, message % {"code": found.tracking_number})


def _tell_order(package: Package, order: Order, actor: Actor) -> None:
    data = {
        "package_id": package.pk,
        "reference": package.reference,
        "tracking_number": package.tracking_number,
        "fee_vnd": package.fee_vnd,
    }
    if order.status == Order.Status.CANCELLED:
        record(package, "shipment.booked", actor=actor, data=data)
        return
    apply_states(
        order.pk,
        actor=actor,
        event_name="shipment.booked",
        data=data,
        carrier_code=package.carrier_code,
        tracking_number=package.tracking_number,
    )
    resolve_problem(order.pk, SHIPPING)


def _refused(package: Package, message: str, *, field: str = "") -> None:
    actor = Actor.partner(package.carrier_code)
    with transaction.atomic():
        order = order_of(package.pk, lock=True)
        row = Package.objects.select_for_update().get(pk=package.pk)
        package.booking_state = row.booking_state
        if row.booking_state != BookingState.UNKNOWN:
            return
        set_booking(
            package, BookingState.REFUSED, booking_error=message[:1000], next_attempt_at=None
        )
        record(package, "shipment.refused", actor=actor, data={"message": message})
        if row.cancel_requested_at:
            void_package(package, actor=actor)
        elif order.status != Order.Status.CANCELLED:
            open_problem(order.pk, SHIPPING, message[:500], {"field": field})


def postpone(package: Package, failure: ServiceUnreachable | ServiceRefused, *, state: str) -> None:
    """Keep the doubt (or the place in the queue) and come back later."""
    asked = getattr(failure, "retry_after", None)
    with transaction.atomic():
        row = Package.objects.select_for_update().get(pk=package.pk)
        package.booking_state = row.booking_state
        wait = min(FIRST_WAIT * 2 ** min(row.booking_attempts, 10), LONGEST_WAIT)
        facts = {
            "booking_error": str(failure)[:1000],
            "booking_attempts": row.booking_attempts + 1,
            "next_attempt_at": now() + max(wait, timedelta(seconds=asked or 0)),
        }
        set_booking(package, state, **facts)
    log.warning("booking_postponed package_id=%s state=%s", package.pk, state)


def _void(package: Package) -> None:
    with transaction.atomic():
        order_of(package.pk, lock=True)
        row = Package.objects.select_for_update().select_related("fulfilment").get(pk=package.pk)
        package.booking_state = row.booking_state
        if row.booking_state in (BookingState.QUEUED, BookingState.BOOKED):
            void_package(row, actor=Actor.partner(package.carrier_code))
            package.booking_state = row.booking_state


def _cancel(package: Package, carrier: Carrier) -> None:
    """Cancel at the carrier. A "no" is believed only after reading what the parcel's state is."""
    try:
        result = carrier.cancel(package.tracking_number)
        done = result.done or is_cancelled(carrier, package.tracking_number)
    except (ServiceUnreachable, ServiceRefused) as failed:
        postpone(package, failed, state=BookingState.BOOKED)
        return
    if done:
        _void(package)
        return
    message = _("Hãng không cho hủy vận đơn %(code)s: %(why)s") % {
        "code": package.tracking_number,
        "why": result.message,
    }
    with transaction.atomic():
        order = order_of(package.pk, lock=True)
        Package.objects.filter(pk=package.pk).update(
            cancel_requested_at=None, next_attempt_at=None, booking_error=message[:1000]
        )
        record(package, "shipment.cancel_refused", actor=Actor.partner(package.carrier_code))
        open_problem(order.pk, SHIPPING, message[:500], {"package_id": package.pk})


def is_cancelled(carrier: Carrier, tracking_number: str) -> bool:
    updates = carrier.read(tracking_number)
    return bool(updates) and updates[-1].status == "cancelled"


def parcel_of(package: Package) -> Parcel:
    """The package as the carrier needs it; reads the order's present address."""
    order, form = package.fulfilment.order, address_form_of(package.carrier_code)
    lines = package.fulfilment.lines.select_related("order_line__variant").order_by(
        "order_line__position"
    )
    return Parcel(
        reference=package.reference,
        service_code=package.service_code,
        receiver=receiver_of(order, form),
        sender=sender_of(package.fulfilment.warehouse, form),
        weight_g=package.weight_g,
        length_cm=package.length_cm,
        width_cm=package.width_cm,
        height_cm=package.height_cm,
        cod_vnd=package.cod_vnd,
        declared_vnd=package.declared_vnd,
        fee_payer=package.fee_payer,
        inspection_note=package.inspection_note,
        note=package.note,
        pickup_code=package.pickup_code,
        items=tuple(item_of(row.order_line, row.quantity) for row in lines),
    )


def item_of(line: Any, quantity: int) -> ParcelItem:
    variant = line.variant
    return ParcelItem(
        name=line.name[:200],
        sku=line.sku[:50],
        quantity=quantity,
        price_vnd=line.unit_price_vnd,
        weight_g=(variant.weight_g if variant else 0) or 1,
        length_cm=(variant.length_cm if variant else 0) or 1,
        width_cm=(variant.width_cm if variant else 0) or 1,
        height_cm=(variant.height_cm if variant else 0) or 1,
    )
