"""What a test or a demonstration can make happen, beyond the protocol."""

from collections.abc import Callable
from typing import Any

from oms.sandbox.core import ControlError, Request, asked
from oms.sandbox.shopee.catalogue import FIRST_SHOP, find_model, sku_of
from oms.sandbox.shopee.consent import Consent
from oms.sandbox.shopee.desk import Desk
from oms.sandbox.shopee.memory import BEHAVIOUR, Document
from oms.sandbox.shopee.model import CHANNELS, OWN_FLEET, SPX, STATUSES
from oms.sandbox.shopee.order_view import buyer_total, clear_address
from oms.sandbox.shopee.seed import PEOPLE, address, buyer, payment_method
from oms.sandbox.shopee.selling import order_line

MOST_AT_ONCE = 20_000
MOST_PUSHED_AT_ONCE = 500
ORDER_FIELDS = frozenset(
    ("shop_id", "lines", "cod", "masked", "status", "create_time", "count", "channel_id", "note",
     "shipping_fee", "packages", "address", "username", "push")
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
            "issue_code": self.issue_code,
            "expire_tokens": self.expire_tokens,
            "unlink": self.unlink,
            "lost-push": self.lost_push,
            "behaviour": self.behaviour,
            "GET stock": self.list_stock,
            "stock": self.set_stock,
        }

    # Orders

    def create_orders(self, request: Request) -> Any:
        """Place `count` equal orders (1): lines [{sku|item_id+model_id, quantity, price}].

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
        numbers = [order["order_sn"] for order in placed]
        return {"order_sn": numbers[0], "order_sns": numbers}

    def _wanted(self, body: Document, at: int) -> Document:
        shop_id = int(body.get("shop_id", FIRST_SHOP))
        if self.memory.shop(shop_id) is None:
            raise ControlError(f"no shop {shop_id}")
        status = body.get("status", "READY_TO_SHIP")
        if status not in STATUSES:
            raise ControlError(f"status must be one of: {', '.join(STATUSES)}")
        cod = bool(body.get("cod", False))
        masked = body.get("masked")
        channel_id = int(body.get("channel_id", (OWN_FLEET if masked is False else SPX).id))
        if channel_id not in CHANNELS:
            raise ControlError(f"channel_id must be one of: {', '.join(map(str, CHANNELS))}")
        person = at % len(PEOPLE)
        known = buyer(person)
        return {
            "shop_id": shop_id,
            "lines": [self._line(shop_id, line) for line in body.get("lines", [{}])],
            "buyer": {**known, "username": body.get("username", known["username"])},
            "address": {**address(person), **body.get("address", {})},
            "cod": cod,
            "channel_id": channel_id,
            "masked": not CHANNELS[channel_id].own_fleet if masked is None else bool(masked),
            "status": status,
            "note": str(body.get("note", "")),
            "shipping_fee": int(body.get("shipping_fee", 16_500)),
            "payment_method": payment_method(cod=cod),
            "create_time": int(body.get("create_time", self.memory.now())),
            "packages": int(body.get("packages", 1)),
        }

    def _line(self, shop_id: int, line: Document) -> Document:
        quantity = int(line.get("quantity", 1))
        price = None if line.get("price") is None else int(line["price"])
        if quantity < 1 or (price is not None and price < 0):
            raise ControlError("quantity is at least 1, price is not negative")
        if "item_id" in line:
            item = self.memory.item(shop_id, int(line["item_id"]))
            model = find_model(item, int(line.get("model_id", 0))) if item else None
            if item is None or model is None:
                raise ControlError(f"no such item or model: {line}")
            return order_line(item, model, quantity, price)
        sku = str(line.get("sku", "AT-DEN-M"))
        found = self.memory.by_sku(shop_id, sku)
        if found is not None:
            return order_line(*found, quantity, price)
        return self._deleted_listing(sku, quantity, 50_000 if price is None else price)

    def _deleted_listing(self, sku: str, quantity: int, price: int) -> Document:
        """A code no listing carries any more: the order still shows what was sold."""
        return {
            "item_id": 23_699_000_000 + self.memory.db.next("deleted_item"),
            "item_name": f"Sản phẩm {sku}",
            "item_sku": sku,
            "model_id": 0,
            "model_name": "",
            "model_sku": "",
            "quantity": quantity,
            "original_price": price,
            "price": price,
            "weight_g": 200,
        }

    def list_orders(self, request: Request) -> list[Document]:
        """All orders, unmasked, newest last; `shop_id`, `order_sn` and `status` narrow them."""
        wanted = {name: request.arg(name) for name in ("shop_id", "order_sn", "status")}
        return [
            {
                **order,
                "total_amount": buyer_total(order),
                "recipient": clear_address(order),
            }
            for order in self.memory.db.all("orders")
            if all(value in ("", str(order[name])) for name, value in wanted.items())
        ]

    def order_status(self, request: Request) -> Document:
        """Move an order: {order_sn, status, cancel_by, cancel_reason, buyer_cancel_reason}."""
        body = asked(request)
        order = self.memory.any_order(str(body["order_sn"]))
        if order is None:
            raise ControlError(f"no order {body['order_sn']}")
        status = body["status"]
        if status not in STATUSES:
            raise ControlError(f"status must be one of: {', '.join(STATUSES)}")
        names = ("cancel_by", "cancel_reason", "buyer_cancel_reason")
        facts = {name: str(body[name]) for name in names if name in body}
        if status == "CANCELLED":
            facts.setdefault("cancel_by", "buyer")
        if status == "IN_CANCEL":
            facts.setdefault("buyer_cancel_reason", "Tôi muốn đổi địa chỉ nhận hàng")
        self.desk.selling.move(order, status, **facts)
        return {name: order[name] for name in ("order_sn", "status", "update_time")}

    # Authorisation

    def issue_code(self, request: Request) -> Document:
        """An authorisation as if the seller had agreed on the consent page."""
        shop_id = int(asked(request).get("shop_id", FIRST_SHOP))
        return {"code": self.consent.authorise(shop_id), "shop_id": shop_id}

    def expire_tokens(self, request: Request) -> Document:
        """End all access tokens, and the refresh tokens too with {"refresh": true}."""
        refresh_too = bool(asked(request).get("refresh", False))
        return {"expired": self.desk.access.expire(refresh_too=refresh_too)}

    def unlink(self, request: Request) -> Document:
        """The seller takes the authorisation back."""
        shop_id = int(asked(request).get("shop_id", FIRST_SHOP))
        shop = self.memory.shop(shop_id)
        if shop is None:
            raise ControlError(f"no shop {shop_id}")
        self.memory.save_shop({**shop, "linked": False})
        data = {"shop_id": shop_id, "shop_id_list": [shop_id], "merchant_id_list": []}
        self.desk.pushes.send(2, {**data, "authorize_type": "shop authorization by user"})
        return {"shop_id": shop_id, "linked": False}

    # The simulation

    def lost_push(self, request: Request) -> Document:
        """{"on": true}: pushes are lost without an attempt until it is switched off."""
        return self.memory.set_behaviour(lost_push=bool(asked(request).get("on", True)))

    def behaviour(self, request: Request) -> Document:
        """Change delays and outcomes; answers with all of them."""
        body = asked(request)
        strange = set(body) - set(BEHAVIOUR)
        if strange:
            raise ControlError(f"unknown behaviour: {', '.join(sorted(strange))}")
        if body.get("document_result", "READY") not in ("READY", "FAILED"):
            raise ControlError("document_result must be READY or FAILED")
        return self.memory.set_behaviour(**body)

    def list_stock(self, request: Request) -> list[Document]:
        """Seller stock of every model; `shop_id` and `sku` narrow it."""
        shop_id, sku = request.arg("shop_id"), request.arg("sku")
        return [
            {
                "shop_id": item["shop_id"],
                "item_id": item["item_id"],
                "model_id": model["model_id"],
                "sku": sku_of(item, model),
                "stock": model["stock"],
                "reserved": model["reserved"],
                "price": model["current_price"],
            }
            for item in self.memory.db.all("items")
            for model in item["models"]
            if shop_id in ("", str(item["shop_id"])) and sku in ("", sku_of(item, model))
        ]

    def set_stock(self, request: Request) -> Document:
        """Set {stock, reserved} of a {sku} of a shop, as if in the seller centre."""
        body = asked(request)
        found = self.memory.by_sku(int(body.get("shop_id", FIRST_SHOP)), str(body["sku"]))
        if found is None:
            raise ControlError(f"no listing carries {body['sku']}")
        item, model = found
        model.update({name: int(body[name]) for name in ("stock", "reserved") if name in body})
        self.memory.save_item(item)
        return {"stock": model["stock"], "reserved": model["reserved"]}
