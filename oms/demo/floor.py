"""Parcels on the warehouse floor: a wave that waits for its picker, others that wait for a wave."""

from uuid import UUID

from oms.demo.goods import DEMO
from orders.models import Order
from shipping.models import Package, PickWave
from shipping.services.external import attach_package
from shipping.services.waves import create_wave, release_wave

READY, IN_A_WAVE = 6, 4
# The oldest and the newest orders stay where a first tour of the shop begins.
LEFT_ALONE = 4
WAVE = UUID(int=6)


def create_floor(warehouse_code: str = "TD") -> None:
    """Labelled elsewhere, so that no carrier is asked; a second call adds none."""
    if PickWave.objects.exists():
        return
    waiting = Order.objects.filter(
        tab=Order.Tab.TO_ARRANGE,
        shop_ref=None,
        pickup_code="",
        needs_attention=False,
        warehouse__code=warehouse_code,
    ).order_by("pk")
    chosen = list(waiting)[LEFT_ALONE:-LEFT_ALONE][:READY]
    parcels = [_labelled(order, number) for number, order in enumerate(chosen, start=1)]
    if not parcels:
        return
    place = parcels[0].fulfilment.warehouse_id
    members = [parcel.fulfilment_id for parcel in parcels[:IN_A_WAVE]]
    wave = create_wave(place, members, method=PickWave.Method.BATCH, key=WAVE, actor=DEMO)
    release_wave(wave.pk, actor=DEMO)


def _labelled(order: Order, number: int) -> Package:
    return attach_package(order.pk, "ghn", f"K{number}", f"GHNDEMO{number:03d}", actor=DEMO)
