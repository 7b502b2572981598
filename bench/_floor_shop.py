"""Orders with a booked parcel that wait to be picked, made in bulk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.models import Order


def booked_orders(skus: Sequence[str], count: int, *, pieces: int = 1, lines: int = 2) -> list[str]:
    """Confirmed orders of so many pieces of each of `lines` goods; returns tracking numbers."""
    from django.db.models import F

    from orders.models import Order

    orders = Order.objects.filter(pk__in=_placed(skus, count, pieces=pieces, lines=lines))
    numbers = _booked(list(orders.order_by("pk").prefetch_related("lines")))
    orders.update(fulfillment_status="released", status="processing", version=F("version") + 1)
    return numbers


def _placed(skus: Sequence[str], count: int, *, pieces: int, lines: int) -> list[int]:
    from oms.kernel.actors import Actor
    from orders.services.intake import NewLine, NewOrder, place_orders

    batch = [
        NewOrder(
            source="phone",
            recipient_name="Nguyễn Thị Ánh",
            recipient_phone=f"09{number:08d}",
            street="1 Trần Phú",
            ward="Ba Đình",
            province="Hà Nội",
            confirm=True,
            lines=[
                NewLine(
                    sku=skus[(number * lines + line) % len(skus)],
                    quantity=pieces,
                    unit_price_vnd=100_000,
                )
                for line in range(lines)
            ],
        )
        for number in range(count)
    ]
    return [
        row.order_id
        for start in range(0, count, 100)
        for row in place_orders(batch[start : start + 100], actor=Actor.system("bench"))
    ]


def _booked(orders: "list[Order]") -> list[str]:
    """A parcel of each in the only warehouse; returns tracking numbers."""
    from inventory.models import Warehouse
    from shipping.models import BookingState, Fulfilment, FulfilmentLine, Package

    place = Warehouse.objects.get()
    fulfilments = Fulfilment.objects.bulk_create(
        Fulfilment(order=order, warehouse=place) for order in orders
    )
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=row, order_line=line, quantity=line.quantity)
        for row in fulfilments
        for line in row.order.lines.all()
    )
    packages = Package.objects.bulk_create(
        Package(
            fulfilment=row,
            reference=f"{row.order.number}-BENCH",
            carrier_code="ghn",
            booking_state=BookingState.BOOKED,
            tracking_number=f"VD{row.pk:08d}",
            weight_g=500,
        )
        for row in fulfilments
    )
    return [package.tracking_number for package in packages]
