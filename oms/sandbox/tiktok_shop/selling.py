"""Orders being placed and moving: their units, parcels and stock, and the webhooks they cause."""

from collections.abc import Iterable
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import divide
from oms.sandbox.tiktok_shop.catalogue import find_row, sku_name, warehouse_of
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import (
    BY_SELLER,
    COMMITTED,
    DAY_S,
    HAVE_PACKAGE,
    ORDER_STATUSES,
    PACKAGE_OF_LINE,
    PLATFORM,
    PROVIDER,
)
from oms.sandbox.tiktok_shop.pushes import Pushes

ORDER_BASE, ORDER_STEP = 577_000_111_222_000_000, 1_000
PACKAGE_BASE = 1_150_000_111_000_000_001
DAYS_TO_SHIP = 2
# Lines of an order wear these words of the order itself.
WORD_OF_LINE = {"ON_HOLD": "UNPAID", "PARTIALLY_SHIPPING": "AWAITING_SHIPMENT"}


class Selling:
    """What buyers, carriers and the platform do to orders."""

    def __init__(self, memory: Memory, pushes: Pushes) -> None:
        self.memory, self.pushes = memory, pushes

    # Placing

    def place(self, wanted: Document, *, push: bool = True) -> Document:
        """Write an order down, one line item per unit, and commit its stock.

        `wanted` has shop_id, lines [{product, row, quantity, price}], buyer, address, cod, status,
        note, shipping_type, fulfillment_type, shipping_fee, voucher_seller, voucher_platform,
        created.
        """
        number, created = self.memory.db.next("order"), wanted["created"]
        order: Document = {
            **{name: value for name, value in wanted.items() if name != "lines"},
            "order_id": str(ORDER_BASE + number * ORDER_STEP),
            "number": number,
            "updated": created,
            "paid": 0 if wanted["cod"] or wanted["status"] == "UNPAID" else created,
            "ship_by": created + DAYS_TO_SHIP * DAY_S,
            "warehouse_id": warehouse_of(wanted["shop_id"]),
            "wish": "",
            "cancel_reason": "",
            "cancelled_by": "",
            "cancelled": 0,
            "delivered": 0,
        }
        units = [line for line in wanted["lines"] for _ in range(line["quantity"])]
        order["items"] = [self._unit(order, line, at) for at, line in enumerate(units, 1)]
        for name in ("voucher_seller", "voucher_platform"):
            parts = divide(int(wanted[name]), len(units))
            for item, part in zip(order["items"], parts, strict=True):
                item[name] = part
        for item in order["items"]:
            self._hold(order, item, +1)
        if wanted["status"] in HAVE_PACKAGE:
            self._pack(order, order["items"])
        self._plan(order)
        self.memory.save_order(order)
        if push:
            self.pushes.order_moved(order)
        return order

    def _unit(self, order: Document, line: Document, at: int) -> Document:
        product, row = line["product"], line["row"]
        status = WORD_OF_LINE.get(order["status"], order["status"])
        return {
            "id": str(int(order["order_id"]) + at),
            "product_id": product["id"],
            "product_name": product["title"],
            "sku_id": row["id"],
            "sku_name": sku_name(row),
            "seller_sku": row["seller_sku"],
            "original_price": max(row["price"], line["price"]),
            "sale_price": line["price"],
            "grams": row["grams"],
            "status": status,
            "package_id": "",
            "tracking_number": "",
            "cancel_reason": "",
            "cancel_user": "",
        }

    def _plan(self, order: Document) -> None:
        """What happens to a new order if nobody does anything."""
        behaviour, name = self.memory.behaviour(), {"order_id": order["order_id"]}
        if order["status"] == "UNPAID":
            self.memory.later(order["created"] + float(behaviour["unpaid_s"]), "unpaid", **name)
        if order["status"] == "ON_HOLD":
            self.memory.later(order["created"] + float(behaviour["remorse_s"]), "held", **name)

    # Stock

    def _hold(self, order: Document, item: Document, sign: int) -> None:
        """Take or give back the piece that a unit in its present state commits."""
        if item["status"] in COMMITTED:
            self._change_row(order, item, available=-sign, committed=sign)

    def _change_row(self, order: Document, item: Document, **changes: int) -> None:
        product = self.memory.product(order["shop_id"], item["product_id"])
        row = find_row(product, item["sku_id"]) if product else None
        if product is None or row is None:
            return
        for name, change in changes.items():
            row[name] = max(row[name] + change, 0)
        self.memory.save_product(product)

    # Moving

    def move(
        self, order: Document, status: str, items: Iterable[Document] | None = None, **facts: Any
    ) -> Document:
        """Give units (all of them) another status, with all that follows, and tell the app.

        The update time always grows, so that a later change is never hidden behind a former one.
        """
        order["updated"] = max(self.memory.now(), order["updated"] + 1)
        moved = list(order["items"] if items is None else items)
        for item in moved:
            self._move_unit(order, item, WORD_OF_LINE.get(status, status))
            item.update(facts)
        order["status"] = status if items is None else order_status(order["items"])
        self._note(order, status, facts)
        if status in HAVE_PACKAGE:
            self._pack(order, [item for item in moved if not item["package_id"]])
        self._move_packages(order, moved)
        self.memory.save_order(order)
        self.pushes.order_moved(order)
        return order

    def _move_unit(self, order: Document, item: Document, status: str) -> None:
        was_committed = item["status"] in COMMITTED
        self._hold(order, item, -1)
        item["status"] = status
        self._hold(order, item, +1)
        if was_committed and status not in COMMITTED and status != "CANCELLED":
            self._change_row(order, item, available=-1)  # it has left

    def _note(self, order: Document, status: str, facts: Document) -> None:
        if status == "CANCELLED":
            order.update(
                cancelled=order["updated"],
                cancel_reason=facts.get("cancel_reason", ""),
                cancelled_by=facts.get("cancel_user", "SYSTEM"),
            )
        if status == "DELIVERED":
            order["delivered"] = order["updated"]
        if status not in ("UNPAID", "CANCELLED") and not order["cod"]:
            order["paid"] = order["paid"] or order["updated"]

    # Parcels

    def _pack(self, order: Document, items: list[Document]) -> None:
        """In South-East Asia the platform itself puts what is to be shipped into one parcel."""
        if not items:
            return
        number = self.memory.db.next("package", PACKAGE_BASE)
        package = {
            "package_id": str(number),
            "shop_id": order["shop_id"],
            "order_ids": [order["order_id"]],
            "status": PACKAGE_OF_LINE[items[0]["status"]],
            "shipping_type": order["shipping_type"],
            "provider": PROVIDER if order["shipping_type"] == PLATFORM else {"id": "", "name": ""},
            "tracking_number": "",
            "handover": "",
            "slot": None,
            "shipped": 0,
            "created": order["updated"],
            "updated": order["updated"],
        }
        for item in items:
            item["package_id"] = package["package_id"]
        if items[0]["status"] != "AWAITING_SHIPMENT":
            package["shipped"] = order["updated"]
            self._number(package, [(order, items)])
        self.memory.save_package(package)

    def _move_packages(self, order: Document, items: list[Document]) -> None:
        for package_id in sorted({item["package_id"] for item in items if item["package_id"]}):
            package = self.memory.package(order["shop_id"], package_id)
            if package is None:
                continue
            inside = [item for item in order["items"] if item["package_id"] == package_id]
            words = {item["status"] for item in inside} - {"CANCELLED"} or {"CANCELLED"}
            package["status"] = PACKAGE_OF_LINE.get(sorted(words)[0], "CANCELLED")
            package["updated"] = order["updated"]
            if package["status"] != "TO_FULFILL" and not package["tracking_number"]:
                package["shipped"] = package["shipped"] or order["updated"]
                if package["status"] != "PROCESSING":
                    self._number(package, [(order, inside)])
            self.memory.save_package(package)
            self.pushes.package_moved(package)

    def ship(self, package: Document, handover: str, slot: Document | None) -> None:
        """The seller hands the parcel over; its number comes a little later."""
        package.update(handover=handover, slot=slot, shipped=self.memory.now())
        self.memory.save_package(package)
        for order, items in self.memory.contents(package):
            live = [item for item in items if item["status"] == "AWAITING_SHIPMENT"]
            self.move(order, "AWAITING_COLLECTION", live)
        delay = float(self.memory.behaviour()["tracking_delay_s"])
        if delay <= 0:
            self.tracking_arrives({**package})
        else:
            names = {name: package[name] for name in ("package_id", "shop_id")}
            self.memory.later(self.memory.clock.now() + delay, "tracking", **names)

    def tracking_arrives(self, named: Document) -> None:
        """The carrier has given a number."""
        package = self.memory.package(named["shop_id"], named["package_id"])
        if package is None or package["tracking_number"]:
            return
        inside = self.memory.contents(package)
        self._number(package, inside)
        package["updated"] = max(self.memory.now(), package["updated"] + 1)
        self.memory.save_package(package)
        for order, _items in inside:
            order["updated"] = max(self.memory.now(), order["updated"] + 1)
            self.memory.save_order(order)
        self.pushes.package_moved(package)

    def _number(self, package: Document, inside: list[tuple[Document, list[Document]]]) -> None:
        if not package["tracking_number"]:
            package["tracking_number"] = f"8{self.memory.db.next('tracking', 40_000_000_001):011d}"
        for _order, items in inside:
            for item in items:
                item["tracking_number"] = package["tracking_number"]

    def carry_self(self, package: Document, tracking_number: str, provider: Document) -> None:
        """The seller's own carrier has the parcel, under a number of its own."""
        package.update(tracking_number=tracking_number, provider=provider)
        package["shipped"] = self.memory.now()
        self.memory.save_package(package)
        for order, items in self.memory.contents(package):
            for item in items:
                item["tracking_number"] = tracking_number
            live = [item for item in items if item["status"] == "AWAITING_SHIPMENT"]
            self.move(order, "AWAITING_COLLECTION", live)


def order_status(items: Iterable[Document]) -> str:
    """The word of the unit that is least far; a part that is shipped has a word of its own."""
    words = {item["status"] for item in items} - {"CANCELLED"}
    if not words:
        return "CANCELLED"
    slowest = min(words, key=ORDER_STATUSES.index)
    return "PARTIALLY_SHIPPING" if slowest == "AWAITING_SHIPMENT" and len(words) > 1 else slowest


def is_ours(order: Document) -> bool:
    """The seller ships it."""
    return bool(order["fulfillment_type"] == BY_SELLER)
