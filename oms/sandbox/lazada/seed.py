"""The first day: two sellers with their goods and orders in the states worth seeing."""

from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.people import HOUR_S, address
from oms.sandbox.lazada.catalogue import (
    FIRST_SELLER,
    SECOND_SELLER,
    SELLERS,
    products,
    selling_price,
)
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.selling import Selling

# seller, person, cod, status, hours ago, goods, seller voucher, platform voucher, note
FIRST_ORDERS: tuple[
    tuple[int, int, bool, str, int, tuple[tuple[str, int], ...], int, int, str], ...
] = (
    (FIRST_SELLER, 0, True, "pending", 3, (("AT-DEN-M", 2),), 5_000, 15_000, "Giao giờ hành chính"),
    (FIRST_SELLER, 1, False, "pending", 5, (("NOI-5L", 1), ("MU-LT", 1)), 0, 0, ""),
    (FIRST_SELLER, 2, True, "pending", 8, (("SRM-120", 3),), 0, 10_000, "Gọi trước khi giao"),
    (FIRST_SELLER, 3, False, "packed", 20, (("BINH-750", 1),), 0, 0, ""),
    (FIRST_SELLER, 4, False, "unpaid", 0, (("VAY-HOA-M", 1),), 0, 0, ""),
    (SECOND_SELLER, 5, True, "pending", 6, (("TUI-VAI", 2),), 0, 0, ""),
)


def line_of(found: tuple[Document, Document], quantity: int, **more: Any) -> Document:
    """A line as `Selling.place` wants it, at today's price unless told."""
    product, row = found
    price = more.pop("price", None)
    told = selling_price(row) if price is None else int(price)
    return {"product": product, "row": row, "quantity": quantity, "price": told, **more}


def fill(memory: Memory, selling: Selling) -> None:
    """Write the first day down, once: a memory that has sellers is left alone."""
    if memory.sellers():
        return
    now = memory.now()
    for seller in SELLERS:
        memory.save_seller({**seller, "linked": False})
        for product in products(int(str(seller["seller_id"])), now):
            memory.save_product(product)
    for seller_id, person, cod, status, hours, goods, mine, theirs, note in FIRST_ORDERS:
        lines = []
        for sku, quantity in goods:
            found = memory.by_sku(seller_id, sku)
            if found is None:
                raise LookupError(sku)
            lines.append(line_of(found, quantity))
        wanted = {
            "seller_id": seller_id,
            "lines": lines,
            "buyer_id": 412_340_900 + person,
            "address": address(person),
            "cod": cod,
            "status": status,
            "note": note,
            "shipping_fee": 15_000,
            "voucher_seller": mine,
            "voucher_platform": theirs,
            "created": now - hours * HOUR_S,
        }
        selling.place(wanted, push=False)
