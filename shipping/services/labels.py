"""What happens to packages when their labels come out of the printer."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from oms.kernel.actors import Actor
from orders.services.states import apply_states
from shipping.models import BookingState, Package, PackageStatus
from shipping.services.writer import order_of, set_status
from shipping.states import OURS


def confirm_printed(package_ids: Iterable[int], *, actor: Actor) -> int:
    """A person says that the labels are on paper; returns how many packages were counted.

    The count is what the next print shows as "in lại".
    """
    return sum(_confirm(package_id, actor=actor) for package_id in sorted(set(package_ids)))


@transaction.atomic
def _confirm(package_id: int, *, actor: Actor) -> bool:
    order = order_of(package_id, lock=True)
    changed = Package.objects.filter(pk=package_id, booking_state=BookingState.BOOKED).update(
        label_printed_count=F("label_printed_count") + 1
    )
    if not changed:
        return False
    apply_states(
        order.pk,
        actor=actor,
        event_name="label.printed",
        data={"package_id": package_id, "count": order.label_printed_count + 1},
        label_printed_count=order.label_printed_count + 1,
    )
    return True


def mark_packed(package_ids: Iterable[int], *, actor: Actor) -> int:
    """Packages whose goods are in the box wait for the carrier; returns how many moved."""
    return sum(_pack(package_id, actor=actor) for package_id in sorted(set(package_ids)))


@transaction.atomic
def _pack(package_id: int, *, actor: Actor) -> bool:
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    ready = package.booking_state == BookingState.BOOKED and package.status in OURS
    if not ready or package.status == PackageStatus.PACKED:
        return False
    set_status(package, PackageStatus.PACKED)
    apply_states(
        order.pk,
        actor=actor,
        event_name="shipment.packed",
        data={"package_id": package.pk},
        fulfillment=PackageStatus.PACKED.value,
    )
    return True
