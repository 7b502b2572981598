"""Parcels as GHTK keeps them, and the form it posts about one."""

from datetime import datetime, timedelta, timezone
from typing import Any

from oms.sandbox.core import ParcelBook, Refusal
from oms.sandbox.ghtk.envelope import refusal
from oms.sandbox.ghtk.statuses import JOURNEY, TEXT

VIETNAM = timezone(timedelta(hours=7))
FIRST_NUMBER = 17_373_471
NO_SUCH_ORDER = "Đơn hàng không tồn tại"


def local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, VIETNAM)


def written(seconds: float) -> str:
    return local(seconds).strftime("%Y-%m-%d %H:%M:%S")


class Parcels(ParcelBook):
    """The orders of every account under GHTK's label."""

    journey = JOURNEY
    code_field = "label"
    own_field = "partner_id"

    def add(self, order: dict[str, Any], *, account: str) -> dict[str, Any]:
        now = self.clock.now()
        number = FIRST_NUMBER + self.db.next("orders")
        stored = {
            **order,
            "label": f"S1.A1.{number}",
            "tracking_id": number,
            "account": account,
            "status": "2",
            "created_at": now,
            "moved_at": now,
            "message": "",
        }
        self.remember_own_code(account, stored)
        self.save(stored)
        self.tell(stored, "status")
        return stored

    def of_account(self, account: str, name: str) -> dict[str, Any]:
        """By label, or by `partner_id:` and the seller's code."""
        own = name.removeprefix("partner_id:")
        by_own = own != name
        order = self.by_own_code(account, own) if by_own else self.db.get("orders", name)
        if order is None or order["account"] != account:
            raise refusal(NO_SUCH_ORDER)
        return order

    def refused_step(self, order: dict[str, Any], status: str) -> Refusal:
        return refusal(f"{order['status']} -> {status}")

    def stamps(
        self, order: dict[str, Any], status: str, now: float, said: dict[str, str]
    ) -> dict[str, Any]:
        return {"message": said["reason"], "reason_code": said["reason_code"]}

    def tell_move(self, order: dict[str, Any], said: dict[str, str]) -> None:
        self.tell(order, "status", **said)

    def tell(self, order: dict[str, Any], kind: str, **changed: Any) -> None:
        message = form_of(order, local(self.clock.now()).isoformat(timespec="seconds")) | changed
        self.webhooks.send(kind, message, group=order["label"], scope=order["account"])

    def owes(self, order: dict[str, Any]) -> bool:
        return order["status"] == "5" and order["pick_money"] > 0

    def pay_out(self, order: dict[str, Any]) -> dict[str, Any]:
        """Status 6: the money has been settled."""
        return self.move(order, "6")


def form_of(order: dict[str, Any], action_time: str) -> dict[str, Any]:
    """The fields of a message; weight is in kilograms here."""
    return {
        "label_id": order["label"],
        "partner_id": order["partner_id"],
        "status_id": int(order["status"]),
        "action_time": action_time,
        "reason_code": "",
        "reason": "",
        "weight": round(order["weight_g"] / 1000, 3),
        "fee": order["fee"],
        "pick_money": order["pick_money"],
        "return_part_package": 0,
    }


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """`order` of the status call; weight is in grams here."""
    return {
        "label_id": order["label"],
        "partner_id": order["partner_id"],
        "status": order["status"],
        "status_text": TEXT[order["status"]],
        "created": written(order["created_at"]),
        "modified": written(order["moved_at"]),
        "message": order["message"],
        "pick_date": order["pick_date"] or local(order["created_at"]).strftime("%Y-%m-%d"),
        "deliver_date": local(order["due_at"]).strftime("%Y-%m-%d"),
        "customer_fullname": order["name"],
        "customer_tel": order["tel"],
        "address": order["address"],
        "storage_day": 3,
        "ship_money": order["fee"],
        "insurance": order["insurance_fee"],
        "value": order["value"],
        "weight": order["weight_g"],
        "pick_money": order["pick_money"],
        "is_freeship": order["is_freeship"],
        "products": order["products"],
    }


def created(order: dict[str, Any]) -> dict[str, Any]:
    """`order` of a create; money is text here."""
    return {
        "partner_id": order["partner_id"],
        "label": order["label"],
        "area": "1",
        "fee": str(order["fee"]),
        "insurance_fee": str(order["insurance_fee"]),
        "estimated_pick_time": f"Sáng {local(order['created_at'] + 86400):%Y-%m-%d}",
        "estimated_deliver_time": f"Chiều {local(order['due_at']):%Y-%m-%d}",
        "products": [],
        "status_id": int(order["status"]),
        "tracking_id": order["tracking_id"],
        "sorting_code": order["sorting_code"],
        "is_xfast": 0,
    }
