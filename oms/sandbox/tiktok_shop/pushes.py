"""Webhooks: one message for each change, to the address of its shop and topic or of the app."""

from typing import Any

from oms.sandbox.core import Webhooks
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.memory import Memory

ORDER, ADDRESS, PACKAGE, PRODUCT, DEAUTHORISED, EXPIRING, CANCELLATION = 1, 3, 4, 5, 6, 7, 11
RETURN = 12
TOPICS = {
    ORDER: "ORDER_STATUS_CHANGE",
    ADDRESS: "RECIPIENT_ADDRESS_UPDATE",
    PACKAGE: "PACKAGE_UPDATE",
    PRODUCT: "PRODUCT_STATUS_CHANGE",
    DEAUTHORISED: "SELLER_DEAUTHORIZATION",
    EXPIRING: "UPCOMING_AUTHORIZATION_EXPIRATION",
    CANCELLATION: "CANCELLATION_STATUS_CHANGE",
    RETURN: "RETURN_STATUS_CHANGE",
}
TIMEOUT_S = 3.0
STATUS_WORDS = ("order_status", "cancel_status", "return_status", "status")


class Pushes:
    """Sends in the platform's name."""

    def __init__(self, memory: Memory, webhooks: Webhooks) -> None:
        self.memory, self.webhooks = memory, webhooks

    def send(self, kind: int, data: Document, shop_id: str) -> None:
        """Queue one message; after the consent was taken back only that itself is told."""
        shop = self.memory.shop(shop_id) or {}
        account = self.memory.account(str(shop.get("account"))) or {}
        if not account.get("linked") and kind != DEAUTHORISED:
            return
        topic = TOPICS[kind]
        fault = self.webhooks.faults.take(topic, "unknown_webhook_status")
        if fault is not None:
            data = {key: fault.value if key in STATUS_WORDS else v for key, v in data.items()}
        number = self.memory.db.next("notification", 7_327_000_000_000_000_001)
        envelope: dict[str, Any] = {
            "type": kind,
            "tts_notification_id": str(number),
            "shop_id": shop_id,
            "timestamp": self.memory.now(),
            "data": data,
        }
        self.webhooks.send(topic, envelope, scope=scope_of(shop_id, topic))

    def order_moved(self, order: Document) -> None:
        data = {
            "order_id": order["order_id"],
            "order_status": order["status"],
            "is_on_hold_order": order["status"] == "ON_HOLD",
            "update_time": order["updated"],
        }
        self.send(ORDER, data, order["shop_id"])

    def package_moved(self, package: Document) -> None:
        one = {"package_id": package["package_id"], "order_id_list": package["order_ids"]}
        data = {
            "sc_type": 1,
            "role_type": 1,
            "package_list": [one],
            "update_time": package["updated"],
        }
        self.send(PACKAGE, data, package["shop_id"])

    def product_moved(self, product: Document) -> None:
        data = {
            "product_id": product["id"],
            "status": product["status"],
            "suspended_reason": "",
            "update_time": product["updated"],
        }
        self.send(PRODUCT, data, product["shop_id"])

    def cancellation_moved(self, wish: Document) -> None:
        data = {
            "order_id": wish["order_id"],
            "cancellations_role": wish["role"],
            "cancel_status": wish["status"],
            "cancel_id": wish["cancel_id"],
            "create_time": wish["created"],
        }
        self.send(CANCELLATION, data, wish["shop_id"])

    def return_moved(self, made: Document) -> None:
        data = {
            "order_id": made["order_id"],
            "return_role": made["role"],
            "return_type": made["type"],
            "return_status": made["status"],
            "return_id": made["return_id"],
            "create_time": made["created"],
            "update_time": made["updated"],
        }
        self.send(RETURN, data, made["shop_id"])

    def consent_ends(self, shop_id: str, ends: int) -> None:
        """Daily from thirty days before."""
        data = {"message": "The authorization will expire soon.", "expiration_time": ends}
        self.send(EXPIRING, data, shop_id)

    def consent_withdrawn(self, shop_id: str) -> None:
        self.send(DEAUTHORISED, {"message": "The seller has cancelled the authorization."}, shop_id)


def scope_of(shop_id: str, topic: str) -> str:
    """Under which name an address for one topic of one shop is kept."""
    return f"{shop_id}:{topic}"
