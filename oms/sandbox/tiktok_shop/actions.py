"""What a test or a demonstration can make happen, beyond the protocol."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from oms.sandbox.core import ControlError, Request, asked
from oms.sandbox.core.market import Document
from oms.sandbox.core.market_actions import MarketActions, line_quantity, one_of
from oms.sandbox.core.people import PEOPLE, address
from oms.sandbox.tiktok_shop.catalogue import FIRST_SHOP, find_row
from oms.sandbox.tiktok_shop.consent import Consent
from oms.sandbox.tiktok_shop.desk import Desk
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import (
    BUYER_REASON,
    BY_PLATFORM,
    BY_SELLER,
    DAY_S,
    ORDER_STATUSES,
    PLATFORM,
    SELLER,
)
from oms.sandbox.tiktok_shop.order_view import buyer_total
from oms.sandbox.tiktok_shop.returning import ARBITRATION
from oms.sandbox.tiktok_shop.returning import STATUSES as RETURN_STATUSES
from oms.sandbox.tiktok_shop.seed import SHIPPING_FEE, line_of, wanted_order
from oms.sandbox.tiktok_shop.settling import Settling

ORDER_FIELDS = frozenset(
    ("shop_id", "lines", "cod", "status", "created", "count", "note", "shipping_fee", "address",
     "voucher_seller", "voucher_platform", "shipping_type", "fulfillment_type", "push")
)  # fmt: skip


class Actions(MarketActions[Memory]):
    """The actions of this partner's control API."""

    order_fields = ORDER_FIELDS
    more: ClassVar[dict[str, str]] = {
        "buyer_cancel": "buyer_cancel",
        "ask_return": "ask_return",
        "return_status": "return_status",
        "GET returns": "list_returns",
        "adjust": "adjust",
        "combine": "combine",
        "redirect": "set_redirect",
        "token_warning": "token_warning",
    }

    def __init__(self, desk: Desk, consent: Consent) -> None:
        super().__init__(desk.memory)
        self.desk, self.consent = desk, consent

    # Orders

    def place(self, body: Document, at: int, *, push: bool) -> str:
        """One order of lines [{sku|product_id+sku_id, quantity, price}]; its number."""
        shop = self._shop(body)
        wanted = wanted_order(
            shop["shop_id"],
            at % len(PEOPLE),
            [self._line(shop["shop_id"], line) for line in body.get("lines", [{}])],
            address={**address(at), **body.get("address", {})},
            cod=bool(body.get("cod", False)),
            status=one_of("status", body.get("status", "AWAITING_SHIPMENT"), ORDER_STATUSES),
            note=str(body.get("note", "")),
            shipping_type=one_of(
                "shipping_type", body.get("shipping_type", PLATFORM), (PLATFORM, SELLER)
            ),
            fulfillment_type=one_of(
                "fulfillment_type",
                body.get("fulfillment_type", BY_SELLER),
                (BY_SELLER, BY_PLATFORM),
            ),
            shipping_fee=int(body.get("shipping_fee", SHIPPING_FEE)),
            voucher_seller=int(body.get("voucher_seller", 0)),
            voucher_platform=int(body.get("voucher_platform", 0)),
            created=int(body.get("created", self.memory.now())),
        )
        return str(self.desk.selling.place(wanted, push=push)["order_id"])

    def left(self, body: Document, sku: str) -> int:
        found = self.memory.by_sku(self._shop(body)["shop_id"], sku)
        if found is None or found[0]["status"] != "ACTIVATE":
            return 0
        return int(found[1]["available"])

    def linked_shops(self, request: Request) -> list[Document]:
        """Shops of the accounts that have agreed: [{shop, name}]."""
        return [
            {"shop": shop["shop_id"], "name": shop["name"]}
            for account in self.memory.accounts()
            if account["linked"]
            for shop in self.memory.shops_of(account["open_id"])
        ]

    def book_row(self, order: Document) -> Document:
        kept = [item for item in order["items"] if item["status"] != "CANCELLED"]
        states = {"UNPAID": "unpaid", "CANCELLED": "cancelled"}
        return {
            "number": order["order_id"],
            "status": order["status"],
            "state": states.get(order["status"], "open"),
            "lines": dict(Counter(item["seller_sku"] for item in kept or order["items"])),
            "total_vnd": buyer_total(order),
        }

    def deliver(self, number: str, *, is_over: bool) -> None:
        order = self.memory.any_order(number) or {}
        for status in ("AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED"):
            self.desk.selling.move(order, status)

    def come_back(self, number: str) -> None:
        self.desk.returning.ask(self.memory.any_order(number) or {}, {})

    def end_history(self, numbers: Sequence[str]) -> None:
        """One of the orders brought a penalty, too; the shop pays for what no document explains."""
        super().end_history(numbers)
        order = self.memory.any_order(numbers[1]) or {}
        books = Settling(self.memory, order["shop_id"])
        books.adjust(order, "PLATFORM_PENALTY", -50_000)
        books.adjust(self._nothing({}), "CREATOR_GIFT_SETTLEMENT", -35_000)

    def _shop(self, body: Document) -> Document:
        shop = self.memory.shop(str(body.get("shop_id", FIRST_SHOP)))
        if shop is None:
            raise ControlError(f"no shop {body['shop_id']}")
        return shop

    def _line(self, shop_id: str, line: Document) -> Document:
        quantity, price = line_quantity(line), line.get("price")
        if "product_id" in line:
            product = self.memory.product(shop_id, str(line["product_id"]))
            row = find_row(product, str(line.get("sku_id", ""))) if product else None
            if product is None or row is None:
                raise ControlError(f"no such product or SKU: {line}")
            return line_of((product, row), quantity, price)
        sku = str(line.get("sku", "AT-DEN-M"))
        found = self.memory.by_sku(shop_id, sku)
        return line_of(found or self._deleted_product(sku), quantity, price)

    def _deleted_product(self, sku: str) -> tuple[Document, Document]:
        """A code no product carries any more: the order still shows what was sold."""
        number = 1_728_000_000_000_000_000 + self.memory.db.next("deleted_product")
        row = {"id": f"{number}1", "seller_sku": sku, "attributes": {}, "price": 50_000}
        product = {"id": str(number), "title": f"Sản phẩm {sku}"}
        return product, {**row, "sale_price": 50_000, "grams": 200}

    def list_orders(self, request: Request) -> list[Document]:
        """All orders, unmasked, newest last; `shop_id` and `order_id` narrow them."""
        wanted = {name: request.arg(name) for name in ("shop_id", "order_id")}
        return [
            {**order, "total_amount": buyer_total(order)}
            for order in self.memory.db.all("orders")
            if all(value in ("", order[name]) for name, value in wanted.items())
        ]

    def order_status(self, request: Request) -> Document:
        """Move an order, or some units: {order_id, status, line_item_ids, user, reason}."""
        body = asked(request)
        order = self._order(body)
        chosen = body.get("line_item_ids")
        items = [item for item in order["items"] if item["id"] in chosen] if chosen else None
        facts = {}
        status = one_of("status", body["status"], ORDER_STATUSES)
        if status == "CANCELLED":
            facts = {
                "cancel_user": str(body.get("user", "BUYER")),
                "cancel_reason": str(body.get("reason", BUYER_REASON)),
            }
        self.desk.selling.move(order, status, items, **facts)
        return {"order_id": order["order_id"], "updated": order["updated"]}

    def buyer_cancel(self, request: Request) -> Document:
        """The buyer asks to cancel: {order_id, reason, seconds until it happens}."""
        body = asked(request)
        order = self._order(body)
        reason, seconds = str(body.get("reason", BUYER_REASON)), float(body.get("seconds", DAY_S))
        return {"cancel_id": self.desk.wishes.ask_to_cancel(order, reason, seconds)}

    # Returns and money

    def ask_return(self, request: Request) -> Document:
        """A buyer wants delivered units back: {order_id, line_item_ids, return_type, reason}."""
        body = asked(request)
        made = self.desk.returning.ask(self._order(body), body)
        return {"return_id": made["return_id"]}

    def return_status(self, request: Request) -> Document:
        """Move a return: {return_id, status, arbitration}."""
        body = asked(request)
        made = self.memory.db.get("returns", str(body["return_id"]))
        status = one_of("status", body["status"], RETURN_STATUSES)
        arbitration = one_of("arbitration", body.get("arbitration", ""), ARBITRATION)
        if made is None:
            raise ControlError("no such return")
        self.desk.returning.move(made, status, arbitration=arbitration)
        return {"return_id": made["return_id"]}

    def list_returns(self, request: Request) -> list[Document]:
        return self.memory.db.all("returns")

    def adjust(self, request: Request) -> Document:
        """Give or take money beside the settlement of an order, or of none: {order_id, shop_id,
        type, amount}. A type of the future is taken too: connectors must live with it.
        """
        body = asked(request)
        order = self._order(body) if "order_id" in body else self._nothing(body)
        kind = str(body.get("type", "PLATFORM_PENALTY"))
        books = Settling(self.memory, order["shop_id"])
        return {"adjustment_id": books.adjust(order, kind, int(body["amount"]))}

    def _nothing(self, body: Document) -> Document:
        """In the place of an order, where there is none."""
        shop = self._shop(body)
        return {"shop_id": shop["shop_id"], "order_id": "", "created": self.memory.now()}

    def combine(self, request: Request) -> Document:
        """Put orders into one parcel, as the platform does for one buyer: {order_ids}."""
        orders = [self._order({"order_id": number}) for number in asked(request)["order_ids"]]
        first = orders[0]["items"][0]["package_id"]
        package = self.memory.package(orders[0]["shop_id"], first)
        if package is None or len(orders) < 2:
            raise ControlError("at least two orders that have parcels")
        package["order_ids"] = [order["order_id"] for order in orders]
        for order in orders[1:]:
            for item in order["items"]:
                item["package_id"] = first
            self.memory.save_order(order)
        self.memory.save_package(package)
        return {"package_id": first}

    def _order(self, body: Document) -> Document:
        order = self.memory.any_order(str(body["order_id"]))
        if order is None:
            raise ControlError(f"no order {body['order_id']}")
        return order

    # Authorisation

    def issue_code(self, request: Request) -> Document:
        """An authorisation as if the seller had agreed on the consent page; {shop_id}."""
        account = self._shop(asked(request))["account"]
        return {"code": self.consent.authorise(account), "open_id": account}

    def set_redirect(self, request: Request) -> Document:
        """Register where the consent page returns to: {url}."""
        self.consent.register(str(asked(request)["url"]))
        return {"url": self.consent.redirect_url}

    def unlink(self, request: Request) -> Document:
        """The seller takes the authorisation back."""
        shop = self._shop(asked(request))
        account = self.memory.account(shop["account"]) or {}
        self.memory.save_account({**account, "linked": False})
        for each in self.memory.shops_of(shop["account"]):
            self.desk.pushes.consent_withdrawn(each["shop_id"])
        return {"open_id": shop["account"], "linked": False}

    def token_warning(self, request: Request) -> Document:
        """Send the warning that a consent ends within thirty days."""
        shop = self._shop(asked(request))
        ends = self.memory.now() + 30 * DAY_S
        self.desk.pushes.consent_ends(shop["shop_id"], ends)
        return {"shop_id": shop["shop_id"], "expiration_time": ends}

    # The simulation

    def list_stock(self, request: Request) -> list[Document]:
        """Stock of every SKU; `shop_id` and `sku` narrow it."""
        shop_id, sku = request.arg("shop_id"), request.arg("sku")
        names = ("price", "sale_price", "available", "committed", "campaign")
        return [
            {
                "shop_id": product["shop_id"],
                "product_id": product["id"],
                "sku_id": row["id"],
                "sku": row["seller_sku"],
                "stock": row["available"],
                **{name: row[name] for name in names},
            }
            for product in self.memory.db.all("products")
            for row in product["skus"]
            if shop_id in ("", product["shop_id"]) and sku in ("", row["seller_sku"])
        ]

    def set_stock(self, request: Request) -> Document:
        """Set {available, campaign} of a {sku} of a shop, as if in the seller centre."""
        body = asked(request)
        found = self.memory.by_sku(self._shop(body)["shop_id"], str(body["sku"]))
        if found is None:
            raise ControlError(f"no product carries {body['sku']}")
        product, row = found
        row.update({name: int(body[name]) for name in ("available", "campaign") if name in body})
        self.memory.save_product(product)
        return {"stock": row["available"], "campaign": row["campaign"]}
