"""Parcels as Viettel Post keeps them, and the message that tells the seller about one."""

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from oms.sandbox.core import ParcelBook, Refusal
from oms.sandbox.viettel_post import fees
from oms.sandbox.viettel_post.envelope import refusal
from oms.sandbox.viettel_post.statuses import JOURNEY, NAMES, RETURNING

VIETNAM = timezone(timedelta(hours=7))
FIRST_WAYBILL = 1_780_000_001_234
WRONG_STATE = "Trạng thái đơn hàng không cho phép thao tác này"


def local_time(seconds: float) -> str:
    """Times carry no zone: they are Vietnam's."""
    return datetime.fromtimestamp(seconds, VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


class Parcels(ParcelBook):
    """The orders of every account; ORDER_NUMBER is the waybill, ORDER_REFERENCE the seller's."""

    journey = JOURNEY
    code_field = "ORDER_NUMBER"
    own_field = "ORDER_REFERENCE"

    def add(self, order: dict[str, Any], *, user: int, own_code: str) -> dict[str, Any]:
        now = self.clock.now()
        waybill = str(FIRST_WAYBILL + self.db.next("orders"))
        stored = {
            **order,
            "ORDER_NUMBER": waybill,
            "ORDER_REFERENCE": own_code,
            "MONEY_COLLECTION_ORIGIN": order["MONEY_COLLECTION"],
            "userId": user,
            "status": "100",
            "moved_at": now,
            "due_at": now + order["KPI_HT"] * 3600,
            "collected": False,
            "paid_out": False,
        }
        self.remember_own_code(user, stored)
        self.save(stored)
        self.tell(stored, "status")
        return stored

    def of_user(self, user: int, waybill: str) -> dict[str, Any]:
        order = self.db.get("orders", waybill)
        if order is None or order["userId"] != user:
            raise refusal("Không tìm thấy đơn hàng")
        return order

    def refused_step(self, order: dict[str, Any], status: str) -> Refusal:
        return refusal(WRONG_STATE)

    def stamps(
        self, order: dict[str, Any], status: str, now: float, said: dict[str, str]
    ) -> dict[str, Any]:
        return {"collected": status == "501" and order["MONEY_COLLECTION"] > 0}

    def tell_move(self, order: dict[str, Any], said: dict[str, str]) -> None:
        self.tell(order, "status", NOTE=said["reason"], REASON_CODE=said["reason_code"])

    def tell(self, order: dict[str, Any], kind: str, **changed: Any) -> None:
        scope = str(order["userId"])
        url = self.webhooks.callback_url(scope) or ""
        message = {
            "DATA": message_data(order, self.clock.now()) | changed,
            # The secret typed beside the address on the account page: here the URL's fragment.
            "TOKEN": urlsplit(url).fragment,
        }
        self.webhooks.send(kind, message, group=order["ORDER_NUMBER"], scope=scope)

    def tell_present(self, order: dict[str, Any]) -> None:
        """The state of now under the time at which it began."""
        self.tell(order, "status", ORDER_STATUSDATE=local_time(order["moved_at"]))

    def owes(self, order: dict[str, Any]) -> bool:
        return order["collected"] and not order["paid_out"]

    def pay_out(self, order: dict[str, Any]) -> dict[str, Any]:
        """No message tells of it: the seller sees it in the statement."""
        paid = {**order, "paid_out": True}
        self.save(paid)
        return paid


def created(order: dict[str, Any]) -> dict[str, Any]:
    """`data` of a create or an edit."""
    names = (
        "ORDER_NUMBER", "MONEY_COLLECTION", "EXCHANGE_WEIGHT", "MONEY_TOTAL", "MONEY_TOTAL_FEE",
        "MONEY_FEE", "MONEY_COLLECTION_FEE", "MONEY_OTHER_FEE", "MONEY_VAS", "MONEY_VAT",
        "KPI_HT", "RECEIVER_PROVINCE", "RECEIVER_DISTRICT", "RECEIVER_WARD",
    )  # fmt: skip
    return {name: order[name] for name in names}


def message_data(order: dict[str, Any], now: float) -> dict[str, Any]:
    """`DATA` of a message; LOCALION is spelled so on the wire."""
    place = "Bưu cục Quận 10"
    return {
        "ORDER_NUMBER": order["ORDER_NUMBER"],
        "ORDER_REFERENCE": order["ORDER_REFERENCE"],
        "ORDER_STATUSDATE": local_time(now),
        "ORDER_STATUS": int(order["status"]),
        "STATUS_NAME": NAMES[order["status"]],
        "LOCALION_CURRENTLY": place,
        "LOCATION_CURRENTLY": place,
        "NOTE": "",
        "MONEY_COLLECTION": order["MONEY_COLLECTION"],
        "MONEY_FEECOD": order["MONEY_COLLECTION_FEE"],
        "MONEY_TOTAL": order["MONEY_TOTAL"],
        "MONEY_TOTALFEE": order["MONEY_TOTAL_FEE"],
        "MONEY_TOTALVAT": order["MONEY_VAT"],
        "EXPECTED_DELIVERY": f"{order['KPI_HT']:.0f} giờ",
        "PRODUCT_WEIGHT": order["PRODUCT_WEIGHT"],
        "ORDER_SERVICE": order["ORDER_SERVICE"],
        "ORDER_SERVICE_ADD": order["ORDER_SERVICE_ADD"],
        "ORDER_PAYMENT": order["ORDER_PAYMENT"],
        "EXPECTED_DELIVERY_DATE": local_time(order["due_at"]),
        "VOUCHER_VALUE": 0,
        "MONEY_COLLECTION_ORIGIN": order["MONEY_COLLECTION_ORIGIN"],
        "EMPLOYEE_NAME": "",
        "EMPLOYEE_PHONE": "",
        "IS_RETURNING": order["status"] in RETURNING,
        "DETAIL": [],
        "RECEIVER_FULLNAME": order["RECEIVER_FULLNAME"],
        "REASON_CODE": "",
        "ORDER_NOTE": order["ORDER_NOTE"],
    }


def weighed(order: dict[str, Any], weight_g: int, fee: int) -> dict[str, Any]:
    """The parcel with the weight that was found and the fee of it."""
    return {**order, "PRODUCT_WEIGHT": weight_g, **fees.money(fee)}
