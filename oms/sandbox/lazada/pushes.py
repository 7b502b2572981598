"""Pushes to the app's callback: one message per unit, parcel or reverse line."""

from typing import Any

from oms.sandbox.core import Webhooks
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.model import FULFILMENT_WORDS, SITE

TRADE, TOKEN, REVERSE, FULFILMENT = 0, 8, 10, 14
NAMES = {TRADE: "trade_order", TOKEN: "token_expiry", REVERSE: "reverse", FULFILMENT: "fulfilment"}
TIMEOUT_S = 0.5


class Pushes:
    """Sends in the platform's name, to one callback for the whole app."""

    def __init__(self, memory: Memory, webhooks: Webhooks) -> None:
        self.memory, self.webhooks = memory, webhooks

    def send(self, kind: int, data: Document, seller_id: int | None) -> None:
        """Queue one message; nothing is pushed for a seller who took the consent back."""
        seller = self.memory.seller(seller_id) if seller_id is not None else None
        if seller_id is not None and (seller is None or not seller["linked"]):
            return
        fault = self.webhooks.faults.take(NAMES[kind], "unknown_webhook_status")
        if fault is not None:
            words = ("status", "order_status", "reverse_status")
            data = {key: fault.value if key in words else value for key, value in data.items()}
        envelope: dict[str, Any] = {
            "seller_id": "null" if seller_id is None else str(seller_id),
            "message_type": kind,
            "data": data,
            "timestamp": self.memory.now() * (1000 if kind == TRADE else 1),
            "site": SITE,
        }
        self.webhooks.send(NAMES[kind], envelope)

    def unit_moved(self, order: Document, item: Document) -> None:
        """The state of one unit changed."""
        data: Document = {
            "order_status": item["status"],
            "trade_order_id": str(order["order_id"]),
            "trade_order_line_id": str(item["order_item_id"]),
            "status_update_time": item["updated"],
        }
        if item["reverse_order_id"]:
            data["reverse_order_id"] = str(item["reverse_order_id"])
            data["reverse_order_line_id"] = str(item["order_item_id"] + 1)
        self.send(TRADE, data, order["seller_id"])

    def parcel_moved(self, order: Document, item: Document) -> None:
        """The state of a parcel changed; `item` is any unit in it."""
        word = FULFILMENT_WORDS.get(item["status"])
        if word is None or not item["package_id"]:
            return
        data = {
            "trade_order_id": str(order["order_id"]),
            "fulfillment_package_id": item["package_id"],
            "status": word,
            "status_update_time": item["updated"],
            "buyer_id": str(order["buyer_id"]),
        }
        self.send(FULFILMENT, data, order["seller_id"])

    def reverse_moved(self, order: Document, item: Document, status: str) -> None:
        """A wish to cancel or a return changed."""
        data = {
            "reverse_order_id": str(item["reverse_order_id"]),
            "reverse_order_line_id": str(item["order_item_id"] + 1),
            "trade_order_id": str(order["order_id"]),
            "trade_order_line_id": str(item["order_item_id"]),
            "reverse_status": status,
            "buyer_id": str(order["buyer_id"]),
            "seller_id": str(order["seller_id"]),
            "status_update_time": item["updated"],
        }
        self.send(REVERSE, data, order["seller_id"])

    def reverse_told(self, data: Document, seller_id: int) -> None:
        """A step of goods that come back."""
        self.send(REVERSE, data, seller_id)

    def token_ends(self, app_key: str, seller_id: int, ends: int) -> None:
        """The warning 48 hours before a consent ends; its own seller is only in the data."""
        data = {"app_key": app_key, "seller_id": str(seller_id), "auth_expiry_time": ends}
        self.send(TOKEN, data, None)
