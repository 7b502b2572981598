"""Three orders that nearly every filter of the list tells apart."""

from datetime import timedelta

from inventory.models import Variant
from oms.kernel.clock import now
from orders.models import Order
from tests.orders.makers import place


def three(shirt: Variant) -> dict[str, Order]:
    """A is plain; B is confirmed, paid on delivery, of many pieces; C came from a shop."""
    moment = now()
    a = place((shirt, 1), recipient_name="A", source="zalo", province="Hà Nội")
    b = place(
        (shirt, 12),
        recipient_name="B",
        confirm=True,
        is_cod=True,
        province="Đà Nẵng",
        ward="Hải Châu",
        ship_by_at=moment + timedelta(hours=3),
    )
    c = place(
        (shirt, 1),
        ("MU-DO", 2),
        recipient_name="C",
        source="shopee",
        shop_ref=7,
        shop_name="Áo Xinh",
        remote_id="X1",
        province="Hà Nội",
        ship_by_at=moment - timedelta(hours=1),
        placed_at=moment - timedelta(days=3),
    )
    return {"A": a, "B": b, "C": c}
