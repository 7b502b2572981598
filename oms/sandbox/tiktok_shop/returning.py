"""Returns and refunds of delivered units: what buyers ask and what becomes of it."""

from typing import Any

from oms.sandbox.core import ControlError
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import COMPLETE, DAY_S
from oms.sandbox.tiktok_shop.order_view import seller_discount
from oms.sandbox.tiktok_shop.pushes import Pushes

REFUND, RETURN, REPLACEMENT = "REFUND", "RETURN_AND_REFUND", "REPLACEMENT"
PENDING, SUCCESS = "RETURN_OR_REFUND_REQUEST_PENDING", "RETURN_OR_REFUND_REQUEST_SUCCESS"
REJECTED, SHIPPED = "REFUND_OR_RETURN_REQUEST_REJECT", "BUYER_SHIPPED_ITEM"
AWAITING_BUYER, NOT_RECEIVED = "AWAITING_BUYER_SHIP", "REJECT_RECEIVE_PACKAGE"
OFFERED = "AWAITING_BUYER_RESPONSE"
STATUSES = (
    *(PENDING, REJECTED, AWAITING_BUYER, SHIPPED, NOT_RECEIVED, SUCCESS, COMPLETE, OFFERED),
    "RETURN_OR_REFUND_REQUEST_CANCEL",
)
ARBITRATION = ("", "IN_PROGRESS", "SUPPORT_BUYER", "SUPPORT_SELLER", "CLOSED")
# What the seller is asked, by what the buyer wants; the goods' arrival asks once more.
FIRST_QUESTION = {
    REFUND: "SELLER_RESPOND_REFUND",
    RETURN: "SELLER_RESPOND_RETURN",
    REPLACEMENT: "SELLER_RESPOND_REPLACEMENT",
}
ARRIVED = "SELLER_RESPOND_RECEIVE_PACKAGE"
REASONS = {
    "ecom_order_delivered_refund_and_return_reason_damaged": "Hàng bị hư hỏng",
    "ecom_order_delivered_refund_and_return_reason_wrong": "Giao sai hàng",
}
DAYS_TO_ANSWER = 2


def question_of(made: Document) -> str:
    """What the seller is asked to decide now; empty when nothing."""
    if made["status"] == PENDING:
        return FIRST_QUESTION[made["type"]]
    return ARRIVED if made["status"] == SHIPPED else ""


class Returning:
    """What happens to returns."""

    def __init__(self, memory: Memory, pushes: Pushes) -> None:
        self.memory, self.pushes = memory, pushes

    def ask(self, order: Document, wanted: Document) -> Document:
        """A buyer wants delivered units back: {line_item_ids (all), return_type, reason}."""
        chosen = set(wanted.get("line_item_ids") or [item["id"] for item in order["items"]])
        items = [item for item in order["items"] if item["id"] in chosen]
        kind = wanted.get("return_type", RETURN)
        reason = str(wanted.get("reason", next(iter(REASONS))))
        if not items or not order["delivered"]:
            raise ControlError("only delivered units can come back")
        if kind not in FIRST_QUESTION or reason not in REASONS:
            raise ControlError("unknown return_type or reason")
        number, now = self.memory.db.next("return", 4_035_700_000_000_000_001), self.memory.now()
        made: Document = {
            "return_id": str(number),
            "shop_id": order["shop_id"],
            "order_id": order["order_id"],
            "type": kind,
            "status": PENDING,
            "arbitration": "",
            "role": "BUYER",
            "reason": reason,
            "units": [item["id"] for item in items],
            "lines": [_line(item) for item in items],
            "created": now,
            "updated": now,
            "deadline": now + DAYS_TO_ANSWER * DAY_S,
            "tracking_number": "",
            "partial": 0,
            "records": [],
        }
        text = str(wanted.get("text", "Hàng bị vỡ góc"))
        self.note(made, "BUYER", "BUYER_CREATE_REQUEST", text, ["https://p16.example.invalid/r1"])
        self.memory.save_return(made)
        self.pushes.return_moved(made)
        return made

    def note(self, made: Document, role: str, event: str, text: str, pictures: list[str]) -> None:
        """One more row of the history, newest last."""
        made["records"].append(
            {
                "event": event,
                "role": role,
                "description": event.replace("_", " ").capitalize(),
                "reason_text": REASONS[made["reason"]] if role == "BUYER" else "",
                "note": text,
                "images": [{"url": url, "width": 600, "height": 600} for url in pictures],
                "videos": [],
                "create_time": self.memory.now(),
            }
        )

    def move(self, made: Document, status: str, **facts: Any) -> Document:
        """Give the return another status and tell the app."""
        made.update(facts, status=status, updated=max(self.memory.now(), made["updated"] + 1))
        if status == SHIPPED:
            made["deadline"] = made["updated"] + DAYS_TO_ANSWER * DAY_S
            if not made["tracking_number"]:
                number = self.memory.db.next("return_tracking", 41_000_000_001)
                made["tracking_number"] = f"8{number:011d}"
        self.memory.save_return(made)
        self.pushes.return_moved(made)
        return made


def _line(item: Document) -> Document:
    names = ("sku_id", "sku_name", "product_name", "seller_sku")
    paid = item["original_price"] - seller_discount(item) - item["voucher_platform"]
    return {
        **{name: item[name] for name in names},
        "return_line_item_id": f"{item['id']}5",
        "order_line_item_id": item["id"],
        "refund": paid,
    }
