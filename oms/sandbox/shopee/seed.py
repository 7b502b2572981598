"""The first day: two shops with their goods and a dozen orders in the states worth seeing."""

from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.people import HOUR_S, address
from oms.sandbox.shopee.catalogue import FIRST_SHOP, SECOND_SHOP, SHOPS, listings
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.model import GHN, OWN_FLEET, SPX
from oms.sandbox.shopee.selling import Selling, order_line

TRICKY_NOTE = "<b>Giao nhanh</b> giúp mình nhé 🎁❤️ <script>alert('xin chào')</script>"
UNKNOWN_SKU = "KHAN-BANDANA"

# shop, person, channel, cod, status, hours ago, goods, note
FIRST_ORDERS: tuple[tuple[int, int, Any, bool, str, int, tuple[tuple[str, int], ...], str], ...] = (
    (FIRST_SHOP, 0, OWN_FLEET, True, "READY_TO_SHIP", 3, (("AT-DEN-M", 2),), "Giao giờ hành chính"),
    (FIRST_SHOP, 1, OWN_FLEET, True, "READY_TO_SHIP", 5, (("NOI-5L", 1),), "Gọi trước khi giao"),
    (FIRST_SHOP, 8, OWN_FLEET, True, "READY_TO_SHIP", 7, (("VAY-HOA-S", 1), ("TUI-VAI", 1)), ""),
    (FIRST_SHOP, 2, SPX, True, "READY_TO_SHIP", 2, (("AT-TRANG-L", 1), ("MU-LT", 1)), ""),
    (FIRST_SHOP, 3, SPX, False, "READY_TO_SHIP", 4, (("SRM-120", 3),), ""),
    (FIRST_SHOP, 4, GHN, False, "READY_TO_SHIP", 9, (("BINH-750", 2),), ""),
    (FIRST_SHOP, 5, SPX, False, "READY_TO_SHIP", 11, (("OP-14", 1),), TRICKY_NOTE),
    (FIRST_SHOP, 6, SPX, False, "READY_TO_SHIP", 13, ((UNKNOWN_SKU, 1), ("AT-DEN-L", 1)), ""),
    (FIRST_SHOP, 7, SPX, False, "UNPAID", 1, (("VAY-HOA-M", 1),), ""),
    (FIRST_SHOP, 9, SPX, False, "IN_CANCEL", 16, (("AT-TRANG-M", 1),), ""),
    (SECOND_SHOP, 10, SPX, True, "READY_TO_SHIP", 6, (("AT-DEN-M", 1), ("SRM-120", 1)), ""),
    (SECOND_SHOP, 11, SPX, False, "READY_TO_SHIP", 20, (("BINH-750", 1),), ""),
)


def buyer(person: int) -> Document:
    return {"user_id": 512_340_900 + person, "username": f"nguoimua_{person + 1:02d}"}


def payment_method(*, cod: bool) -> str:
    return "Cash on Delivery" if cod else "ShopeePay"


def fill(memory: Memory, selling: Selling) -> None:
    """Write the first day down, once: a memory that has shops is left alone."""
    if memory.shops():
        return
    now = memory.now()
    for shop_id, name in SHOPS:
        memory.save_shop(
            {"shop_id": shop_id, "name": name, "linked": False, "auth_time": 0, "expire_time": 0}
        )
        for item in listings(shop_id, now):
            memory.save_item(item)
    for shop_id, person, channel, cod, status, hours, goods, note in FIRST_ORDERS:
        lines = []
        for sku, quantity in goods:
            found = memory.by_sku(shop_id, sku)
            if found is None:
                raise LookupError(sku)
            lines.append(order_line(*found, quantity))
        wanted = {
            "shop_id": shop_id,
            "lines": lines,
            "buyer": buyer(person),
            "address": address(person),
            "cod": cod,
            "channel_id": channel.id,
            "masked": not channel.own_fleet,
            "status": status,
            "note": note,
            "shipping_fee": 16_500,
            "payment_method": payment_method(cod=cod),
            "create_time": now - hours * HOUR_S,
            "packages": 1,
        }
        selling.place(wanted, push=False)
