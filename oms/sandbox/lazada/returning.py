"""Returns and refunds of delivered units: what buyers ask and what becomes of it."""

from typing import Any

from oms.sandbox.core import ControlError
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.model import DAY_S
from oms.sandbox.lazada.pushes import Pushes
from oms.sandbox.lazada.selling import Selling

RETURN, ONLY_REFUND, CANCEL = "RETURN", "ONLY_REFUND", "CANCEL"
STATUSES = (
    *("REQUEST_INITIATE", "REQUEST_REJECT", "REQUEST_CANCEL", "REFUND_PENDING"),
    *("REFUND_AUTHORIZED", "REFUND_SUCCESS", "REFUND_REJECT", "REQUEST_COMPLETE"),
    *("SELLER_AGREE_RETURN", "SELLER_REJECT_RETURN", "BUYER_RETURN_ITEM"),
    *("SELLER_AGREE_REFUND", "SELLER_REJECT_REFUND", "CS_APPROVING"),
)
REASONS = (
    (1001, "Hàng không đúng mô tả"),
    (1002, "Hàng bị hư hỏng"),
    (1003, "Thiếu hàng hoặc phụ kiện"),
)
REFUSAL_REASONS = (
    (2001, "Hàng đã qua sử dụng", "Item was used"),
    (2002, "Hàng trả không phải hàng đã bán", "Returned item is not what was sold"),
)
# What the push calls a step of goods that come back to the merchant; the others are not pushed.
PUSHED = {
    "REQUEST_INITIATE": "RTM_INIT",
    "REQUEST_CANCEL": "RTM_CANCELED",
    "BUYER_RETURN_ITEM": "RTM_SHIPPING_BACK",
    "SELLER_AGREE_REFUND": "REFUND_PENDING",
    "REFUND_PENDING": "REFUND_PENDING",
    "REFUND_SUCCESS": "REFUND_SUCCESS",
    "REFUND_REJECT": "REFUND_REJECTED",
}
DAYS_TO_ANSWER = 2


class Returning:
    """What happens to reverse orders."""

    def __init__(self, memory: Memory, pushes: Pushes, selling: Selling) -> None:
        self.memory, self.pushes, self.selling = memory, pushes, selling

    def ask(self, order: Document, wanted: Document) -> Document:
        """A buyer wants delivered units back: {order_item_ids (all), request_type, reason_code}."""
        chosen = set(wanted.get("order_item_ids") or [i["order_item_id"] for i in order["items"]])
        items = [item for item in order["items"] if item["order_item_id"] in chosen]
        if not items or any(not item["delivered"] for item in items):
            raise ControlError("only delivered units can come back")
        kind = wanted.get("request_type", RETURN)
        reason = dict(REASONS).get(int(wanted.get("reason_code", 1002)))
        if kind not in (RETURN, ONLY_REFUND) or reason is None:
            raise ControlError("unknown request_type or reason_code")
        number, now = self.memory.db.next("reverse", 700_001), self.memory.now()
        made: Document = {
            "reverse_order_id": number,
            "seller_id": order["seller_id"],
            "order_id": order["order_id"],
            "request_type": kind,
            "is_rtm": not wanted.get("warehouse", False),
            "created": now,
            "lines": [
                self._line(order, item, reason, int(wanted.get("reason_code", 1002)), now)
                for item in items
            ],
        }
        self.save(made)
        for line in made["lines"]:
            self._tell(made, line)
        return made

    @staticmethod
    def _line(order: Document, item: Document, reason: str, code: int, now: int) -> Document:
        return {
            "reverse_order_line_id": item["order_item_id"] + 1_000_000,
            "trade_order_line_id": item["order_item_id"],
            "reverse_status": "REQUEST_INITIATE",
            "product_id": item["product_id"],
            "sku_id": item["sku_id"],
            "sku": item["sku"],
            "shop_sku": item["shop_sku"],
            "price": item["price"],
            "reason_text": reason,
            "reason_code": code,
            "buyer_id": order["buyer_id"],
            "created": now,
            "modified": now,
            "sla": now + DAYS_TO_ANSWER * DAY_S,
            "tracking_number": "",
            "is_dispute": False,
            "history": [
                {
                    "operator": "buyer",
                    "picture": ["https://vn-live.slatic.net/p/r1.jpg"],
                    "time": now,
                }
            ],
        }

    def move(self, made: Document, lines: list[Document], status: str, **facts: Any) -> None:
        """Give lines another status and tell the app; a refund takes the unit out of the sale."""
        now = max(self.memory.now(), max(line["modified"] for line in made["lines"]) + 1)
        for line in lines:
            line.update(facts, reverse_status=status, modified=now)
            if status == "BUYER_RETURN_ITEM" and not line["tracking_number"]:
                line["tracking_number"] = f"LXVNR{self.memory.db.next('return_tracking'):09d}"
        self.save(made)
        if status == "REFUND_SUCCESS":
            self._refund(made, lines, now)
        for line in lines:
            self._tell(made, line)

    def _refund(self, made: Document, lines: list[Document], now: int) -> None:
        order = self.memory.any_order(made["order_id"])
        if order is None:
            return
        ids = {line["trade_order_line_id"] for line in lines}
        units = [item for item in order["items"] if item["order_item_id"] in ids]
        self.selling.move(order, "returned", units, refunded=now)

    def note(self, line: Document, operator: str, pictures: list[str]) -> None:
        line["history"].append(
            {"operator": operator, "picture": pictures, "time": self.memory.now()}
        )

    def _tell(self, made: Document, line: Document) -> None:
        word = PUSHED.get(line["reverse_status"])
        if word is None:
            return
        if made["request_type"] == ONLY_REFUND:
            word = word.replace("RTM_", "REFUND_")
        elif not made["is_rtm"]:
            word = word.replace("RTM_", "RTW_")
        data = {
            "reverse_order_id": str(made["reverse_order_id"]),
            "reverse_order_line_id": str(line["reverse_order_line_id"]),
            "trade_order_id": str(made["order_id"]),
            "trade_order_line_id": str(line["trade_order_line_id"]),
            "reverse_status": word,
            "buyer_id": str(line["buyer_id"]),
            "seller_id": str(made["seller_id"]),
            "status_update_time": line["modified"],
        }
        self.pushes.reverse_told(data, made["seller_id"])

    def find(self, seller_id: int, number: int) -> Document | None:
        found = self.memory.db.get("reverses", number)
        return found if found and found["seller_id"] == seller_id else None

    def save(self, made: Document) -> None:
        self.memory.db.put("reverses", made["reverse_order_id"], made)
