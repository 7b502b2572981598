"""From a promised order to a package in the carrier's books, and back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Allocation
from oms.kernel.actors import Actor
from oms.kernel.addresses import require_province, validate_ward
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.phones import normalise_phone
from oms.kernel.text import clean_line
from orders.models import Order
from orders.selectors.demands import line_demands
from orders.services.states import apply_states
from shipping.models import (
    BookingState,
    CarrierAccount,
    CodStatus,
    FeePayer,
    Fulfilment,
    FulfilmentLine,
    InspectionNote,
    Package,
)
from shipping.ports import Limits, carrier_for
from shipping.services import booking
from shipping.services.history import record
from shipping.services.voiding import void_package
from shipping.services.writer import order_of, set_booking
from shipping.states import OURS

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SHIPPABLE = frozenset({Order.Fulfillment.ALLOCATED, Order.Fulfillment.RELEASED})
# What a marketplace puts in place of the letters it hides.
MASK = "*"


@dataclass(frozen=True)
class ShipmentRequest:
    """What a person decides about a parcel. `cod_vnd` None means the amount that is due."""

    account_id: int
    service_code: str
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int
    fee_payer: str = FeePayer.SHOP
    inspection_note: str = InspectionNote.LOOK
    cod_vnd: int | None = None
    declared_vnd: int | None = None
    note: str = ""
    warehouse_id: int | None = field(default=None)


def due_cod_vnd(order: Order, *, fee_payer: str) -> int:
    """Unpaid goods plus the buyer's fee; without the fee when the receiver pays the carrier."""
    if not order.is_cod:
        return 0
    fee = order.shipping_fee_buyer_vnd if fee_payer == FeePayer.RECEIVER else 0
    return max(order.total_vnd - fee - order.paid_vnd, 0)


def create_shipment(
    order_id: int, request: ShipmentRequest, *, actor: Actor, may_edit_cod: bool = False
) -> Package:
    """Make the fulfilment, its lines and the package, and ask for its booking.

    The reference is committed before anything is sent. An order that already has an active
    package gets that package back. Raises DomainError with the field at fault.
    """
    account = CarrierAccount.objects.filter(pk=request.account_id, is_active=True).first()
    if account is None:
        raise DomainError(_("Chưa chọn tài khoản vận chuyển."), "account.missing", "account")
    limits = carrier_for(account).limits
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        existing = active_package(order_id)
        if existing is not None:
            return existing
        _check_order(order)
        check_receiver(order)
        warehouse_id, lines = _lines_to_ship(order, request.warehouse_id)
        due_vnd = due_cod_vnd(order, fee_payer=request.fee_payer)
        cod_vnd = due_vnd if request.cod_vnd is None else request.cod_vnd
        if cod_vnd != due_vnd and not may_edit_cod:
            raise DomainError(
                _("Bạn không có quyền sửa tiền thu hộ."), "cod.not_allowed", "cod_vnd"
            )
        check_parcel(request, cod_vnd, limits)
        fulfilment = Fulfilment.objects.create(order=order, warehouse_id=warehouse_id)
        FulfilmentLine.objects.bulk_create(
            FulfilmentLine(fulfilment=fulfilment, order_line_id=line_id, quantity=quantity)
            for line_id, quantity in sorted(lines.items())
        )
        declared_vnd = order.goods_vnd if request.declared_vnd is None else request.declared_vnd
        package = Package.objects.create(
            fulfilment=fulfilment,
            reference=new_reference(order.number),
            account=account,
            carrier_code=account.carrier,
            service_code=request.service_code,
            booking_state=BookingState.QUEUED,
            next_attempt_at=now(),
            weight_g=request.weight_g,
            length_cm=request.length_cm,
            width_cm=request.width_cm,
            height_cm=request.height_cm,
            cod_vnd=cod_vnd,
            cod_status=CodStatus.TO_COLLECT if cod_vnd else CodStatus.NONE,
            declared_vnd=min(declared_vnd, limits.max_declared_vnd),
            fee_payer=request.fee_payer,
            inspection_note=request.inspection_note,
            note=clean_line(request.note, 500, field="note"),
        )
        apply_states(
            order_id,
            actor=actor,
            event_name="shipment.created",
            data={
                "package_id": package.pk,
                "reference": package.reference,
                "carrier": account.carrier,
                "cod_vnd": cod_vnd,
                "cod_due_vnd": due_vnd,
            },
            fulfillment=Order.Fulfillment.RELEASED,
            cod=package.cod_status,
            carrier_code=account.carrier,
            cod_vnd=cod_vnd,
        )
        transaction.on_commit(partial(booking.hurry, package.pk))
    return package


def active_package(order_id: int) -> Package | None:
    """The order's package that is not void, if any."""
    packages = Package.objects.filter(fulfilment__order_id=order_id)
    return packages.exclude(booking_state=BookingState.VOID).order_by("id").first()


def new_reference(order_number: str) -> str:
    """The order's number and four letters, so that no other installation or attempt has it."""
    tail = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(4))
    return f"{order_number}-{tail}"


def _check_order(order: Order) -> None:
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("Đơn đã hủy."), "order.cancelled")
    if order.status == Order.Status.ON_HOLD:
        raise DomainError(_("Đơn đang tạm giữ."), "order.held")
    if order.confirmed_at is None:
        raise DomainError(_("Hãy xác nhận đơn trước khi tạo vận đơn."), "order.not_confirmed")
    if order.fulfillment_status not in SHIPPABLE:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    if not may_ship_ourselves(order):
        raise DomainError(
            _("Sàn che thông tin người nhận: hãy sắp xếp giao với sàn."), "order.masked"
        )


def may_ship_ourselves(order: Order) -> bool:
    """Whether a carrier of ours may have this order.

    A marketplace shows the receiver in clear only when it leaves the shipping to the seller.
    """
    told = (order.recipient_name, order.recipient_phone, order.street)
    return order.shop_ref is None or not any(MASK in text for text in told)


def check_receiver(order: Order) -> None:
    """Refuse an order whose receiver or address is incomplete, naming the field."""
    required = {
        "recipient_name": (order.recipient_name, _("Thiếu tên người nhận.")),
        "recipient_phone": (order.recipient_phone, _("Thiếu số điện thoại người nhận.")),
        "street": (order.street, _("Thiếu địa chỉ người nhận.")),
        "ward": (order.ward, _("Thiếu phường / xã.")),
        "province": (order.province, _("Thiếu tỉnh / thành phố.")),
    }
    for name, (value, message) in required.items():
        if not value.strip():
            raise DomainError(message, f"order.{name}_missing", name)
    normalise_phone(order.recipient_phone, field="recipient_phone")
    validate_ward(order.ward)
    require_province(order.province)


def _lines_to_ship(order: Order, warehouse_id: int | None) -> tuple[int, dict[int, int]]:
    """The warehouse and the pieces per order line that it holds for this order."""
    wanted = {(row.line_id, row.variant_id): row.quantity for row in line_demands([order.pk])}
    held = Allocation.objects.filter(
        holder_kind="order_line",
        holder_id__in={line_id for line_id, _variant in wanted},
        status=Allocation.Status.OPEN,
    ).order_by("warehouse_id", "holder_id")
    by_warehouse: dict[int, dict[tuple[int, int | None], int]] = {}
    for row in held:
        there = by_warehouse.setdefault(row.warehouse_id, {})
        key = row.holder_id, row.variant_id
        there[key] = there.get(key, 0) + row.quantity
    if not by_warehouse:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    if len(by_warehouse) > 1:
        raise DomainError(
            _("Hàng của đơn nằm ở nhiều kho; hãy chuyển về một kho trước khi tạo vận đơn."),
            "order.several_warehouses",
        )
    found, there = by_warehouse.popitem()
    if warehouse_id is not None and warehouse_id != found:
        raise DomainError(_("Kho này không giữ hàng của đơn."), "order.other_warehouse")
    if there != wanted:
        raise DomainError(_("Đơn chưa giữ đủ hàng để tạo vận đơn."), "order.not_allocated")
    return found, dict(order.lines.values_list("pk", "quantity"))


def check_parcel(request: ShipmentRequest, cod_vnd: int, limits: Limits) -> None:
    """Refuse what the carrier would refuse, naming the field."""
    if not 0 < request.weight_g <= limits.max_weight_g:
        raise DomainError(
            _("Khối lượng phải từ 1 đến %(max)s g.") % {"max": limits.max_weight_g},
            "parcel.weight",
            "weight_g",
        )
    for name in ("length_cm", "width_cm", "height_cm"):
        if not 0 < getattr(request, name) <= limits.max_side_cm:
            raise DomainError(
                _("Mỗi cạnh phải từ 1 đến %(max)s cm.") % {"max": limits.max_side_cm},
                "parcel.size",
                name,
            )
    if not 0 <= cod_vnd <= limits.max_cod_vnd:
        raise DomainError(
            _("Tiền thu hộ phải từ 0 đến %(max)s ₫.") % {"max": f"{limits.max_cod_vnd:,}"},
            "parcel.cod",
            "cod_vnd",
        )
    if request.fee_payer not in FeePayer.values:
        raise DomainError(_("Chưa chọn người trả phí."), "parcel.fee_payer", "fee_payer")
    if request.inspection_note not in InspectionNote.values:
        raise DomainError(_("Chưa chọn cách xem hàng."), "parcel.inspection", "inspection_note")


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
