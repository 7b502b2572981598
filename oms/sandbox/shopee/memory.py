"""What the platform remembers, by kind: shops, listings, orders, settings of the simulation."""

from typing import Any

from oms.sandbox.core import Clock, Store
from oms.sandbox.core.market import Document, MarketMemory
from oms.sandbox.shopee.catalogue import sku_of
from oms.sandbox.shopee.model import SHIPPABLE

HEAD = ("order_sn", "shop_id", "status", "create_time", "update_time", "channel_id")
BEHAVIOUR = {
    "tracking_delay_s": 2,  # from ship_order to a tracking number
    "document_delay_s": 1,  # from create_shipping_document to READY
    "document_result": "READY",
    "lost_push": False,
}


class Memory(MarketMemory):
    """Typed doors to the documents."""

    settings = BEHAVIOUR

    def __init__(self, db: Store, clock: Clock) -> None:
        super().__init__(db, clock)
        for field in ("create_time", "update_time"):
            db.index("order_heads", "shop_id", field)

    # Shops

    def shop(self, shop_id: int) -> Document | None:
        return self.db.get("shops", shop_id)

    def shops(self) -> list[Document]:
        return self.db.all("shops")

    def save_shop(self, shop: Document) -> None:
        self.db.put("shops", shop["shop_id"], shop)

    # Listings

    def item(self, shop_id: int, item_id: int) -> Document | None:
        return self.owned("items", shop_id, item_id)

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
        return self.owned("orders", shop_id, order_sn)

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
