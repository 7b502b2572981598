"""The only module that assigns a package's states. Each call checks the table of its dimension."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce

from orders.models import Order
from shipping.models import BookingState, CodStatus, Fulfilment, Package
from shipping.picking.states import FLOOR_FLOW
from shipping.states import BOOKING_FLOW, COD_FLOW, PACKAGE_FLOW


def order_of(package_id: int, *, lock: bool = False) -> Order:
    """The order behind a package. Lock order everywhere: order, package, then stock rows."""
    orders = Order.objects.select_for_update(no_key=True) if lock else Order.objects
    of_package = Package.objects.filter(pk=package_id).values("fulfilment__order_id")
    return orders.get(pk=of_package[:1])


def set_booking(package: Package, state: str, **facts: Any) -> None:
    BOOKING_FLOW.check(package.booking_state, state)
    _save(package, booking_state=state, **facts)


def set_status(package: Package, status: str, **facts: Any) -> None:
    PACKAGE_FLOW.check(package.status, status)
    _save(package, status=status, **facts)
    Fulfilment.objects.filter(pk=package.fulfilment_id).update(status=status)


def set_floor_status(fulfilment_ids: Collection[int], status: str) -> None:
    """A step of ours, for the packages of many fulfilments; one that is elsewhere stays there."""
    before = [state for state in FLOOR_FLOW.states if FLOOR_FLOW.allows(state, status)]
    packages = Package.objects.filter(fulfilment__in=fulfilment_ids, status__in=before)
    packages.exclude(booking_state=BookingState.VOID).update(status=status)
    Fulfilment.objects.filter(pk__in=fulfilment_ids, status__in=before).update(status=status)


def set_cod(package: Package, status: str, **facts: Any) -> None:
    COD_FLOW.check(package.cod_status, status)
    _save(package, cod_status=status, **facts)


def _save(package: Package, **values: Any) -> None:
    for name, value in values.items():
        setattr(package, name, value)
    package.save(update_fields=list(values))


def set_cod_stated(package_ids: Collection[int], moment: datetime) -> tuple[list[int], list[int]]:
    """Cash of these locked packages is listed in a statement: those that moved, and among them
    those of whose cash nobody had heard before."""
    before = [state for state in COD_FLOW.states if COD_FLOW.allows(state, CodStatus.IN_STATEMENT)]
    packages = Package.objects.filter(pk__in=package_ids, cod_status__in=before)
    states = dict(packages.values_list("pk", "cod_status"))
    Package.objects.filter(pk__in=states).update(
        cod_status=CodStatus.IN_STATEMENT,
        cod_stated_at=moment,
        cod_collected_at=Coalesce("cod_collected_at", "status_at", Value(moment)),
    )
    unheard = [pk for pk, state in states.items() if state == CodStatus.TO_COLLECT]
    return sorted(states), sorted(unheard)
