"""Labels of packages: the rows behind a batch in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from inventory.models import Warehouse
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.phones import show_phone
from orders.models import Order
from shipping.models import BookingState, FulfilmentLine, Package
from shipping.ports import carrier_kind

from .content import Label, LabelItem


def labels_of(packages: Iterable[Package], *, is_counted: bool = False) -> list[Label]:
    """One label a package, in the order given. `packages` come from `packages_for_print`.

    `is_counted` when this print stands already in their count.
    """
    moment, ahead = now(), 0 if is_counted else 1
    return [_label(row, moment, row.label_printed_count + ahead) for row in packages]


def packages_for_print(ids: Sequence[int], visible: QuerySet[Package]) -> list[Package]:
    """The booked packages of `ids` within the queryset `visible`, in the order of `ids`."""
    rows = (
        visible.filter(pk__in=ids, booking_state=BookingState.BOOKED)
        .select_related("account", "fulfilment__order", "fulfilment__warehouse")
        .prefetch_related("fulfilment__lines__order_line__components__variant__product")
    )
    by_id = {package.pk: package for package in rows}
    return [by_id[key] for key in dict.fromkeys(ids) if key in by_id]


def _label(package: Package, moment: datetime, print_number: int) -> Label:
    order = package.fulfilment.order
    warehouse = package.fulfilment.warehouse
    lines = sorted(package.fulfilment.lines.all(), key=lambda row: row.order_line.position)
    return Label(
        carrier_name=carrier_name(package.carrier_code),
        service_name=service_name(package),
        sort_code=package.sort_code,
        tracking_number=package.tracking_number,
        from_name=order.shop_name or warehouse.name,
        from_phone=phone_text(warehouse.phone),
        from_address=address_of(warehouse),
        to_name=order.recipient_name,
        to_phone=phone_text(order.recipient_phone),
        to_address=address_of(order),
        cod_vnd=package.cod_vnd,
        weight_g=package.weight_g,
        size_cm=(package.length_cm, package.width_cm, package.height_cm),
        inspection_note=package.inspection_note,
        note=package.note,
        items=tuple(item for row in lines for item in _items(row)),
        package_code=package.reference,
        order_number=order.number,
        printed_at=moment,
        print_number=print_number,
    )


def _items(row: FulfilmentLine) -> list[LabelItem]:
    """The line, and under a bundle the pieces that go into the box."""
    line = row.order_line
    parts = [
        LabelItem(
            part.variant.sku, part.quantity * row.quantity, part.variant.full_name, is_part=True
        )
        for part in line.components.all()
    ]
    return [LabelItem(line.sku, row.quantity, line.name), *parts]


def carrier_name(code: str) -> str:
    kind = carrier_kind(code)
    return kind.short_name if kind else code.upper()


def service_name(package: Package) -> str:
    kind = carrier_kind(package.carrier_code)
    return kind.services.get(package.service_code, "") if kind else ""


def address_of(place: Order | Warehouse) -> str:
    parts = (place.street, place.ward, place.district, place.province)
    return ", ".join(part for part in parts if part)


def phone_text(phone: str) -> str:
    """A number as people read it; what a channel has masked stays as the channel sent it."""
    is_whole = phone.startswith("+") and phone[1:].isdigit()
    try:
        return show_phone(phone) if is_whole else phone
    except DomainError:
        return phone
