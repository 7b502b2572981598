"""Orders that have left, ready to come back."""

from io import BytesIO
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from inventory.models import StockLevel, Warehouse
from oms.kernel.actors import Actor
from orders.models import Order, Return
from orders.services.lifecycle import confirm_order
from orders.services.returning import NewReturn, open_return
from orders.services.states import apply_states
from orders.services.taking_back import Taken, take_back
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import place

ACTOR = Actor.system("test")
_numbers = count(1)
HANDED_OVER, DELIVERED = Order.Fulfillment.HANDED_OVER, Order.Fulfillment.DELIVERED


def make_goods(*prices: int, units: int = 100) -> SimpleNamespace:
    """A warehouse, a quarantine, and a variant for each price, worth half of it."""
    n = next(_numbers)
    shop = make_warehouse(code=f"TH-K{n}")
    quarantine = make_warehouse(code=f"TH-C{n}", kind=Warehouse.Kind.QUARANTINE)
    goods = [make_variant(f"TH-{n}-{i}", cost_vnd=price // 2) for i, price in enumerate(prices)]
    for variant in goods:
        put(variant, shop, units)
    return SimpleNamespace(shop=shop, quarantine=quarantine, goods=goods)


def sold(*lines, delivered: bool = True, **fields) -> Order:
    """An order of these goods that the buyer has, or that is on its way to him."""
    order = place(*lines, **fields)
    confirm_order(order.pk, actor=ACTOR)
    steps = [HANDED_OVER, DELIVERED] if delivered else [HANDED_OVER]
    for step in steps:
        order = apply_states(order.pk, actor=ACTOR, event_name="order.moved", fulfillment=step)
    return Order.objects.get(pk=order.pk)


def opened(order: Order, items: dict[int, int] | None = None, **fields) -> Return:
    new = NewReturn(origin=fields.pop("origin", "staff"), items=items, **fields)
    return open_return(order.pk, new, actor=ACTOR)


def scanned(document: Return, place: Warehouse, *pieces, key=None) -> Return:
    """Pieces as (variant, quantity, disposition)."""
    taken = [Taken(variant.pk, units, what) for variant, units, what in pieces]
    return take_back(document.pk, taken, warehouse_id=place.pk, key=key or uuid4(), actor=ACTOR)


def on_hand(variant, place: Warehouse) -> int:
    rows = StockLevel.objects.filter(variant=variant, warehouse=place)
    return rows.values_list("on_hand", flat=True).first() or 0


def picture(name: str = "hop.png") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue())
