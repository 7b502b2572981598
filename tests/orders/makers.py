"""The smallest valid orders, made through intake as in life."""

import itertools
from dataclasses import replace

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.books import check_books
from orders.models import Order
from orders.services.intake import NewLine, NewOrder, Placed, place_orders

ACTOR = Actor.system("test")
_numbers = itertools.count(1)


def new_order(*lines: tuple[Variant | str, int], **fields) -> NewOrder:
    number = next(_numbers)
    base = NewOrder(
        source="phone",
        recipient_name="Nguyễn Thị Ánh",
        recipient_phone=f"09{number:08d}",
        street="1 Trần Phú",
        ward="Ba Đình",
        province="Hà Nội",
        lines=[
            NewLine(
                sku=goods if isinstance(goods, str) else goods.sku,
                name=goods if isinstance(goods, str) else "",
                quantity=quantity,
                unit_price_vnd=100_000,
            )
            for goods, quantity in lines
        ],
    )
    return replace(base, **fields)


def place(*lines: tuple[Variant | str, int], **fields) -> Order:
    placed = place_one(new_order(*lines, **fields))
    assert placed.order_id is not None, placed.problem
    return Order.objects.get(pk=placed.order_id)


def place_one(new: NewOrder) -> Placed:
    [placed] = place_orders([new], actor=ACTOR)
    return placed


def books_agree() -> bool:
    return not any(check_books().values())
