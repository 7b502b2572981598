"""Orders being placed and moving: their units, the stock they hold, the pushes they cause."""

from collections.abc import Iterable
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import divide
from oms.sandbox.lazada.catalogue import find_row, shop_sku, variation
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.model import HAVE_PACKAGE, PROVIDERS, WAREHOUSE
from oms.sandbox.lazada.pushes import Pushes

ORDER_BASE, ORDER_STEP = 510_022_334_455_000_000, 1_000
HOURS_TO_SHIP = 48
# What a unit in this state holds of its SKU's total.
HELD = {
    "unpaid": "withhold",
    **dict.fromkeys(("pending", "packed", "repacked", "ready_to_ship_pending"), "occupy"),
}


class Selling:
    """What buyers, carriers and the platform do to orders."""

    def __init__(self, memory: Memory, pushes: Pushes) -> None:
        self.memory, self.pushes = memory, pushes

    # Placing

    def place(self, wanted: Document, *, push: bool = True) -> Document:
        """Write an order down, one row per unit, and hold its stock.

        `wanted` has seller_id, lines [{product, row, quantity, price, flags}], buyer_id, address,
        cod, status, note, shipping_fee, voucher_seller, voucher_platform, created.
        """
        number = self.memory.db.next("order")
        order: Document = {
            **{name: value for name, value in wanted.items() if name not in ("lines", "status")},
            "order_id": ORDER_BASE + number * ORDER_STEP,
            "number": number,
            "updated": wanted["created"],
            "ship_by": wanted["created"] + HOURS_TO_SHIP * 3600,
        }
        units = [line for line in wanted["lines"] for _ in range(line["quantity"])]
        order["items"] = [
            self._unit(order, line, at, wanted["status"]) for at, line in enumerate(units, 1)
        ]
        self._share(order, "voucher_seller")
        self._share(order, "voucher_platform")
        self._share(order, "shipping_fee")
        for item in order["items"]:
            self._hold(order, item, +1)
        if wanted["status"] in HAVE_PACKAGE:
            self.give_package(order, order["items"])
        if wanted["status"] == "unpaid":
            wait = float(self.memory.behaviour()["withhold_s"])
            self.memory.later(wanted["created"] + wait, "unpaid", order_id=order["order_id"])
        self.memory.save_order(order)
        if push:
            for item in order["items"]:
                self.pushes.unit_moved(order, item)
        return order

    @staticmethod
    def _unit(order: Document, line: Document, at: int, status: str) -> Document:
        product, row = line["product"], line["row"]
        return {
            "order_item_id": order["order_id"] + at,
            "product_id": product["item_id"],
            "sku_id": row["sku_id"],
            "sku": row["sku"],
            "shop_sku": shop_sku(product, row),
            "name": product["name"],
            "variation": variation(row),
            "price": line["price"],
            "grams": row["grams"],
            "status": status,
            "updated": order["created"],
            "package_id": "",
            "tracking_code": "",
            "shipment_provider": "",
            "warehouse_code": line.get("warehouse_code", WAREHOUSE),
            "is_fbl": int(line.get("is_fbl", 0)),
            "sof": int(line.get("sof", 0)),
            "reason": "",
            "initiator": "",
            "reverse_order_id": 0,
            "cancel_at": 0,
            "delivered": 0,
        }

    @staticmethod
    def _share(order: Document, name: str) -> None:
        """Divide an amount of the order over its units; the last takes the remainder."""
        items = order["items"]
        for item, part in zip(items, divide(int(order[name]), len(items)), strict=True):
            item[name] = part

    # Stock

    def _hold(self, order: Document, item: Document, sign: int) -> None:
        """Take or give back what a unit in its present state holds."""
        kind = HELD.get(item["status"])
        if kind is not None:
            self._change_row(order, item, **{kind: sign})

    def _change_row(self, order: Document, item: Document, **changes: int) -> None:
        product = self.memory.product(order["seller_id"], item["product_id"])
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
        now = max(self.memory.now(), order["updated"] + 1)
        order["updated"] = now
        moved = list(order["items"] if items is None else items)
        for item in moved:
            self._move_unit(order, item, status, now, facts)
        if status in HAVE_PACKAGE:
            self.give_package(order, [item for item in moved if not item["package_id"]])
        self.memory.save_order(order)
        for item in moved:
            self.pushes.unit_moved(order, item)
        for item in {item["package_id"]: item for item in moved if item["package_id"]}.values():
            self.pushes.parcel_moved(order, item)
        return order

    def _move_unit(
        self, order: Document, item: Document, status: str, now: int, facts: Document
    ) -> None:
        self._hold(order, item, -1)
        held_before = item["status"] in HELD
        item.update(facts, status=status, updated=now)
        self._hold(order, item, +1)
        if held_before and status not in HELD and status != "canceled":
            self._change_row(order, item, total=-1)
        if status == "delivered":
            item["delivered"] = now

    # Parcels

    def give_package(self, order: Document, items: list[Document]) -> str:
        """Put units into one new parcel; its number comes a little later."""
        if not items:
            return ""
        number = self.memory.db.next("package")
        package_id = f"FP{order['number']:06d}{number:08d}"
        provider = str(self.memory.behaviour()["provider"])
        for item in items:
            item["package_id"], item["shipment_provider"] = package_id, provider
        kept = {"package_id": package_id, "order_id": order["order_id"], "provider": provider}
        self.memory.db.put("packages", package_id, kept)
        delay = float(self.memory.behaviour()["tracking_delay_s"])
        if delay <= 0 or items[0]["status"] not in ("pending", "repacked", "packed"):
            self._give_tracking(order, items, provider)
        else:
            at = self.memory.clock.now() + delay
            self.memory.later(at, "tracking", package_id=package_id, seller_id=order["seller_id"])
        return package_id

    def _give_tracking(self, order: Document, items: list[Document], provider: str) -> None:
        number = self.memory.db.next("tracking")
        code = f"{PROVIDERS[provider]['prefix']}{order['number']:05d}{number:07d}VNA"
        for item in items:
            item["tracking_code"] = code

    def tracking_arrives(self, timer: Document) -> None:
        """The carrier has given a number."""
        found = self.memory.package(timer["seller_id"], timer["package_id"])
        if found is None or not found[1] or found[1][0]["tracking_code"]:
            return
        order, items = found
        self._give_tracking(order, items, items[0]["shipment_provider"])
        order["updated"] = max(self.memory.now(), order["updated"] + 1)
        for item in items:
            item["updated"] = order["updated"]
        self.memory.save_order(order)
        self.pushes.parcel_moved(order, items[0])

    def undo_package(self, order: Document, items: list[Document]) -> None:
        """Repack: the parcel is gone, its units wait to be packed again."""
        self.memory.db.delete("packages", items[0]["package_id"])
        facts = {"package_id": "", "tracking_code": "", "shipment_provider": ""}
        self.move(order, "repacked", items, **facts)

    # Wishes to cancel

    def ask_to_cancel(self, order: Document, items: list[Document], seconds: float) -> int:
        """The buyer wants units back before they leave; without an answer they are cancelled."""
        number = self.memory.db.next("reverse", 700_001)
        now = max(self.memory.now(), order["updated"] + 1)
        order["updated"] = now
        for item in items:
            item.update(
                reverse_order_id=number,
                cancel_at=int(self.memory.clock.now() + seconds),
                reason="Tôi muốn đổi địa chỉ nhận hàng",
                updated=now,
            )
        self.memory.save_order(order)
        ends = self.memory.clock.now() + seconds
        self.memory.later(ends, "cancel", order_id=order["order_id"], reverse_order_id=number)
        for item in items:
            self.pushes.reverse_moved(order, item, "CANCEL_INIT")
        return number

    def asked_items(self, order: Document, reverse_order_id: int) -> list[Document]:
        """Units whose cancellation waits for an answer."""
        return [
            item
            for item in order["items"]
            if item["reverse_order_id"] == reverse_order_id and item["cancel_at"]
        ]

    def answer_cancel(self, order: Document, items: list[Document], *, agree: bool) -> None:
        """The seller (or the clock) decides."""
        if agree:
            self.cancel(order, items, "cancellation-customer", items[0]["reason"])
            return
        now = max(self.memory.now(), order["updated"] + 1)
        order["updated"] = now
        for item in items:
            item.update(cancel_at=0, reason="", updated=now)
        self.memory.save_order(order)
        for item in items:
            self.pushes.reverse_moved(order, item, "CANCEL_REJECTED")

    def cancel(self, order: Document, items: list[Document], initiator: str, reason: str) -> None:
        """End units before they leave."""
        self.move(order, "canceled", items, initiator=initiator, reason=reason, cancel_at=0)
        for item in items:
            if item["reverse_order_id"]:
                self.pushes.reverse_moved(order, item, "CANCEL_SUCCESS")
