"""Cancelling: what the seller decides, what the buyer wishes, and who answers."""

from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import PENDING, SUCCESS
from oms.sandbox.tiktok_shop.pushes import Pushes
from oms.sandbox.tiktok_shop.selling import Selling


class Wishes:
    """Cancellations, each a document of its own."""

    def __init__(self, memory: Memory, pushes: Pushes, selling: Selling) -> None:
        self.memory, self.pushes, self.selling = memory, pushes, selling

    def ask_to_cancel(self, order: Document, reason: str, seconds: float) -> str:
        """The buyer wants the order cancelled; without an answer it is."""
        now = max(self.memory.now(), order["updated"] + 1)
        ends = self.memory.clock.now() + seconds
        wish = self._wish(order, "BUYER_CANCEL", "BUYER", reason, now)
        wish.update(status=PENDING, deadline=int(ends))
        order.update(updated=now, wish=wish["cancel_id"], asked=now)
        self.memory.save_order(order)
        self.memory.save_cancellation(wish)
        names = {"shop_id": order["shop_id"], "cancel_id": wish["cancel_id"]}
        self.memory.later(ends, "wish", **names)
        self.pushes.cancellation_moved(wish)
        self.pushes.order_moved(order)
        return str(wish["cancel_id"])

    def _wish(self, order: Document, kind: str, role: str, reason: str, now: int) -> Document:
        number = self.memory.db.next("cancellation", 4_035_633_447_771_800_001)
        return {
            "cancel_id": str(number),
            "order_id": order["order_id"],
            "shop_id": order["shop_id"],
            "type": kind,
            "role": role,
            "reason": reason,
            "status": "",
            "deadline": 0,
            "created": now,
            "updated": now,
        }

    def answer(self, wish: Document, status: str) -> None:
        """The seller, the buyer or the clock ends a wish."""
        order = self.memory.any_order(wish["order_id"])
        if order is None:
            return
        wish.update(status=status, updated=max(self.memory.now(), wish["updated"] + 1))
        self.memory.save_cancellation(wish)
        order["wish"] = ""
        if status == SUCCESS:
            self.cancel(order, wish["role"], wish["reason"])
        else:
            order["updated"] = max(self.memory.now(), order["updated"] + 1)
            self.memory.save_order(order)
            self.pushes.order_moved(order)
        self.pushes.cancellation_moved(wish)

    def cancel_by_seller(self, order: Document, reason: str) -> Document:
        """The seller ends the order."""
        wish = self._wish(order, "CANCEL", "SELLER", reason, self.memory.now())
        wish["status"] = SUCCESS
        self.memory.save_cancellation(wish)
        self.cancel(order, "SELLER", reason)
        self.pushes.cancellation_moved(wish)
        return wish

    def cancel(self, order: Document, user: str, reason: str) -> None:
        """End what is left of an order."""
        self.selling.move(order, "CANCELLED", cancel_user=user, cancel_reason=reason)
