"""What the platform remembers, by kind: sellers, products, orders, settings of the simulation."""

from typing import Any

from oms.sandbox.core import Clock, Store
from oms.sandbox.core.market import Document, MarketMemory
from oms.sandbox.core.state import Ranges

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


class Memory(MarketMemory):
    """Typed doors to the documents."""

    owner = "seller_id"
    settings = BEHAVIOUR

    def __init__(self, db: Store, clock: Clock) -> None:
        super().__init__(db, clock)
        for field in ("created", "updated"):
            db.index("order_heads", "seller_id", field)

    # Sellers

    def seller(self, seller_id: int | str) -> Document | None:
        return self.db.get("sellers", seller_id)

    def sellers(self) -> list[Document]:
        return self.db.all("sellers")

    def save_seller(self, seller: Document) -> None:
        self.db.put("sellers", seller["seller_id"], seller)

    # Products

    def product(self, seller_id: int, item_id: int) -> Document | None:
        return self.owned("products", seller_id, item_id)

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
        return self.owned("orders", seller_id, order_id)

    def any_order(self, order_id: int) -> Document | None:
        return self.db.get("orders", order_id)

    def save_order(self, order: Document) -> None:
        """Keep the order, and its head apart so that lists need not read whole orders."""
        self.db.put("orders", order["order_id"], order)
        statuses = sorted({item["status"] for item in order["items"]})
        head = {name: order[name] for name in ("order_id", "seller_id", "created", "updated")}
        self.db.put("order_heads", order["order_id"], {**head, "statuses": statuses})

    def heads(
        self, seller_id: int, field: str, ranges: Ranges, **page: Any
    ) -> tuple[list[Document], int]:
        """A page of the heads of a seller's orders in the order of a time, and how many there are.

        `page` has the limit, the offset and the direction.
        """
        also = {name: range_ for name, range_ in ranges.items() if name != field}
        low, high = ranges[field]
        found = self.db.between(
            "order_heads", field, low, high, also=also, seller_id=seller_id, **page
        )
        return found, self.db.tally("order_heads", ranges, seller_id=seller_id)

    def package(self, seller_id: int, package_id: str) -> tuple[Document, list[Document]] | None:
        """The order a parcel belongs to, and its units."""
        kept = self.db.get("packages", package_id)
        order = self.order(seller_id, kept["order_id"]) if kept else None
        if kept is None or order is None:
            return None
        return order, [item for item in order["items"] if item["package_id"] == package_id]
