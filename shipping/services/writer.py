"""The only module that assigns a package's states. Each call checks the table of its dimension."""

from typing import Any

from orders.models import Order
from shipping.models import Fulfilment, Package
from shipping.states import BOOKING_FLOW, COD_FLOW, PACKAGE_FLOW


def order_of(package_id: int, *, lock: bool = False) -> Order:
    """The order behind a package. Lock order everywhere: order, package, then stock rows."""
    orders = Order.objects.select_for_update() if lock else Order.objects
    order_id = Package.objects.values_list("fulfilment__order_id", flat=True).get(pk=package_id)
    return orders.get(pk=order_id)


def set_booking(package: Package, state: str, **facts: Any) -> None:
    BOOKING_FLOW.check(package.booking_state, state)
    _save(package, booking_state=state, **facts)


def set_status(package: Package, status: str, **facts: Any) -> None:
    PACKAGE_FLOW.check(package.status, status)
    _save(package, status=status, **facts)
    Fulfilment.objects.filter(pk=package.fulfilment_id).update(status=status)


def set_cod(package: Package, status: str, **facts: Any) -> None:
    COD_FLOW.check(package.cod_status, status)
    _save(package, cod_status=status, **facts)


def _save(package: Package, **values: Any) -> None:
    for name, value in values.items():
        setattr(package, name, value)
    package.save(update_fields=list(values))
