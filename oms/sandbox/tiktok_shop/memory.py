"""What the platform remembers, by kind: shops, products, orders, parcels, wishes to cancel."""

from typing import Any

from oms.sandbox.core import Clock, Store
from oms.sandbox.core.market import Document, MarketMemory
from oms.sandbox.core.state import Ranges

FAR = 1 << 40
BEHAVIOUR: Document = {
    "tracking_delay_s": 1,  # from ship to a tracking number
    "document_delay_s": 1,  # from ship until the label can be had
    "access_s": 604_800,
    "refresh_s": 31_536_000,
    "refresh_spends": True,  # a refresh token works once
    "audit_s": 1,  # from the creation of a product to its listing
    "unpaid_s": 1_800,  # an unpaid order ends after this long
    "remorse_s": 0,  # how long a new order is on hold first
    "settle_s": 0,  # from delivery to the settlement
    "costs_are_negative": True,  # fees carry a sign; without it they are to be taken off
}
HEAD = ("order_id", "shop_id", "created", "updated", "status", "shipping_type", "warehouse_id")


class Memory(MarketMemory):
    """Typed doors to the documents. All numbers of the platform are text."""

    settings = BEHAVIOUR

    def __init__(self, db: Store, clock: Clock) -> None:
        super().__init__(db, clock)
        for field in ("created", "updated"):
            db.index("order_heads", "shop_id", field)

    # Shops

    def shop(self, shop_id: str) -> Document | None:
        return self.db.get("shops", shop_id)

    def shops_of(self, account: str) -> list[Document]:
        return self.db.find("shops", account=account)

    def account(self, open_id: str) -> Document | None:
        return self.db.get("accounts", open_id)

    def accounts(self) -> list[Document]:
        return self.db.all("accounts")

    def save_account(self, account: Document) -> None:
        self.db.put("accounts", account["open_id"], account)

    # Products

    def product(self, shop_id: str, product_id: str) -> Document | None:
        return self.owned("products", shop_id, product_id)

    def products(self, shop_id: str) -> list[Document]:
        return self.db.find("products", shop_id=shop_id)

    def save_product(self, product: Document) -> None:
        self.db.put("products", product["id"], product)

    def by_sku(self, shop_id: str, seller_sku: str) -> tuple[Document, Document] | None:
        """The product and the row of it that carry a seller's code."""
        for product in self.products(shop_id):
            for row in product["skus"]:
                if row["seller_sku"] == seller_sku:
                    return product, row
        return None

    # Orders

    def order(self, shop_id: str, order_id: str) -> Document | None:
        return self.owned("orders", shop_id, order_id)

    def any_order(self, order_id: str) -> Document | None:
        return self.db.get("orders", order_id)

    def save_order(self, order: Document) -> None:
        """Keep the order, and its head apart so that lists need not read whole orders."""
        self.db.put("orders", order["order_id"], order)
        head = {name: order[name] for name in HEAD}
        head["asks_to_cancel"] = bool(order["wish"])
        self.db.put("order_heads", order["order_id"], head)

    def heads(
        self, field: str, ranges: Ranges, where: Document, **page: Any
    ) -> tuple[list[Document], int]:
        """A page of the heads of orders in the order of a time, and how many there are in all.

        `where` says what fields are; `page` has the limit, after which row, and the direction.
        """
        low, high = ranges[field]
        also = {name: range_ for name, range_ in ranges.items() if name != field}
        found = self.db.between("order_heads", field, low, high, also=also, **page, **where)
        return found, self.db.tally("order_heads", ranges, **where)

    def package(self, shop_id: str, package_id: str) -> Document | None:
        return self.owned("packages", shop_id, package_id)

    def save_package(self, package: Document) -> None:
        self.db.put("packages", package["package_id"], package)

    def contents(self, package: Document) -> list[tuple[Document, list[Document]]]:
        """The orders in a parcel, each with its units there."""
        found = [self.any_order(order_id) for order_id in package["order_ids"]]
        return [
            (order, [it for it in order["items"] if it["package_id"] == package["package_id"]])
            for order in found
            if order is not None
        ]

    # Wishes to cancel

    def cancellation(self, shop_id: str, cancel_id: str) -> Document | None:
        return self.owned("cancellations", shop_id, cancel_id)

    def cancellations(self, shop_id: str) -> list[Document]:
        return self.db.find("cancellations", shop_id=shop_id)

    def save_cancellation(self, cancellation: Document) -> None:
        self.db.put("cancellations", cancellation["cancel_id"], cancellation)

    # Returns

    def one_return(self, shop_id: str, return_id: str) -> Document | None:
        return self.owned("returns", shop_id, return_id)

    def returns(self, shop_id: str) -> list[Document]:
        return self.db.find("returns", shop_id=shop_id)

    def save_return(self, made: Document) -> None:
        self.db.put("returns", made["return_id"], made)
