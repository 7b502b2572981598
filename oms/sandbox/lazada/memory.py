"""What the platform remembers, by kind: sellers, products, orders, settings of the simulation."""

from typing import Any

from oms.sandbox.core import Clock, Store

Document = dict[str, Any]
FAR = 1 << 40
BEHAVIOUR: Document = {
    "tracking_delay_s": 1,  # from Pack to a tracking number
    "ready_delay_s": 0,  # how long a parcel stays ready_to_ship_pending
    "document_as_url": False,  # the waybill comes as an address, the file field is empty
    "provider": "LEX VN",  # what the platform chooses at Pack
    "unmasked": False,  # the app has passed the request for buyers' data in clear
    "access_s": 864_000,
    "refresh_s": 4_320_000,
    "refresh_extends": False,  # a refresh gives the refresh token its whole life again
    "withhold_s": 1_800,  # an unpaid order holds its stock this long
}


class Memory:
    """Typed doors to the documents, and whole seconds of the simulation's clock."""

    def __init__(self, db: Store, clock: Clock) -> None:
        self.db, self.clock = db, clock
        for field in ("created", "updated"):
            db.index("order_heads", "seller_id", field)

    def now(self) -> int:
        return int(self.clock.now())

    # Sellers

    def seller(self, seller_id: int | str) -> Document | None:
        return self.db.get("sellers", seller_id)

    def sellers(self) -> list[Document]:
        return self.db.all("sellers")

    def save_seller(self, seller: Document) -> None:
        self.db.put("sellers", seller["seller_id"], seller)

    # Products

    def product(self, seller_id: int, item_id: int) -> Document | None:
        found = self.db.get("products", item_id)
        return found if found and found["seller_id"] == seller_id else None

    def products(self, seller_id: int) -> list[Document]:
        return self.db.find("products", seller_id=seller_id)

    def save_product(self, product: Document) -> None:
        self.db.put("products", product["item_id"], product)

    def by_sku(self, seller_id: int, sku: str) -> tuple[Document, Document] | None:
        """The product and the row of it that carry a seller's code."""
        for product in self.products(seller_id):
            for row in product["skus"]:
                if row["sku"] == sku:
                    return product, row
        return None

    # Orders

    def order(self, seller_id: int, order_id: int) -> Document | None:
        found = self.db.get("orders", order_id)
        return found if found and found["seller_id"] == seller_id else None

    def any_order(self, order_id: int) -> Document | None:
        return self.db.get("orders", order_id)

    def save_order(self, order: Document) -> None:
        """Keep the order, and its head apart so that lists need not read whole orders."""
        self.db.put("orders", order["order_id"], order)
        statuses = sorted({item["status"] for item in order["items"]})
        head = {name: order[name] for name in ("order_id", "seller_id", "created", "updated")}
        self.db.put("order_heads", order["order_id"], {**head, "statuses": statuses})

    def heads(self, seller_id: int, field: str, low: int, high: int) -> list[Document]:
        """Heads of a seller's orders whose time lies in a range, oldest first."""
        return self.db.between("order_heads", field, low, high, limit=FAR, seller_id=seller_id)

    def package(self, seller_id: int, package_id: str) -> tuple[Document, list[Document]] | None:
        """The order a parcel belongs to, and its units."""
        kept = self.db.get("packages", package_id)
        order = self.order(seller_id, kept["order_id"]) if kept else None
        if kept is None or order is None:
            return None
        return order, [item for item in order["items"] if item["package_id"] == package_id]

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
