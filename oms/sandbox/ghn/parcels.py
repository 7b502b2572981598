"""Parcels as GHN keeps them: made, found, moved, shown, told about."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from oms.sandbox.core import ParcelBook, Refusal
from oms.sandbox.ghn import fees
from oms.sandbox.ghn.envelope import order_not_found, refusal
from oms.sandbox.ghn.statuses import FINAL, JOURNEY

LETTERS = "ABCDEFGHKLMNPQRTUVWXY3467 89".replace(" ", "")
# What detail does not tell: our own notes, and what only create, soc and the webhooks carry.
HIDDEN = frozenset(
    {
        "transit_days", "to_province", "from_province", "return_province", "moved_at", "fee",
        "total_fee", "trans_type", "sort_code", "partial_return_code",
    }
)  # fmt: skip


def iso(seconds: float) -> str:
    """UTC with milliseconds, as GHN writes times."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class Parcels(ParcelBook):
    """The orders of every shop, in the partner's memory."""

    journey = JOURNEY

    def add(self, order: dict[str, Any], shop: dict[str, Any]) -> dict[str, Any]:
        now = self.clock.now()
        number = self.db.next("orders")
        stored = {
            **order,
            "order_code": self._code(number),
            "shop_id": shop["_id"],
            "client_id": shop["client_id"],
            "sort_code": f"{190 + number % 60}-G-{number % 20 + 1:02d}-A{number % 9 + 1}",
            "status": "ready_to_pick",
            "leadtime": iso(now + order["transit_days"] * 86400),
            "order_date": iso(now),
            "created_date": iso(now),
            "updated_date": iso(now),
            "finish_date": None,
            "cod_collect_date": None,
            "cod_transfer_date": None,
            "is_cod_collected": False,
            "is_cod_transferred": False,
            "is_partial_return": False,
            "version_no": 1,
            "moved_at": now,
            "log": [],
        }
        self.remember_own_code(shop["_id"], stored)
        self.save(stored)
        self.tell(stored, "create")
        return stored

    def owes(self, order: dict[str, Any]) -> bool:
        return order["is_cod_collected"] and not order["is_cod_transferred"]

    def of_client(self, client_id: int, code: str) -> dict[str, Any]:
        order = self.db.get("orders", code)
        if order is None or order["client_id"] != client_id:
            raise order_not_found()
        return order

    def of_shop(self, shop_id: int, code: str) -> dict[str, Any]:
        order = self.db.get("orders", code)
        if order is None or order["shop_id"] != shop_id:
            raise order_not_found()
        return order

    def refused_step(self, order: dict[str, Any], status: str) -> Refusal:
        return refusal(f"{order['status']} -> {status}", shown="Trạng thái đơn hàng không hợp lệ")

    def stamps(
        self, order: dict[str, Any], status: str, now: float, said: dict[str, str]
    ) -> dict[str, Any]:
        entry = {
            "status": status,
            **said,
            "trip_code": f"{order['order_code']}{len(order['log']) + 1:02d}",
            "driver_name": "Tài xế Sandbox",
            "driver_phone": "0903000003",
            "updated_date": iso(now),
        }
        stamps = {
            "updated_date": iso(now),
            "version_no": order["version_no"] + 1,
            "log": [*order["log"], entry],
        }
        if status in FINAL:
            stamps["finish_date"] = iso(now)
        if status == "delivered" and order["cod_amount"]:
            stamps |= {"is_cod_collected": True, "cod_collect_date": iso(now)}
        return stamps

    def tell_move(self, order: dict[str, Any], said: dict[str, str]) -> None:
        self.tell(order, "switch_status", ReasonCode=said["reason_code"], Reason=said["reason"])

    def shown(self, order: dict[str, Any]) -> Any:
        return shown(order)

    def pay_out(self, order: dict[str, Any]) -> dict[str, Any]:
        """The money collected has gone to the seller."""
        now = iso(self.clock.now())
        paid = {**order, "is_cod_transferred": True, "cod_transfer_date": now, "updated_date": now}
        self.save(paid)
        self.tell(paid, "cod")
        return paid

    def tell(self, order: dict[str, Any], kind: str, **changed: Any) -> None:
        """Queue the webhook of one happening."""
        self.webhooks.send(
            kind,
            callback_body(order, kind, iso(self.clock.now())) | changed,
            group=order["order_code"],
            scope=str(order["shop_id"]),
        )

    def _code(self, number: int) -> str:
        """Like LX7ABC: looks like nothing, never repeats."""
        digest = int(hashlib.sha256(f"parcel {number}".encode()).hexdigest(), 16)
        letters = ""
        for _ in range(3):
            digest, place = divmod(digest, len(LETTERS))
            letters += LETTERS[place]
        tail = ""
        rest = number
        for _ in range(4):
            rest, place = divmod(rest, len(LETTERS))
            tail = LETTERS[place] + tail
        return f"L{letters[0]}{tail}{letters[1:]}"


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """`data` of the detail calls."""
    public = {name: value for name, value in order.items() if name not in HIDDEN}
    return {
        **public,
        "to_location": {"lat": 0, "long": 0},
        "from_location": {"lat": 0, "long": 0},
        "employee_note": "",
        "pick_warehouse_id": 1327,
        "deliver_warehouse_id": 1452,
        "current_warehouse_id": 1327,
        "return_warehouse_id": 1327,
        "next_warehouse_id": 0,
        "soc_id": hashlib.sha256(order["order_code"].encode()).hexdigest()[:24],
        "tag": [order["trans_type"]],
    }


def created(order: dict[str, Any]) -> dict[str, Any]:
    """`data` of create and preview."""
    return {
        "order_code": order.get("order_code", ""),
        "sort_code": order.get("sort_code", ""),
        "trans_type": order["trans_type"],
        "ward_encode": "",
        "district_encode": "",
        "fee": order["fee"],
        "total_fee": order["total_fee"],
        "expected_delivery_time": order["leadtime"],
        "operation_partner": "",
    }


def callback_body(order: dict[str, Any], kind: str, time: str) -> dict[str, Any]:
    """Every key is there; what does not apply is empty or 0."""
    return {
        "Type": kind,
        "ShopID": order["shop_id"],
        "OrderCode": order["order_code"],
        "ClientOrderCode": order["client_order_code"],
        "Status": order["status"],
        "Time": time,
        "Description": "",
        "Reason": "",
        "ReasonCode": "",
        "CODAmount": order["cod_amount"],
        "CODTransferDate": order["cod_transfer_date"],
        "Weight": order["weight"],
        "ConvertedWeight": order["converted_weight"],
        "Length": order["length"],
        "Width": order["width"],
        "Height": order["height"],
        "PaymentType": order["payment_type_id"],
        "IsPartialReturn": order["is_partial_return"],
        "PartialReturnCode": order.get("partial_return_code", ""),
        "Fee": fees.callback_fee(order),
        "TotalFee": order["total_fee"],
        "Warehouse": "",
        "ShipperName": "",
        "ShipperPhone": "",
        "PodURL": "",
    }
