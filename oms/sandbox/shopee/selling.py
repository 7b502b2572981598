"""Orders being placed and moving: their documents, the stock they take, the pushes they cause."""

from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.shopee.catalogue import find_model, model_name
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.model import (
    ARRANGED,
    BEFORE_SHIPMENT,
    CANCELLED_LOGISTICS,
    CHANNELS,
    DAY_S,
    HAVE_LEFT,
    LOCAL_OFFSET_S,
    LOGISTICS,
    PLACED_LOGISTICS,
)
from oms.sandbox.shopee.numbers import order_sn, package_number, tracking_number
from oms.sandbox.shopee.pushes import Pushes

DAYS_TO_SHIP = 2


class Selling:
    """What buyers, carriers and the platform do to orders."""

    def __init__(self, memory: Memory, pushes: Pushes) -> None:
        self.memory, self.pushes = memory, pushes

    # Placing

    def place(self, wanted: Document, *, push: bool = True) -> Document:
        """Write an order down and take its goods out of the seller stock.

        `wanted` has shop_id, lines, buyer, address, cod, channel_id, masked, status, note,
        shipping_fee, create_time and packages (how many parcels).
        """
        db, created = self.memory.db, wanted["create_time"]
        number = db.next("order")
        order: Document = {
            **{name: value for name, value in wanted.items() if name != "packages"},
            "order_sn": order_sn(number, created),
            "number": number,
            "update_time": created,
            "pay_time": None if wanted["status"] == "UNPAID" else created,
            "former_status": "",
            "days_to_ship": DAYS_TO_SHIP,
            "ship_by_date": end_of_local_day(created + DAYS_TO_SHIP * DAY_S),
            "cancel_by": "",
            "cancel_reason": "",
            "buyer_cancel_reason": "",
            "stock_taken": [],
            "completed_scenario": "",
        }
        order["packages"] = self._packages(order, wanted["packages"])
        if wanted["status"] != "CANCELLED":
            self._take_stock(order)
        if wanted["status"] == "IN_CANCEL":
            order["former_status"] = "READY_TO_SHIP"
            order["buyer_cancel_reason"] = "Tôi muốn đổi địa chỉ nhận hàng"
        self.memory.save_order(order)
        if push:
            self.push_status(order)
        return order

    def _packages(self, order: Document, wanted: int) -> list[Document]:
        count = max(1, min(wanted, len(order["lines"])))
        packages: list[Document] = [
            {
                "package_number": package_number(self.memory.db.next("package")),
                "logistics_status": PLACED_LOGISTICS[order["status"]],
                "line_at": [at for at in range(len(order["lines"])) if at % count == place],
                "tracking_number": "",
                "tracking_at": None,
                "method": "",
                "document": None,
                "pickup_done_time": None,
            }
            for place in range(count)
        ]
        for package in packages:
            if order["status"] in ARRANGED:
                self._arranged_before(order, package, order["create_time"])
            if order["status"] in HAVE_LEFT:
                package["pickup_done_time"] = order["create_time"]
        return packages

    def _arranged_before(self, order: Document, package: Document, at: int) -> None:
        """A parcel that jumped over its announcement gets what it would have got there."""
        package["method"] = package["method"] or CHANNELS[order["channel_id"]].usual_way
        if not package["tracking_number"]:
            self._give_tracking(order, package, at)

    def _take_stock(self, order: Document) -> None:
        for line in order["lines"]:
            item = self.memory.item(order["shop_id"], line["item_id"])
            model = find_model(item, line["model_id"]) if item else None
            if item is None or model is None:
                continue
            taken = min(model["stock"], line["quantity"])
            held = min(model["reserved"], taken)
            model["stock"] -= taken
            order["stock_taken"].append(
                {"item_id": item["item_id"], "model_id": model["model_id"],
                 "quantity": taken, "reserved": held}
            )  # fmt: skip
            self._move_reserved(order, item, model, -held, "place_order")
            self.memory.save_item(item)

    def _give_stock_back(self, order: Document) -> None:
        for row in order["stock_taken"]:
            item = self.memory.item(order["shop_id"], row["item_id"])
            model = find_model(item, row["model_id"]) if item else None
            if item is None or model is None:
                continue
            model["stock"] += row["quantity"]
            self._move_reserved(order, item, model, row["reserved"], "cancel_order")
            self.memory.save_item(item)
        order["stock_taken"] = []

    def _move_reserved(
        self, order: Document, item: Document, model: Document, change: int, action: str
    ) -> None:
        """Promotion stock went up or down with an order; only that is told by push 8."""
        if change == 0:
            return
        before = model["reserved"]
        model["reserved"] = before + change
        data = {
            "shop_id": order["shop_id"],
            "item_id": item["item_id"],
            "variation_id": model["model_id"],
            "changed_values": [{"name": "reserved_stock", "old": before, "new": model["reserved"]}],
            "promotion_type": "discount_promotion",
            "promotion_id": 1_000_000_001,
            "action": action,
            "ordersn": order["order_sn"],
            "update_time": self.memory.now(),
        }
        self.pushes.send(8, data, order["shop_id"])

    # Moving

    def move(self, order: Document, status: str, **facts: Any) -> Document:
        """Give the order another status, with all that follows from it, and tell the partner.

        The update time always grows, so that a later change is never hidden behind a former one.
        """
        now, before = self.memory.now(), order["status"]
        order.update(facts)
        order["status"] = status
        order["update_time"] = max(now, order["update_time"] + 1)
        if status == "IN_CANCEL" and before != status:
            order["former_status"] = before
        if status not in {"UNPAID", "IN_CANCEL", "CANCELLED"}:
            order["pay_time"] = order["pay_time"] or now
        for package in order["packages"]:
            self._move_package(order, package, status, now)
        if status == "CANCELLED" and before in BEFORE_SHIPMENT:
            self._give_stock_back(order)
        if status == "COMPLETED":
            order["completed_scenario"] = "RRAOC" if before == "TO_RETURN" else "NORMAL"
        self.memory.save_order(order)
        self.push_status(order)
        return order

    def _move_package(self, order: Document, package: Document, status: str, now: int) -> None:
        was = package["logistics_status"]
        if status == "CANCELLED":
            package["logistics_status"] = CANCELLED_LOGISTICS.get(was, "LOGISTICS_INVALID")
        elif status in LOGISTICS:
            package["logistics_status"] = LOGISTICS[status]
        if status in HAVE_LEFT:
            package["pickup_done_time"] = package["pickup_done_time"] or now
        if status in HAVE_LEFT or (status in ARRANGED and not package["method"]):
            self._arranged_before(order, package, now)

    def _give_tracking(self, order: Document, package: Document, now: int) -> None:
        prefix = CHANNELS[order["channel_id"]].prefix or "TVC"
        number = self.memory.db.next("tracking")
        package["tracking_number"] = tracking_number(prefix, number)
        package["tracking_at"] = now

    # Arranging shipment

    def arrange(self, order: Document, package: Document, method: str, tracking: str) -> None:
        """Announce a parcel to its carrier; its number comes later, unless the seller has one."""
        package["method"] = method
        package["logistics_status"] = "LOGISTICS_REQUEST_CREATED"
        if tracking:
            package["tracking_number"], package["tracking_at"] = tracking, self.memory.now()
        everything = all(p["logistics_status"] == "LOGISTICS_REQUEST_CREATED"
                         for p in order["packages"])  # fmt: skip
        if everything:
            self.move(order, "PROCESSED")
        else:
            order["update_time"] = max(self.memory.now(), order["update_time"] + 1)
            self.memory.save_order(order)
        if tracking:
            self._push_tracking(order, package)
            return
        at = self.memory.clock.now() + float(self.memory.behaviour()["tracking_delay_s"])
        names = {"order_sn": order["order_sn"], "package_number": package["package_number"]}
        self.memory.later(at, "tracking", **names)

    def tracking_arrives(self, timer: Document) -> None:
        """The carrier has given a number."""
        order, package = self._timed(timer)
        if package["tracking_number"] or order["status"] == "CANCELLED":
            return
        self._give_tracking(order, package, self.memory.now())
        order["update_time"] = max(self.memory.now(), order["update_time"] + 1)
        self.memory.save_order(order)
        self._push_tracking(order, package)

    def document_finishes(self, timer: Document) -> None:
        """A waybill asked for is drawn, or has failed."""
        order, package = self._timed(timer)
        if package["document"] is None or package["document"]["status"] != "PROCESSING":
            return
        package["document"]["status"] = self.memory.behaviour()["document_result"]
        self.memory.save_order(order)
        data = {
            "ordersn": order["order_sn"],
            "package_number": package["package_number"],
            "status": package["document"]["status"],
        }
        self.pushes.send(15, data, order["shop_id"])

    def _timed(self, timer: Document) -> tuple[Document, Document]:
        order = self.memory.any_order(timer["order_sn"]) or {}
        package = next(
            p for p in order["packages"] if p["package_number"] == timer["package_number"]
        )
        return order, package

    # Telling

    def push_status(self, order: Document) -> None:
        data = {
            "ordersn": order["order_sn"],
            "status": order["status"],
            "completed_scenario": order["completed_scenario"],
            "update_time": order["update_time"],
            "items": [],
        }
        self.pushes.send(3, data, order["shop_id"])

    def _push_tracking(self, order: Document, package: Document) -> None:
        data = {
            "ordersn": order["order_sn"],
            "package_number": package["package_number"],
            "tracking_no": package["tracking_number"],
            "forder_id": package["package_number"],
        }
        self.pushes.send(4, data, order["shop_id"])


def end_of_local_day(at: int) -> int:
    """The last second of the Vietnamese day in which `at` lies."""
    return at - (at + LOCAL_OFFSET_S) % DAY_S + DAY_S - 1


def order_line(
    item: Document, model: Document, quantity: int, price: int | None = None
) -> Document:
    """A line as the order keeps it: what was sold, at the prices of that moment."""
    return {
        "item_id": item["item_id"],
        "item_name": item["item_name"],
        "item_sku": item["item_sku"],
        "model_id": model["model_id"],
        "model_name": model_name(item, model),
        "model_sku": model["model_sku"],
        "quantity": quantity,
        "original_price": model["original_price"],
        "price": model["current_price"] if price is None else price,
        "weight_g": item["weight_g"],
    }
