"""What a test or a demonstration can make happen, beyond the protocol."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from oms.sandbox.core import ControlError, Request, asked
from oms.sandbox.core.market import Document
from oms.sandbox.core.market_actions import MarketActions, line_quantity, one_of
from oms.sandbox.core.people import PEOPLE, address
from oms.sandbox.lazada.catalogue import FIRST_SELLER, find_row, sellable
from oms.sandbox.lazada.consent import Consent
from oms.sandbox.lazada.desk import Desk
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.model import ITEM_STATUSES, PROVIDERS
from oms.sandbox.lazada.order_view import buyer_total
from oms.sandbox.lazada.returning import STATUSES as RETURN_STATUSES
from oms.sandbox.lazada.seed import line_of

ORDER_FIELDS = frozenset(
    ("seller_id", "lines", "cod", "status", "created", "count", "note", "shipping_fee", "address",
     "voucher_seller", "voucher_platform", "push")
)  # fmt: skip


class Actions(MarketActions[Memory]):
    """The actions of this partner's control API."""

    order_fields = ORDER_FIELDS
    more: ClassVar[dict[str, str]] = {
        "buyer_cancel": "buyer_cancel",
        "ask_return": "ask_return",
        "return_status": "return_status",
        "GET returns": "list_returns",
        "token_warning": "token_warning",
        "adjust": "adjust",
    }

    def __init__(self, desk: Desk, consent: Consent) -> None:
        super().__init__(desk.memory)
        self.desk, self.consent = desk, consent

    # Orders

    def place(self, body: Document, at: int, *, push: bool) -> str:
        """One order of lines [{sku|item_id+sku_id, quantity, price, sof, …}]; its number."""
        order = self.desk.selling.place(self._wanted(body, at), push=push)
        return str(order["order_id"])

    def left(self, body: Document, sku: str) -> int:
        found = self.memory.by_sku(int(body.get("seller_id", FIRST_SELLER)), sku)
        if found is None or found[0]["status"] != "Active":
            return 0
        return sellable(found[1])

    def linked_shops(self, request: Request) -> list[Document]:
        """Sellers who have agreed: [{shop, name}]."""
        sellers = [seller for seller in self.memory.sellers() if seller["linked"]]
        return [{"shop": str(row["seller_id"]), "name": row["name"]} for row in sellers]

    def book_row(self, order: Document) -> Document:
        kept = [item for item in order["items"] if item["status"] != "canceled"]
        words = {item["status"] for item in kept}
        state = "cancelled" if not kept else "unpaid" if words == {"unpaid"} else "open"
        return {
            "number": str(order["order_id"]),
            "status": ",".join(sorted(words)) or "canceled",
            "state": state,
            "lines": dict(Counter(item["sku"] for item in kept or order["items"])),
            "total_vnd": buyer_total(order),
        }

    def deliver(self, number: str, *, is_over: bool) -> None:
        order = self.memory.any_order(int(number)) or {}
        for status in ("packed", "ready_to_ship", "shipped", "delivered"):
            self.desk.selling.move(order, status)

    def come_back(self, number: str) -> None:
        self.desk.returning.ask(self.memory.any_order(int(number)) or {}, {})

    def _wanted(self, body: Document, at: int) -> Document:
        seller_id = int(body.get("seller_id", FIRST_SELLER))
        if self.memory.seller(seller_id) is None:
            raise ControlError(f"no seller {seller_id}")
        status = one_of("status", body.get("status", "pending"), ITEM_STATUSES)
        person = at % len(PEOPLE)
        return {
            "seller_id": seller_id,
            "lines": [self._line(seller_id, line) for line in body.get("lines", [{}])],
            "buyer_id": 412_340_900 + person,
            "address": {**address(person), **body.get("address", {})},
            "cod": bool(body.get("cod", False)),
            "status": status,
            "note": str(body.get("note", "")),
            "shipping_fee": int(body.get("shipping_fee", 15_000)),
            "voucher_seller": int(body.get("voucher_seller", 0)),
            "voucher_platform": int(body.get("voucher_platform", 0)),
            "created": int(body.get("created", self.memory.now())),
        }

    def _line(self, seller_id: int, line: Document) -> Document:
        quantity = line_quantity(line)
        more = {
            key: line[key] for key in ("price", "sof", "is_fbl", "warehouse_code") if key in line
        }
        if "item_id" in line:
            product = self.memory.product(seller_id, int(line["item_id"]))
            row = find_row(product, int(line.get("sku_id", 0))) if product else None
            if product is None or row is None:
                raise ControlError(f"no such item or SKU: {line}")
            return line_of((product, row), quantity, **more)
        sku = str(line.get("sku", "AT-DEN-M"))
        found = self.memory.by_sku(seller_id, sku)
        return line_of(found or self._deleted_product(sku), quantity, **more)

    def _deleted_product(self, sku: str) -> tuple[Document, Document]:
        """A code no product carries any more: the order still shows what was sold."""
        number = 2_499_000_000 + self.memory.db.next("deleted_product")
        row = {"sku_id": number * 5, "sku": sku, "options": {}, "price": 50_000, "grams": 200}
        product = {"item_id": number, "name": f"Sản phẩm {sku}"}
        return product, {**row, "special_price": None}

    def list_orders(self, request: Request) -> list[Document]:
        """All orders, unmasked, newest last; `seller_id` and `order_id` narrow them."""
        wanted = {name: request.arg(name) for name in ("seller_id", "order_id")}
        return [
            {
                **order,
                "statuses": sorted({item["status"] for item in order["items"]}),
                "total_amount": buyer_total(order),
            }
            for order in self.memory.db.all("orders")
            if all(value in ("", str(order[name])) for name, value in wanted.items())
        ]

    def order_status(self, request: Request) -> Document:
        """Move units: {order_id, status, order_item_ids (all), initiator, reason}."""
        body = asked(request)
        order = self._order(body)
        chosen = set(body.get("order_item_ids") or [i["order_item_id"] for i in order["items"]])
        items = [item for item in order["items"] if item["order_item_id"] in chosen]
        facts = {name: str(body[name]) for name in ("initiator", "reason") if name in body}
        status = one_of("status", body["status"], ITEM_STATUSES)
        if status == "canceled":
            facts.setdefault("initiator", "cancellation-customer")
        self.desk.selling.move(order, status, items, **facts)
        return {"order_id": str(order["order_id"]), "updated": order["updated"]}

    def buyer_cancel(self, request: Request) -> Document:
        """The buyer asks to cancel: {order_id, order_item_ids (all), seconds until it happens}."""
        body = asked(request)
        order = self._order(body)
        chosen = set(body.get("order_item_ids") or [i["order_item_id"] for i in order["items"]])
        items = [item for item in order["items"] if item["order_item_id"] in chosen]
        seconds = float(body.get("seconds", 86_400))
        return {"reverse_order_id": self.desk.selling.ask_to_cancel(order, items, seconds)}

    # Returns

    def ask_return(self, request: Request) -> Document:
        """The buyer asks: {order_id, request_type RETURN|ONLY_REFUND, order_item_ids (all)}."""
        body = asked(request)
        made = self.desk.returning.ask(self._order(body), body)
        return {"reverse_order_id": str(made["reverse_order_id"])}

    def return_status(self, request: Request) -> Document:
        """Move all lines of a reverse order: {reverse_order_id, status}."""
        body = asked(request)
        made = self.memory.db.get("reverses", int(body["reverse_order_id"]))
        if made is None or body["status"] not in RETURN_STATUSES:
            raise ControlError("no such reverse order or status")
        self.desk.returning.move(made, made["lines"], body["status"])
        return {"reverse_order_id": str(made["reverse_order_id"])}

    def list_returns(self, request: Request) -> list[Document]:
        return self.memory.db.all("reverses")

    def _order(self, body: Document) -> Document:
        order = self.memory.any_order(int(body["order_id"]))
        if order is None:
            raise ControlError(f"no order {body['order_id']}")
        return order

    # Authorisation

    def issue_code(self, request: Request) -> Document:
        """An authorisation as if the seller had agreed on the consent page."""
        seller_id = int(asked(request).get("seller_id", FIRST_SELLER))
        return {"code": self.consent.authorise(seller_id), "seller_id": seller_id}

    def unlink(self, request: Request) -> Document:
        """The seller takes the authorisation back; nothing is pushed about it."""
        seller_id = int(asked(request).get("seller_id", FIRST_SELLER))
        seller = self.memory.seller(seller_id)
        if seller is None:
            raise ControlError(f"no seller {seller_id}")
        self.memory.save_seller({**seller, "linked": False})
        return {"seller_id": seller_id, "linked": False}

    def token_warning(self, request: Request) -> Document:
        """Push the warning that a consent ends in 48 hours."""
        seller_id = int(asked(request).get("seller_id", FIRST_SELLER))
        ends = self.memory.now() + 48 * 3600
        self.desk.pushes.token_ends(self.desk.access.app_key, seller_id, ends)
        return {"seller_id": seller_id, "auth_expiry_time": ends}

    def adjust(self, request: Request) -> Document:
        """Give or take money: {seller_id, amount, name, fee_type}, of an order with {order_id}.

        A name of the future is taken too: connectors must live with it.
        """
        return {"number": self._adjust(asked(request))}

    def end_history(self, numbers: Sequence[str]) -> None:
        """The statement has advertising, too, and an account that no document explains."""
        super().end_history(numbers)
        self._adjust({"amount": -70_000})
        self._adjust({"amount": -35_000, "name": "LazLive Boost Package", "fee_type": "977"})

    def _adjust(self, body: Document) -> str:
        number = f"ADJ{self.memory.db.next('adjustment'):09d}"
        made = {
            "number": number,
            "seller_id": int(body.get("seller_id", FIRST_SELLER)),
            "amount": int(body["amount"]),
            "name": str(body.get("name", "Sponsored Discovery Campaign")),
            "fee_type": str(body.get("fee_type", "151")),
            "order_no": str(body.get("order_id", "")),
            "at": self.memory.now(),
        }
        self.memory.db.put("adjustments", number, made)
        return number

    # The simulation

    def behaviour_problem(self, body: Document) -> str:
        known = body.get("provider", "LEX VN") in PROVIDERS
        return "" if known else f"provider must be one of: {', '.join(PROVIDERS)}"

    def list_stock(self, request: Request) -> list[Document]:
        """Stock of every SKU; `seller_id` and `sku` narrow it."""
        seller_id, sku = request.arg("seller_id"), request.arg("sku")
        return [
            {
                "seller_id": product["seller_id"],
                "item_id": product["item_id"],
                "sku": row["sku"],
                "sku_id": row["sku_id"],
                "price": row["price"],
                "special_price": row["special_price"],
                "stock": sellable(row),
                **{name: row[name] for name in ("total", "withhold", "occupy", "campaign")},
            }
            for product in self.memory.db.all("products")
            for row in product["skus"]
            if seller_id in ("", str(product["seller_id"])) and sku in ("", row["sku"])
        ]

    def set_stock(self, request: Request) -> Document:
        """Set {total, campaign} of a {sku} of a seller, as if in the seller centre."""
        body = asked(request)
        found = self.memory.by_sku(int(body.get("seller_id", FIRST_SELLER)), str(body["sku"]))
        if found is None:
            raise ControlError(f"no product carries {body['sku']}")
        product, row = found
        row.update({name: body[name] for name in ("total", "campaign") if name in body})
        self.memory.save_product(product)
        return {"total": row["total"], "stock": sellable(row), "campaign": row["campaign"]}
