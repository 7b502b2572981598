"""Giving packages to the carrier: the goods leave the books at that moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.services import stock
from inventory.services.lot_check import refuse_expired
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import BookingState, Package, PackageStatus
from shipping.services.writer import order_of, set_status
from shipping.states import OURS


@dataclass
class HandedOver:
    """What left, and what did not with the reason to show."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def hand_over(package_ids: Iterable[int], *, actor: Actor) -> HandedOver:
    """Hand packages to their carriers: on hand and reserved go down, the order is shipped.

    Each package is its own transaction, so one that cannot leave keeps no other back. A package
    that has already left counts as done.
    """
    result = HandedOver()
    for package_id in sorted(set(package_ids)):
        try:
            hand_over_one(package_id, actor=actor)
        except DomainError as refusal:
            result.refused[package_id] = refusal.message
        else:
            result.done.append(package_id)
    return result


@transaction.atomic
def hand_over_one(package_id: int, *, actor: Actor) -> Package:
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    if package.status not in OURS and package.status != PackageStatus.CANCELLED:
        return package
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("ĐƠN ĐÃ HỦY — giữ kiện lại."), "order.cancelled")
    if order.status == Order.Status.ON_HOLD:
        raise DomainError(_("Đơn đang tạm giữ."), "order.held")
    if package.booking_state != BookingState.BOOKED:
        raise DomainError(_("Kiện chưa có mã vận đơn."), "package.not_booked")
    if package.cancel_requested_at:
        raise DomainError(_("Vận đơn đang chờ hủy."), "package.cancelling")
    refuse_expired("order_line", line_ids(package))
    leave(package, order, actor=actor)
    return package


def line_ids(package: Package) -> list[int]:
    return list(package.fulfilment.lines.values_list("order_line_id", flat=True))


def leave(package: Package, order: Order, *, actor: Actor) -> None:
    """Inside the caller's transaction, order and package locked: the goods go out once."""
    set_status(package, PackageStatus.HANDED_OVER, handed_over_at=now())
    stock.consume("order_line", line_ids(package), cause=("package", package.pk), actor=actor)
    apply_states(
        order.pk,
        actor=actor,
        event_name="order.shipped",
        data={"package_id": package.pk, "tracking_number": package.tracking_number},
        fulfillment=Order.Fulfillment.HANDED_OVER,
    )
