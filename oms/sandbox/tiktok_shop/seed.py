"""The first day: four shops of two accounts, and orders in the states worth seeing."""

from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.people import HOUR_S, address
from oms.sandbox.tiktok_shop.catalogue import (
    ACCOUNTS,
    FIRST_SHOP,
    SECOND_SHOP,
    SHOPS,
    products,
)
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import BY_SELLER, PLATFORM
from oms.sandbox.tiktok_shop.selling import Selling

BUYER = 7_494_000_000_000_000_000
SHIPPING_FEE = 17_000

# shop, person, cod, status, hours ago, goods, seller voucher, platform voucher, note
FIRST_ORDERS: tuple[
    tuple[str, int, bool, str, int, tuple[tuple[str, int], ...], int, int, str], ...
] = (
    (FIRST_SHOP, 0, True, "AWAITING_SHIPMENT", 3, (("AT-DEN-M", 2),), 0, 10_000, "Giao buổi sáng"),
    (FIRST_SHOP, 6, False, "AWAITING_SHIPMENT", 5, (("MU-LT", 1), ("BINH-750", 1)), 5_000, 0, ""),
    (FIRST_SHOP, 8, True, "AWAITING_SHIPMENT", 8, (("SRM-120", 3),), 0, 0, "Gọi trước khi giao"),
    (FIRST_SHOP, 9, False, "AWAITING_COLLECTION", 20, (("TUI-VAI", 1),), 0, 0, ""),
    (FIRST_SHOP, 4, False, "UNPAID", 0, (("VAY-HOA-M", 1),), 0, 0, ""),
    (SECOND_SHOP, 5, True, "AWAITING_SHIPMENT", 6, (("TUI-VAI", 2),), 0, 0, ""),
)


def line_of(found: tuple[Document, Document], quantity: int, price: Any = None) -> Document:
    """A line as `Selling.place` wants it, at today's price unless told."""
    product, row = found
    told = row["sale_price"] if price is None else int(price)
    return {"product": product, "row": row, "quantity": quantity, "price": told}


def wanted_order(shop_id: str, person: int, lines: list[Document], **more: Any) -> Document:
    """An order as `Selling.place` wants it, with what most orders have."""
    return {
        "shop_id": shop_id,
        "lines": lines,
        "buyer": BUYER + person,
        "address": address(person),
        "cod": False,
        "status": "AWAITING_SHIPMENT",
        "note": "",
        "shipping_type": PLATFORM,
        "fulfillment_type": BY_SELLER,
        "shipping_fee": SHIPPING_FEE,
        "voucher_seller": 0,
        "voucher_platform": 0,
        **more,
    }


def fill(memory: Memory, selling: Selling) -> None:
    """Write the first day down, once: a memory that has shops is left alone."""
    if memory.accounts():
        return
    now = memory.now()
    for account in ACCOUNTS:
        memory.save_account({**account, "linked": False})
    for shop in SHOPS:
        memory.db.put("shops", shop["shop_id"], shop)
        for product in products(shop["shop_id"], now):
            memory.save_product(product)
    for shop_id, person, cod, status, hours, goods, mine, theirs, note in FIRST_ORDERS:
        lines = []
        for sku, quantity in goods:
            found = memory.by_sku(shop_id, sku)
            if found is None:
                raise LookupError(sku)
            lines.append(line_of(found, quantity))
        facts = {"cod": cod, "status": status, "note": note, "created": now - hours * HOUR_S}
        order = wanted_order(
            shop_id, person, lines, voucher_seller=mine, voucher_platform=theirs, **facts
        )
        selling.place(order, push=False)
