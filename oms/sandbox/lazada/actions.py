"""What a test or a demonstration can make happen, beyond the protocol."""

from collections.abc import Callable
from typing import Any

from oms.sandbox.core import ControlError, Request, asked
from oms.sandbox.lazada.catalogue import FIRST_SELLER, find_row, sellable
from oms.sandbox.lazada.consent import Consent
from oms.sandbox.lazada.desk import Desk
from oms.sandbox.lazada.memory import BEHAVIOUR, Document
from oms.sandbox.lazada.model import ITEM_STATUSES, PROVIDERS
from oms.sandbox.lazada.order_view import buyer_total
from oms.sandbox.lazada.seed import PEOPLE, address, line_of

MOST_AT_ONCE, MOST_PUSHED_AT_ONCE = 20_000, 500
ORDER_FIELDS = frozenset(
    ("seller_id", "lines", "cod", "status", "created", "count", "note", "shipping_fee", "address",
     "voucher_seller", "voucher_platform", "push")
)  # fmt: skip


class Actions:
    """The actions of this partner's control API."""

    def __init__(self, desk: Desk, consent: Consent) -> None:
        self.desk, self.consent, self.memory = desk, consent, desk.memory

    def table(self) -> dict[str, Callable[[Request], Any]]:
        return {
            "orders": self.create_orders,
            "GET orders": self.list_orders,
            "order_status": self.order_status,
            "buyer_cancel": self.buyer_cancel,
            "issue_code": self.issue_code,
            "expire_tokens": self.expire_tokens,
            "unlink": self.unlink,
            "token_warning": self.token_warning,
            "behaviour": self.behaviour,
            "GET stock": self.list_stock,
            "stock": self.set_stock,
        }

    # Orders

    def create_orders(self, request: Request) -> Any:
        """Place `count` equal orders (1): lines [{sku|item_id+sku_id, quantity, price, sof, …}].

        Every order is pushed, unless `push` is false or they are very many.
        """
        body = asked(request)
        strange = set(body) - ORDER_FIELDS
        if strange:
            raise ControlError(f"unknown field: {', '.join(sorted(strange))}")
        count = int(body.get("count", 1))
        if not 1 <= count <= MOST_AT_ONCE:
            raise ControlError(f"count must be 1 to {MOST_AT_ONCE}")
        push = bool(body.get("push", count <= MOST_PUSHED_AT_ONCE))
        placed = [self.desk.selling.place(self._wanted(body, at), push=push) for at in range(count)]
        numbers = [str(order["order_id"]) for order in placed]
        return {"order_id": numbers[0], "order_ids": numbers}

    def _wanted(self, body: Document, at: int) -> Document:
        seller_id = int(body.get("seller_id", FIRST_SELLER))
        if self.memory.seller(seller_id) is None:
            raise ControlError(f"no seller {seller_id}")
        status = _status(body.get("status", "pending"))
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
        quantity = int(line.get("quantity", 1))
        if quantity < 1 or int(line.get("price") or 0) < 0:
            raise ControlError("quantity is at least 1, price is not negative")
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
        status = _status(body["status"])
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

    def expire_tokens(self, request: Request) -> Document:
        """End all access tokens, and the refresh tokens too with {"refresh": true}."""
        refresh_too = bool(asked(request).get("refresh", False))
        return {"expired": self.desk.access.expire(refresh_too=refresh_too)}

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

    # The simulation

    def behaviour(self, request: Request) -> Document:
        """Change delays and outcomes; answers with all of them."""
        body = asked(request)
        strange = set(body) - set(BEHAVIOUR)
        if strange:
            raise ControlError(f"unknown behaviour: {', '.join(sorted(strange))}")
        if body.get("provider", "LEX VN") not in PROVIDERS:
            raise ControlError(f"provider must be one of: {', '.join(PROVIDERS)}")
        return self.memory.set_behaviour(**body)

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


def _status(given: Any) -> str:
    if given not in ITEM_STATUSES:
        raise ControlError(f"status must be one of: {', '.join(ITEM_STATUSES)}")
    return str(given)
