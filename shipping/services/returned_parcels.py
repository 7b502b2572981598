"""Parcels that turn back: they open the return of their order, and come to rest with it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from orders.models import Order, Return
from orders.services.returning import REFUSED_AT_DOOR, NewReturn, open_return, withdraw_source
from orders.services.states import apply_states
from shipping.models import BookingState, CodStatus, Package, PackageStatus
from shipping.services.writer import set_cod, set_status
from shipping.states import may_move

S = PackageStatus
SOURCE, PART = "package", "package_part"
ON_ITS_WAY = (S.RETURNING, S.RETURNED)
FORWARD = (S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED)


def follow(package: Package, after: str, *, actor: Actor) -> None:
    """In the transaction of the report: a parcel that turned back, or was delivered after all."""
    if after in ON_ITS_WAY:
        lines = package.fulfilment.lines.values_list("order_line_id", "quantity")
        _open(package, SOURCE, dict(lines), package.status_at, actor)
    elif after in FORWARD:
        reason = _("Hãng vẫn giao cho khách.")
        withdraw_source(SOURCE, package.pk, reason=reason, actor=actor)


def open_partial(package: Package, since: datetime, *, actor: Actor) -> None:
    """The buyer kept a part: what comes back nobody says before it is scanned."""
    _open(package, PART, {}, since, actor)


def _open(
    package: Package, kind: str, items: dict[int, int], since: datetime | None, actor: Actor
) -> None:
    order = package.fulfilment.order
    left = {line.pk: line.quantity - line.returned for line in order.lines.all()}
    new = NewReturn(
        origin=Return.Origin.CARRIER,
        items={pk: min(units, left.get(pk, 0)) for pk, units in items.items()},
        status=Return.Status.COMING,
        reason_code=REFUSED_AT_DOOR if order.delivered_at is None else "",
        tracking_number=package.tracking_number,
        source=(kind, package.pk),
        started_at=since or now(),
    )
    if any(left.values()):
        open_return(order.pk, new, actor=actor)


@transaction.atomic
def come_to_rest(return_id: int, *, actor: Actor) -> None:
    """Parcels of an order that is all back are back, whatever their carriers still have to say.

    A repeat changes nothing.
    """
    order_id = Return.objects.values_list("order_id", flat=True).get(pk=return_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.fulfillment_status != Order.Fulfillment.RETURNED:
        return
    rows = Package.objects.select_for_update().filter(fulfilment__order=order)
    for package in rows.exclude(booking_state=BookingState.VOID).order_by("pk"):
        if may_move(package.status, S.RETURNED):
            set_status(package, S.RETURNED)
            if package.cod_status == CodStatus.TO_COLLECT:
                set_cod(package, CodStatus.NONE)
    if order.cod_status == Order.Cod.TO_COLLECT:
        cod = Order.Cod.NONE.value
        apply_states(order_id, actor=actor, event_name="shipment.returned", cod=cod)
