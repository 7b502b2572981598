"""What shipping does when it hears of something. Handlers re-read the row and may run twice."""

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import on_event
from oms.kernel.inbox import inbox_handler
from oms.kernel.models import Event, InboxMessage
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem
from shipping.models import BookingState
from shipping.ports import carrier_kind
from shipping.services import booking, replacing, shipments, tracking


class UnknownParcel(LookupError):
    """A callback for a parcel that we do not have (yet): the inbox tries it again later."""


@inbox_handler("ghn")
def receive_ghn(message: InboxMessage) -> None:
    receive_callback("ghn", message)


def receive_callback(carrier_code: str, message: InboxMessage) -> None:
    """Believe a stored callback: find its package within the account and append the report."""
    kind = carrier_kind(carrier_code)
    if kind is None:
        raise LookupError(f"no carrier {carrier_code}")
    update = kind.webhook.parse(bytes(message.body))
    package = tracking.find_package(
        carrier_code, tracking_number=update.tracking_number, reference=update.reference
    )
    if package is None or package.account_id != message.meta.get("account_id"):
        raise UnknownParcel(f"{carrier_code} {update.tracking_number}")
    if package.booking_state == BookingState.UNKNOWN:
        # The callback overtook the answer of create: settle the booking first.
        booking.attempt(package.pk)
    tracking.apply_event(package.pk, update)


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
    """A parcel that was cancelled to be made anew has gone."""
    replacing.finish(event.data["package_id"])


@on_event("shipment.cancel_refused")
def keep_as_it_is(event: Event) -> None:
    replacing.carrier_refused(event.subject_id)
