"""Returns and refunds: what buyers ask, what the seller answers, what the platform decides."""

from collections.abc import Sequence
from typing import Any

from oms.sandbox.core import ControlError
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.memory import Memory
from oms.sandbox.shopee.model import DAY_S
from oms.sandbox.shopee.pushes import Pushes
from oms.sandbox.shopee.selling import Selling

STATUSES = (
    *("REQUESTED", "ACCEPTED", "PROCESSING", "JUDGING"),
    *("SELLER_DISPUTE", "CANCELLED", "CLOSED"),
)
REASONS = (
    *("NONRECEIPT", "WRONG_ITEM", "ITEM_DAMAGED", "DIFF_DESC", "MUITAL_AGREE", "OTHER", "USED"),
    *("NO_REASON", "CHANGE_MIND", "ITEM_MISSING", "EXPECTATION_FAILED", "ITEM_FAKE"),
    *("PHYSICAL_DMG", "FUNCTIONAL_DMG", "ITEM_NOT_FIT", "SUSPICIOUS_PARCEL", "EXPIRED_PRODUCT"),
)
CONFIRMABLE = ("REQUESTED", "PROCESSING")
DISPUTABLE = ("REQUESTED", "PROCESSING", "ACCEPTED")
REFUNDED = ("ACCEPTED", "CLOSED")
HAS_LEFT = ("SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED", "TO_RETURN")
DAYS_TO_ANSWER, DAYS_TO_SHIP, DAYS_TO_PROVE = 2, 5, 3
# Number: its words, and the modules of evidence with whether each must be filled.
DISPUTE_REASONS: dict[int, tuple[str, tuple[tuple[str, bool], ...]]] = {
    1: ("I have shipped the item and have proof of shipment", (("Proof of shipment", True),)),
    2: ("The returned product has physical damage", (("Photo of the product", True),)),
    3: ("The item was as described", (("Photo of the product", True), ("Chat history", False))),
}


class Returning:
    """What happens to returns."""

    def __init__(self, memory: Memory, pushes: Pushes, selling: Selling) -> None:
        self.memory, self.pushes, self.selling = memory, pushes, selling

    def ask(self, order: Document, wanted: Document) -> Document:
        """A buyer asks for `lines` [{at, quantity}] back (all): solution 0 goods, 1 money only."""
        if order["status"] not in HAS_LEFT:
            raise ControlError("only what has left can come back")
        chosen = wanted.get("lines") or [
            {"at": at, "quantity": line["quantity"]} for at, line in enumerate(order["lines"])
        ]
        items = [self._item(order, row) for row in chosen]
        refund = sum(item["refund_amount"] for item in items)
        number, now = self.memory.db.next("return"), self.memory.now()
        solution = int(wanted.get("solution", 0))
        made: Document = {
            "return_sn": f"{order['order_sn'][:6]}0{number:09d}",
            "shop_id": order["shop_id"],
            "order_sn": order["order_sn"],
            "status": "REQUESTED",
            "reason": str(wanted.get("reason", "ITEM_DAMAGED")),
            "text_reason": str(wanted.get("text", "Hàng bị vỡ góc")),
            "image": list(wanted.get("images", ["https://cf.shopee.vn/file/return-1"])),
            "return_solution": solution,
            "after_completion": order["status"] == "COMPLETED",
            "warehouse": bool(wanted.get("warehouse", False)),
            "item": items,
            "refund_amount": refund,
            "asked_amount": refund,
            "create_time": now,
            "update_time": now,
            "due_date": now + DAYS_TO_ANSWER * DAY_S,
            "tracking_number": "",
            "dispute_reason": [],
            "dispute_text_reason": [],
            "evidence": [],
            "images_made": [],
            "buyer": order["buyer"]["username"],
        }
        if made["reason"] not in REASONS or solution not in (0, 1):
            raise ControlError("unknown reason or solution")
        self.save(made)
        if order["status"] != "COMPLETED":
            self.selling.move(order, "TO_RETURN")
        self.tell(made, "return_status", "", "REQUESTED")
        return made

    @staticmethod
    def _item(order: Document, row: Document) -> Document:
        line, quantity = order["lines"][int(row["at"])], int(row["quantity"])
        if not 1 <= quantity <= line["quantity"]:
            raise ControlError("quantity is more than was bought")
        names = ("item_id", "model_id", "item_sku")
        return {
            **{name: line[name] for name in names},
            "name": line["item_name"],
            "variation_sku": line["model_sku"],
            "amount": quantity,
            "item_price": line["price"],
            "refund_amount": line["price"] * quantity,
        }

    def move(self, made: Document, status: str, **facts: Any) -> Document:
        """Give the return another status and tell the partner; a closed one ends the order."""
        before = made["status"]
        made.update(facts)
        made["status"] = status
        made["update_time"] = max(self.memory.now(), made["update_time"] + 1)
        if status == "PROCESSING" and not made["tracking_number"]:
            made["tracking_number"] = f"SPXVNR{self.memory.db.next('return_tracking'):09d}"
        self.save(made)
        order = self.memory.any_order(made["order_sn"])
        if (
            order is not None
            and order["status"] == "TO_RETURN"
            and status in ("CLOSED", "CANCELLED")
        ):
            self.selling.move(order, "COMPLETED")
        if status != before:
            self.tell(made, "return_status", before, status)
        return made

    def dispute(
        self, made: Document, reason: int, text: str, *, evidence: Sequence[Document] = ()
    ) -> None:
        """The seller objects; the proof is due within days."""
        self.move(
            made,
            "SELLER_DISPUTE",
            dispute_reason=[DISPUTE_REASONS[reason][0]],
            dispute_text_reason=[text],
            evidence=list(evidence),
            proof_due=self.memory.now() + DAYS_TO_PROVE * DAY_S,
        )

    def tell(self, made: Document, field: str, old: str, new: str) -> None:
        """Push 29."""
        change = {
            "update_field": field,
            "old_value": old,
            "new_value": new,
            "update_time": made["update_time"],
        }
        data = {
            "order_sn": made["order_sn"],
            "return_sn": made["return_sn"],
            "updated_values": [change],
        }
        self.pushes.send(29, data, made["shop_id"])

    def save(self, made: Document) -> None:
        self.memory.db.put("returns", made["return_sn"], made)


def refunded(memory: Memory, order: Document) -> int:
    """What the seller gave back for an order."""
    rows = memory.db.find("returns", order_sn=order["order_sn"])
    return sum(row["refund_amount"] for row in rows if row["status"] in REFUNDED)
