"""What shipping does when it hears of something. Handlers re-read the row and may run twice."""

from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import on_event
from oms.kernel.inbox import inbox_handler
from oms.kernel.models import Event, InboxMessage
from oms.kernel.queue import hurry
from oms.kernel.text import without_nul
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem
from orders.services.profits import count_many
from shipping import tasks
from shipping.models import BookingState, Package, StatementLine
from shipping.ports import Ability, Booking, CarrierKind, TrackingUpdate, carrier_kind
from shipping.services import (
    booking,
    doubts,
    own_labels,
    replacing,
    returned_parcels,
    shipments,
    short_picks,
    tracking,
)
from shipping.services.withdrawals import stop_orders


class UnknownParcel(LookupError):
    """A callback for a parcel that we do not have (yet): the inbox tries it again later."""


@inbox_handler("ghn")
def receive_ghn(message: InboxMessage) -> None:
    receive_callback("ghn", message)


@inbox_handler("viettel_post")
def receive_viettel_post(message: InboxMessage) -> None:
    receive_callback("viettel_post", message)


@inbox_handler("ghtk")
def receive_ghtk(message: InboxMessage) -> None:
    receive_callback("ghtk", message)


def receive_callback(carrier_code: str, message: InboxMessage) -> None:
    """Believe a stored callback: find its package within the account and append the report."""
    kind = carrier_kind(carrier_code)
    if kind is None:
        raise LookupError(f"no carrier {carrier_code}")
    update = kind.webhook.parse(without_nul(bytes(message.body)))
    package = tracking.find_package(
        carrier_code, tracking_number=update.tracking_number, reference=update.reference
    )
    if package is None or package.account_id != message.meta.get("account_id"):
        raise UnknownParcel(f"{carrier_code} {update.tracking_number}")
    if package.booking_state == BookingState.UNKNOWN:
        # The callback overtook the answer of create: settle the booking first.
        settle(package.pk, kind, update)
    tracking.apply_event(package.pk, update)


def settle(package_id: int, kind: CarrierKind, update: TrackingUpdate) -> None:
    """The look-up knows more than a callback; where there is none, the callback has to do."""
    if Ability.LOOK_UP in kind.abilities:
        booking.attempt(package_id)
        return
    found = Booking(
        update.tracking_number,
        fee_vnd=update.fee_vnd,
        expected_at=update.expected_at,
        raw_status=update.raw_status,
    )
    doubts.settle(package_id, found)


@on_event("order.cancelled")
def cancel_parcel(event: Event) -> None:
    """A cancelled order's parcel is cancelled at the carrier; one that has left is a problem."""
    order = Order.objects.get(pk=event.subject_id)
    package = shipments.active_package(order.pk)
    if order.status != Order.Status.CANCELLED or package is None or package.is_external:
        return
    try:
        shipments.cancel_shipment(
            package.pk, actor=Actor.system("order-cancelled"), reason=order.cancel_reason
        )
    except DomainError as refusal:
        open_problem(
            order.pk, OrderProblem.Kind.SHIPPING, refusal.message, {"package_id": package.pk}
        )


@on_event("shipment.cancelled")
def book_again(event: Event) -> None:
    """A parcel that was cancelled to be made anew, or because goods are missing, has gone."""
    replacing.finish(event.data["package_id"])
    short_picks.finish_split(event.data["package_id"])


@on_event("shipment.cancel_refused")
def keep_as_it_is(event: Event) -> None:
    replacing.carrier_refused(event.subject_id)
    short_picks.give_up_split(event.subject_id, _("Hãng không cho hủy vận đơn."))


@on_event("shipment.booked")
def fetch_label_ahead(event: Event) -> None:
    """A carrier's own label is fetched before anybody asks for it."""
    package = Package.objects.select_related("account").get(pk=event.data["package_id"])
    if own_labels.wants_own_label(package):
        hurry(tasks.fetch_own_label, package.pk)


@on_event("return.received")
def parcels_are_back(event: Event) -> None:
    """The scan at our door says more than the carrier's last report."""
    returned_parcels.come_to_rest(event.subject_id, actor=Actor.system("return-received"))


@on_event("order.cancelled", "order.held")
def stop_picking(event: Event) -> None:
    """Nobody goes on picking for an order that was stopped."""
    stop_orders([event.subject_id], actor=Actor.system("order-stopped"))


@on_event("statement.read")
def count_what_delivery_cost(event: Event) -> None:
    """With the statement it is settled what sending its parcels cost their orders."""
    lines = StatementLine.objects.filter(statement=event.subject_id, package__isnull=False)
    count_many(lines.values_list("package__fulfilment__order", flat=True))
