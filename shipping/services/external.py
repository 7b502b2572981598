"""Packages whose logistics a marketplace arranges: we keep its number and its waybill."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import BookingState, Fulfilment, FulfilmentLine, Package
from shipping.services.preflight import SHIPPABLE
from shipping.services.writer import set_booking


def attach_package(
    order_id: int,
    carrier_code: str,
    package_number: str,
    tracking_number: str,
    waybill: bytes | None = None,
    *,
    actor: Actor,
) -> Package:
    """Keep a marketplace's package with its tracking number and, once known, its waybill (PDF).

    A repeat with the same package number brings the row up to date and makes no second one.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        reference = f"{order.number}-{package_number}"[:50]
        package = Package.objects.select_for_update().filter(reference=reference).first()
        if package is None:
            package = _create(order, carrier_code, reference)
        if tracking_number and package.booking_state != BookingState.BOOKED:
            _number(package, order, tracking_number, actor=actor)
    if waybill and not package.waybill:
        keep_waybill(package, waybill)
    return package


def keep_waybill(package: Package, pdf: bytes) -> None:
    """Outside any transaction: only this column is written, the row may have moved meanwhile."""
    package.waybill.save(f"{package.reference}.pdf", ContentFile(pdf), save=False)
    Package.objects.filter(pk=package.pk).update(waybill=package.waybill.name)


def _create(order: Order, carrier_code: str, reference: str) -> Package:
    if order.fulfillment_status not in SHIPPABLE or order.warehouse_id is None:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    fulfilment = order.fulfilments.exclude(status="cancelled").first()
    if fulfilment is None:
        fulfilment = Fulfilment.objects.create(order=order, warehouse_id=order.warehouse_id)
        FulfilmentLine.objects.bulk_create(
            FulfilmentLine(fulfilment=fulfilment, order_line_id=line.pk, quantity=line.quantity)
            for line in order.lines.all()
        )
    return Package.objects.create(
        fulfilment=fulfilment,
        reference=reference,
        carrier_code=carrier_code[:20],
        is_external=True,
        label_printed_count=0,
    )


def _number(package: Package, order: Order, tracking_number: str, *, actor: Actor) -> None:
    set_booking(
        package,
        BookingState.BOOKED,
        tracking_number=tracking_number,
        booked_at=now(),
        checked_at=now(),
    )
    apply_states(
        order.pk,
        actor=actor,
        event_name="shipment.booked",
        data={
            "package_id": package.pk,
            "reference": package.reference,
            "tracking_number": tracking_number,
        },
        fulfillment=Order.Fulfillment.RELEASED,
        carrier_code=package.carrier_code,
        tracking_number=tracking_number,
    )
