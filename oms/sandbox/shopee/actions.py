"""What a test or a demonstration can make happen, beyond the protocol."""

from collections.abc import Sequence
from typing import ClassVar

from oms.sandbox.core import ControlError, Request, asked
from oms.sandbox.core.market import Document
from oms.sandbox.core.market_actions import MarketActions, line_quantity, one_of
from oms.sandbox.core.people import PEOPLE, address
from oms.sandbox.shopee.catalogue import FIRST_SHOP, find_model, sku_of
from oms.sandbox.shopee.consent import Consent
from oms.sandbox.shopee.desk import Desk
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.model import CHANNELS, OWN_FLEET, SPX, STATUSES
from oms.sandbox.shopee.negotiating import buyer_says
from oms.sandbox.shopee.order_view import buyer_total, clear_address
from oms.sandbox.shopee.returning import STATUSES as RETURN_STATUSES
from oms.sandbox.shopee.seed import buyer, payment_method
from oms.sandbox.shopee.selling import order_line
from oms.sandbox.shopee.wallet import move_money

ORDER_FIELDS = frozenset(
    ("shop_id", "lines", "cod", "masked", "status", "create_time", "count", "channel_id", "note",
     "shipping_fee", "packages", "address", "username", "push")
)  # fmt: skip


class Actions(MarketActions[Memory]):
    """The actions of this partner's control API."""

    order_fields = ORDER_FIELDS
    placed_at = "create_time"
    more: ClassVar[dict[str, str]] = {
        "lost-push": "lost_push",
        "ask_return": "ask_return",
        "return_status": "return_status",
        "return_answer": "return_answer",
        "adjust": "adjust",
        "GET returns": "list_returns",
    }

    def __init__(self, desk: Desk, consent: Consent) -> None:
        super().__init__(desk.memory)
        self.desk, self.consent = desk, consent

    # Orders

    def place(self, body: Document, at: int, *, push: bool) -> str:
        """One order of lines [{sku|item_id+model_id, quantity, price}]; its number."""
        order = self.desk.selling.place(self._wanted(body, at), push=push)
        return str(order["order_sn"])

    def left(self, body: Document, sku: str) -> int:
        found = self.memory.by_sku(int(body.get("shop_id", FIRST_SHOP)), sku)
        if found is None or found[0]["item_status"] != "NORMAL":
            return 0
        return int(found[1]["stock"])

    def linked_shops(self, request: Request) -> list[Document]:
        """Shops whose sellers have agreed: [{shop, name}]."""
        shops = [shop for shop in self.memory.shops() if shop["linked"]]
        return [{"shop": str(shop["shop_id"]), "name": shop["name"]} for shop in shops]

    def book_row(self, order: Document) -> Document:
        lines: dict[str, int] = {}
        for line in order["lines"]:
            sku = line["model_sku"] or line["item_sku"]
            lines[sku] = lines.get(sku, 0) + line["quantity"]
        states = {"UNPAID": "unpaid", "CANCELLED": "cancelled"}
        return {
            "number": order["order_sn"],
            "status": order["status"],
            "state": states.get(order["status"], "open"),
            "lines": lines,
            "total_vnd": buyer_total(order),
        }

    def deliver(self, number: str, *, is_over: bool) -> None:
        order = self.memory.any_order(number) or {}
        for status in ("SHIPPED", "TO_CONFIRM_RECEIVE", *(["COMPLETED"] if is_over else [])):
            self.desk.selling.move(order, status)

    def come_back(self, number: str) -> None:
        self.desk.returning.ask(self.memory.any_order(number) or {}, {})

    def end_history(self, numbers: Sequence[str]) -> None:
        """One buyer names an amount of his own, another's wish was objected to and waits for proof;
        the wallet pays for advertising, and for something of a type that no document explains.
        """
        super().end_history(numbers)
        order = self.memory.any_order(numbers[2]) or {}
        made = self.desk.returning.ask(order, {"text": "Thiếu một hộp"})
        half = int(made["refund_amount"]) // 2
        buyer_says(self.desk.returning, made, {"say": "offer", "amount": half})
        refused = self.memory.any_order(numbers[1]) or {}
        asked_for = self.desk.returning.ask(refused, {"text": "Hàng bị phai màu sau khi giặt"})
        self.desk.returning.dispute(asked_for, 3, "Giặt đúng hướng dẫn thì không phai màu")
        shop_id = int(order["shop_id"])
        ads = {"amount": -70_000, "type": "PAID_ADS_CHARGE", "reason": "Quảng cáo tìm kiếm"}
        strange = {"amount": -35_000, "type": "LIVE_BOOST_FUND", "order_sn": numbers[1]}
        for movement in (ads, {**strange, "reason": "Gói đẩy livestream"}):
            move_money(self.memory, shop_id, movement)

    def numbers_told(self, numbers: Sequence[str]) -> Document:
        return {"order_sn": numbers[0], "order_sns": list(numbers)}

    def _wanted(self, body: Document, at: int) -> Document:
        shop_id = int(body.get("shop_id", FIRST_SHOP))
        if self.memory.shop(shop_id) is None:
            raise ControlError(f"no shop {shop_id}")
        status = one_of("status", body.get("status", "READY_TO_SHIP"), STATUSES)
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
        quantity = line_quantity(line)
        price = None if line.get("price") is None else int(line["price"])
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
        status = one_of("status", body["status"], STATUSES)
        names = ("cancel_by", "cancel_reason", "buyer_cancel_reason")
        facts = {name: str(body[name]) for name in names if name in body}
        if status == "CANCELLED":
            facts.setdefault("cancel_by", "buyer")
        if status == "IN_CANCEL":
            facts.setdefault("buyer_cancel_reason", "Tôi muốn đổi địa chỉ nhận hàng")
        self.desk.selling.move(order, status, **facts)
        return {name: order[name] for name in ("order_sn", "status", "update_time")}

    # Returns

    def ask_return(self, request: Request) -> Document:
        """The buyer asks: {order_sn, solution 0|1, reason, text, lines [{at, quantity}]}."""
        body = asked(request)
        order = self.memory.any_order(str(body["order_sn"]))
        if order is None:
            raise ControlError(f"no order {body['order_sn']}")
        made = self.desk.returning.ask(order, body)
        return {"return_sn": made["return_sn"], "refund_amount": made["refund_amount"]}

    def return_status(self, request: Request) -> Document:
        """Move a return: {return_sn, status}."""
        body = asked(request)
        made = self.memory.db.get("returns", str(body["return_sn"]))
        if made is None or body["status"] not in RETURN_STATUSES:
            raise ControlError("no such return or status")
        self.desk.returning.move(made, body["status"])
        return {name: made[name] for name in ("return_sn", "status", "update_time")}

    def return_answer(self, request: Request) -> Document:
        """The buyer's word on an offer: {return_sn, say accept|refuse|offer, amount, solution}."""
        body = asked(request)
        made = self.memory.db.get("returns", str(body["return_sn"]))
        if made is None:
            raise ControlError("no such return")
        buyer_says(self.desk.returning, made, body)
        return {name: made[name] for name in ("return_sn", "status", "refund_amount")}

    def list_returns(self, request: Request) -> list[Document]:
        return self.memory.db.all("returns")

    # Money

    def adjust(self, request: Request) -> Document:
        """Give or take money beside orders: {shop_id, amount, type, reason, order_sn}."""
        body = asked(request)
        return {"number": move_money(self.memory, int(body.get("shop_id", FIRST_SHOP)), body)}

    # Authorisation

    def issue_code(self, request: Request) -> Document:
        """An authorisation as if the seller had agreed on the consent page."""
        shop_id = int(asked(request).get("shop_id", FIRST_SHOP))
        return {"code": self.consent.authorise(shop_id), "shop_id": shop_id}

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

    def behaviour_problem(self, body: Document) -> str:
        known = body.get("document_result", "READY") in ("READY", "FAILED")
        return "" if known else "document_result must be READY or FAILED"

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
