"""From a promised order to a package in the carrier's books, and back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import (
    BookingState,
    CarrierAccount,
    CodStatus,
    Fulfilment,
    FulfilmentLine,
    Package,
)
from shipping.ports import Limits, carrier_for
from shipping.services import booking
from shipping.services.history import record
from shipping.services.preflight import (
    ShipmentRequest,
    active_account,
    check_order,
    check_own_carrier,
    check_parcel,
    check_receiver,
    chosen_box,
    due_cod_vnd,
    lines_to_ship,
    usual_service,
)
from shipping.services.voiding import void_package
from shipping.services.writer import order_of, set_booking
from shipping.states import OURS

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Cash:
    """What the carrier shall collect, and what is due by the order itself."""

    cod_vnd: int
    due_vnd: int


def create_shipment(
    order_id: int,
    request: ShipmentRequest,
    *,
    actor: Actor,
    may_edit_cod: bool = False,
    route: dict[str, Any] | None = None,
) -> Package:
    """Make the fulfilment, its lines and the package, and ask for its booking.

    `route` is why it goes this way, kept with the fulfilment. The reference is committed before
    anything is sent. An order that already has an active package gets that package back. Raises
    DomainError with the field at fault.
    """
    account = active_account(request.account_id)
    limits = carrier_for(account).limits
    if active_package(order_id) is None:
        check_order(Order.objects.get(pk=order_id))  # what we know ourselves nobody is asked about
        check_own_carrier(order_id)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        existing = active_package(order_id)
        if existing is not None:
            return existing
        check_order(order)
        check_receiver(order)
        warehouse_id, lines = lines_to_ship(order, request.warehouse_id)
        cash = _cash(order, request, may_edit=may_edit_cod)
        check_parcel(request, cash.cod_vnd, limits)
        fulfilment = _fulfilment(order, warehouse_id, lines, route)
        package = _package(fulfilment, account, request, cash, limits)
        _tell_order(package, cash, actor=actor)
        transaction.on_commit(partial(booking.hurry, package.pk))
    return package


def _cash(order: Order, request: ShipmentRequest, *, may_edit: bool) -> Cash:
    due_vnd = due_cod_vnd(order, fee_payer=request.fee_payer)
    cod_vnd = due_vnd if request.cod_vnd is None else request.cod_vnd
    if cod_vnd != due_vnd and not may_edit:
        raise DomainError(_("Bạn không có quyền sửa tiền thu hộ."), "cod.not_allowed", "cod_vnd")
    return Cash(cod_vnd, due_vnd)


def _fulfilment(
    order: Order, warehouse_id: int, lines: dict[int, int], route: dict[str, Any] | None
) -> Fulfilment:
    """What this warehouse ships: pieces per order line."""
    fulfilment = Fulfilment.objects.create(order=order, warehouse_id=warehouse_id, route=route)
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=fulfilment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in sorted(lines.items())
    )
    return fulfilment


def _package(
    fulfilment: Fulfilment,
    account: CarrierAccount,
    request: ShipmentRequest,
    cash: Cash,
    limits: Limits,
) -> Package:
    """The box under a reference of its own, waiting to be booked."""
    order = fulfilment.order
    declared_vnd = order.goods_vnd if request.declared_vnd is None else request.declared_vnd
    box = chosen_box(request.box_id)
    return Package.objects.create(
        fulfilment=fulfilment,
        reference=new_reference(order.number),
        account=account,
        carrier_code=account.carrier,
        service_code=request.service_code or usual_service(account, request.weight_g),
        booking_state=BookingState.QUEUED,
        next_attempt_at=now(),
        weight_g=request.weight_g,
        length_cm=request.length_cm,
        width_cm=request.width_cm,
        height_cm=request.height_cm,
        box=box,
        box_cost_vnd=box.cost_vnd if box else 0,
        cod_vnd=cash.cod_vnd,
        cod_status=CodStatus.TO_COLLECT if cash.cod_vnd else CodStatus.NONE,
        declared_vnd=min(declared_vnd, limits.max_declared_vnd),
        fee_payer=request.fee_payer,
        inspection_note=request.inspection_note,
        note=clean_line(request.note, 500, field="note"),
        pickup_code=request.pickup_code,
        pickup_label=request.pickup_label,
    )


def _tell_order(package: Package, cash: Cash, *, actor: Actor) -> None:
    apply_states(
        package.fulfilment.order_id,
        actor=actor,
        event_name="shipment.created",
        data={
            "package_id": package.pk,
            "reference": package.reference,
            "carrier": package.carrier_code,
            "cod_vnd": cash.cod_vnd,
            "cod_due_vnd": cash.due_vnd,
        },
        fulfillment=Order.Fulfillment.RELEASED,
        cod=package.cod_status,
        carrier_code=package.carrier_code,
        cod_vnd=cash.cod_vnd,
    )


def active_package(order_id: int) -> Package | None:
    """The order's package that is not void, if any."""
    packages = Package.objects.filter(fulfilment__order_id=order_id)
    return packages.exclude(booking_state=BookingState.VOID).order_by("id").first()


def new_reference(order_number: str) -> str:
    """The order's number and four letters, so that no other installation or attempt has it."""
    tail = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(4))
    return f"{order_number}-{tail}"


def retry_booking(package_id: int, *, actor: Actor) -> Package:
    """Send a refused package again, or look an unknown one up at once. Else nothing changes."""
    with transaction.atomic():
        order_of(package_id, lock=True)
        package = Package.objects.select_for_update().get(pk=package_id)
        if package.booking_state == BookingState.REFUSED:
            set_booking(package, BookingState.QUEUED, booking_error="", next_attempt_at=now())
        elif package.booking_state in (BookingState.QUEUED, BookingState.UNKNOWN):
            Package.objects.filter(pk=package.pk).update(next_attempt_at=now())
        else:
            return package
        record(package, "shipment.retried", actor=actor)
        transaction.on_commit(partial(booking.hurry, package.pk))
    return package


def cancel_shipment(package_id: int, *, actor: Actor, reason: str = "") -> Package:
    """Take the package out of the carrier's books; the order goes back to its stock promise.

    Not sent yet: void at once. Outcome unknown or booked: a task asks the carrier, and the package
    stays until the carrier has said yes. A second call changes nothing. Raises DomainError once
    the parcel has left.
    """
    with transaction.atomic():
        order_of(package_id, lock=True)
        package = Package.objects.select_for_update().get(pk=package_id)
        if package.booking_state == BookingState.VOID or package.cancel_requested_at:
            return package
        if package.status not in OURS:
            raise DomainError(_("Kiện đã rời kho, không hủy được vận đơn nữa."), "package.has_left")
        if package.booking_state in (BookingState.QUEUED, BookingState.REFUSED):
            void_package(package, actor=actor, reason=reason)
            return package
        package.cancel_requested_at = now()
        package.next_attempt_at = now()
        package.save(update_fields=["cancel_requested_at", "next_attempt_at"])
        record(package, "shipment.cancel_requested", actor=actor, data={"reason": reason})
        transaction.on_commit(partial(booking.hurry, package.pk))
    return package


def packages_due(limit: int = 200) -> Sequence[int]:
    """Packages whose booking or cancelling waits for an attempt, oldest first."""
    waiting = Package.objects.filter(
        next_attempt_at__lte=now() + timedelta(seconds=1),
        booking_state__in=[BookingState.QUEUED, BookingState.UNKNOWN, BookingState.BOOKED],
    )
    return list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])
