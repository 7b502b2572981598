"""What happens to packages when their labels come out of the printer."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import BookingState, Package, PackageStatus
from shipping.services.writer import order_of, set_status
from shipping.states import OURS

REPRINT_REASONS = (
    gettext_lazy("Nhãn mờ, rách"),
    gettext_lazy("Kẹt giấy, hết giấy"),
    gettext_lazy("Mất nhãn"),
    gettext_lazy("In sai khổ giấy"),
)
REASON_LENGTH = 100


def confirm_printed(package_ids: Iterable[int], *, actor: Actor, reason: str = "") -> int:
    """A person says that the labels are on paper; returns how many packages were counted.

    The count is what the next print shows as "IN LẠI". Raises DomainError when one of them was
    printed before and no reason is given: nothing is counted then.
    """
    ids = sorted(set(package_ids))
    if not reason and Package.objects.filter(pk__in=ids, label_printed_count__gt=0).exists():
        raise DomainError(
            _("Có nhãn đã in trước đó: hãy ghi lý do in lại."), "label.reprint_reason", "reason"
        )
    return sum(_confirm(package_id, actor=actor, reason=reason) for package_id in ids)


@transaction.atomic
def _confirm(package_id: int, *, actor: Actor, reason: str) -> bool:
    order = order_of(package_id, lock=True)
    changed = Package.objects.filter(pk=package_id, booking_state=BookingState.BOOKED).update(
        label_printed_count=F("label_printed_count") + 1
    )
    if not changed:
        return False
    apply_states(
        order,
        actor=actor,
        event_name="label.printed",
        data={
            "package_id": package_id,
            "count": order.label_printed_count + 1,
            "reason": reason[:REASON_LENGTH],
        },
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
    pack(order, package, actor=actor)
    return True


def pack(order: Order, package: Package, *, actor: Actor, **facts: Any) -> None:
    """A package that may be packed is; the caller has locked its order and it."""
    set_status(package, PackageStatus.PACKED, **facts)
    apply_states(
        order,
        actor=actor,
        event_name="shipment.packed",
        data={"package_id": package.pk},
        fulfillment=PackageStatus.PACKED.value,
    )
