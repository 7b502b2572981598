"""What the platform remembers, by kind: shops, listings, orders, settings of the simulation."""

from typing import Any

from oms.sandbox.core import Clock, Store
from oms.sandbox.shopee.catalogue import sku_of
from oms.sandbox.shopee.model import SHIPPABLE

Document = dict[str, Any]
HEAD = ("order_sn", "shop_id", "status", "create_time", "update_time", "channel_id")
BEHAVIOUR = {
    "tracking_delay_s": 2,  # from ship_order to a tracking number
    "document_delay_s": 1,  # from create_shipping_document to READY
    "document_result": "READY",
    "lost_push": False,
}


class Memory:
    """Typed doors to the documents, and whole seconds of the simulation's clock."""

    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock
        for field in ("create_time", "update_time"):
            db.index("order_heads", "shop_id", field)

    def now(self) -> int:
        return int(self.clock.now())

    # Shops

    def shop(self, shop_id: int) -> Document | None:
        return self.db.get("shops", shop_id)

    def shops(self) -> list[Document]:
        return self.db.all("shops")

    def save_shop(self, shop: Document) -> None:
        self.db.put("shops", shop["shop_id"], shop)

    # Listings

    def item(self, shop_id: int, item_id: int) -> Document | None:
        found = self.db.get("items", item_id)
        return found if found and found["shop_id"] == shop_id else None

    def items(self, shop_id: int) -> list[Document]:
        return self.db.find("items", shop_id=shop_id)

    def save_item(self, item: Document) -> None:
        self.db.put("items", item["item_id"], item)

    def by_sku(self, shop_id: int, sku: str) -> tuple[Document, Document] | None:
        """The listing and model that carry a seller's code."""
        for item in self.items(shop_id):
            for model in item["models"]:
                if sku_of(item, model) == sku:
                    return item, model
        return None

    # Orders

    def order(self, shop_id: int, order_sn: str) -> Document | None:
        found = self.db.get("orders", order_sn)
        return found if found and found["shop_id"] == shop_id else None

    def any_order(self, order_sn: str) -> Document | None:
        return self.db.get("orders", order_sn)

    def save_order(self, order: Document) -> None:
        """Keep the order, and its head apart so that lists need not read whole orders."""
        self.db.put("orders", order["order_sn"], order)
        head = {name: order[name] for name in HEAD}
        head["pending"] = order["status"] == "PENDING"
        head["shippable"] = order["status"] in SHIPPABLE
        self.db.put("order_heads", order["order_sn"], head)

    def heads(
        self,
        field: str,
        low: int,
        high: int,
        *,
        after: tuple[int, str] | None,
        limit: int,
        where: dict[str, Any],
    ) -> list[Document]:
        """Heads of orders in order of a time, after a place already seen."""
        return self.db.between("order_heads", field, low, high, after=after, limit=limit, **where)

    # Settings of the simulation

    def behaviour(self) -> Document:
        return {**BEHAVIOUR, **(self.db.get("settings", "behaviour") or {})}

    def set_behaviour(self, **values: Any) -> Document:
        changed = {**self.behaviour(), **values}
        self.db.put("settings", "behaviour", changed)
        return changed

    # What happens later

    def later(self, at: float, kind: str, **data: Any) -> None:
        """Remember something to do; the ticking of the server does it when its time has come."""
        number = self.db.next("timer")
        self.db.put("timers", number, {"id": number, "at": at, "kind": kind, **data})

    def due(self) -> list[Document]:
        """Take what has come due, oldest first."""
        now = self.clock.now()
        due = sorted((t for t in self.db.all("timers") if t["at"] <= now), key=lambda t: t["at"])
        for timer in due:
            self.db.delete("timers", timer["id"])
        return due
