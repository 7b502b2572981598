"""Parcels that wait on the floor: orders with a booked package, shelves, and scans with a key."""

from itertools import count
from types import SimpleNamespace
from uuid import uuid4

from inventory.models import Bin
from inventory.services.places import set_home
from oms.kernel.actors import Actor
from orders.models import Order
from orders.services.states import apply_states
from shipping.models import (
    BookingState,
    CarrierAccount,
    Fulfilment,
    FulfilmentLine,
    Package,
    PickOrder,
    PickTask,
    PickWave,
)
from shipping.services.pick_pieces import pick
from shipping.services.pick_tasks import claim_task
from shipping.services.waves import create_wave, release_wave
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

ACTOR = Actor.system("test")
_numbers = count(1)


def make_shop(*skus: str, zones: str = "", units: int = 1000) -> SimpleNamespace:
    """A warehouse whose goods stand on shelves in this order; `zones` has a letter for each."""
    warehouse = make_warehouse()
    goods = {}
    for n, sku in enumerate(skus):
        goods[sku] = make_variant(sku, weight_g=200)
        put(goods[sku], warehouse, units)
        zone = zones[n] if zones else ""
        shelf = Bin.objects.create(
            warehouse=warehouse, code=f"{zone or 'K'}-{n + 1:02d}", zone=zone, walking_order=n * 10
        )
        set_home(goods[sku].pk, shelf.pk)
    account = CarrierAccount.objects.create(
        carrier="ghn", name="GHN", shop_id=str(next(_numbers)), credentials={"token": "x"}
    )
    return SimpleNamespace(warehouse=warehouse, goods=goods, account=account)


def waiting(shop: SimpleNamespace, **quantities: int) -> Package:
    """A booked parcel of these goods that waits to be picked."""
    lines = [(shop.goods[sku.replace("_", "-")], n) for sku, n in quantities.items()]
    return booked_parcel(shop, place(*lines, confirm=True))


def booked_parcel(shop: SimpleNamespace, order: Order) -> Package:
    """As the carrier leaves it, without asking one."""
    fulfilment = Fulfilment.objects.create(order=order, warehouse=shop.warehouse)
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=fulfilment, order_line=line, quantity=line.quantity)
        for line in order.lines.all()
    )
    number = f"VD{next(_numbers):05d}"
    package = Package.objects.create(
        fulfilment=fulfilment,
        reference=f"{order.number}-REF",
        account=shop.account,
        carrier_code="ghn",
        booking_state=BookingState.BOOKED,
        tracking_number=number,
        weight_g=500,
    )
    apply_states(
        order.pk,
        actor=ACTOR,
        event_name="shipment.booked",
        fulfillment=Order.Fulfillment.RELEASED,
        carrier_code="ghn",
        tracking_number=number,
    )
    return package


def make_wave(shop: SimpleNamespace, packages: list[Package], method: str) -> PickWave:
    """Planned and released."""
    ids = [package.fulfilment_id for package in packages]
    wave = create_wave(shop.warehouse.pk, ids, method=method, key=uuid4(), actor=ACTOR)
    return release_wave(wave.pk, actor=ACTOR)


def take(task: PickTask, picker_id: int) -> PickTask:
    return claim_task(task.pk, picker_id=picker_id, actor=ACTOR)


def pick_all(task: PickTask, picker_id: int) -> None:
    """Walk the task to its end, row by row."""
    wanted: dict[int, int] = {}
    for line in task.lines.filter(withdrawn_at=None).order_by("walk", "id"):
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.left
    for variant_id, pieces in wanted.items():
        if pieces:
            pick(task.pk, variant_id, pieces, picker_id=picker_id, actor=ACTOR)


def state_of(package: Package) -> tuple[str, str, str]:
    """(order's goods side, fulfilment, package)."""
    package.refresh_from_db()
    order = Order.objects.get(pk=package.fulfilment.order_id)
    return (
        order.fulfillment_status,
        Fulfilment.objects.get(pk=package.fulfilment_id).status,
        (package.status),
    )


def outcomes(wave: PickWave) -> dict[str, str]:
    return dict(PickOrder.objects.filter(wave=wave).values_list("letter", "outcome"))
