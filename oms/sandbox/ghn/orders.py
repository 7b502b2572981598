"""Create, preview, read, change and switch: the calls on orders."""

from typing import Any

from oms.sandbox.core import Reply, Request, Route
from oms.sandbox.core.faults import Faults
from oms.sandbox.ghn.accounts import client_of, shop_of
from oms.sandbox.ghn.booking import (
    MAX_COD,
    MAX_INSURANCE,
    MAX_SIDE_CM,
    MAX_WEIGHT_G,
    REQUIRED_NOTES,
    check_phone,
    price,
    read_order,
    read_place,
)
from oms.sandbox.ghn.envelope import ok, order_not_found, refusal
from oms.sandbox.ghn.masterdata import ROOT
from oms.sandbox.ghn.parcels import Parcels, created, iso, shown
from oms.sandbox.ghn.reading import Body
from oms.sandbox.ghn.statuses import (
    BEFORE_PICKED,
    CANCELLABLE,
    FINAL,
    REDELIVERABLE,
    RETURNABLE,
)

WRONG_STATE = "Trạng thái đơn hàng không hợp lệ"
MAX_COD_UPDATE = 5_000_000
RECEIVER = {
    "to_name", "to_phone", "to_address", "to_ward_name", "to_district_name", "to_province_name",
    "to_ward_code", "to_district_id", "is_new_to_address",
}  # fmt: skip
PARCEL = {"weight", "length", "width", "height", "insurance_value", "content", "items"}
LATE = {"note", "required_note"}


def changeable(status: str) -> set[str]:
    """The fields `update` may touch: fewer the further the parcel has come."""
    if status == "ready_to_pick":
        return RECEIVER | PARCEL | LATE | {"cod_amount", "payment_type_id", "client_order_code"}
    if status in BEFORE_PICKED:
        return RECEIVER | PARCEL | LATE
    if status in FINAL or status.startswith("return") or status == "exception":
        return set()
    return {"to_name", "to_phone", "to_address"} | LATE


class Orders:
    def __init__(self, parcels: Parcels, faults: Faults) -> None:
        self.parcels, self.db, self.faults = parcels, parcels.db, faults

    def routes(self) -> list[Route]:
        order, switch = f"{ROOT}/v2/shipping-order", f"{ROOT}/v2/switch-status"
        return [
            Route("POST", f"{order}/create", self.create),
            Route("POST", f"{order}/preview", self.preview),
            Route("GET|POST", f"{order}/detail", self.detail),
            Route("GET|POST", f"{order}/detail-by-client-code", self.detail_by_client_code),
            Route("GET|POST", f"{order}/soc", self.charged),
            Route("POST", f"{order}/update", self.update),
            Route("POST", f"{order}/updateCOD", self.update_cod),
            Route("POST", f"{switch}/cancel", self.cancel),
            Route("POST", f"{switch}/return", self.give_back),
            Route("POST", f"{switch}/storing", self.deliver_again),
        ]

    def create(self, request: Request) -> Reply:
        """A client_order_code seen before answers with the order it made: none is booked twice."""
        shop = shop_of(request, self.db)
        order = read_order(Body(request, "CreateOrderRequest"), shop)
        code = order["client_order_code"]
        known = self.parcels.by_own_code(shop["_id"], code)
        stored = known or self.parcels.add(order, shop)
        return ok(created(stored), display="Tạo đơn hàng thành công.")

    def preview(self, request: Request) -> Reply:
        shop = shop_of(request, self.db)
        order = read_order(Body(request, "CreateOrderRequest"), shop)
        due = self.parcels.clock.now() + order["transit_days"] * 86400
        return ok(created({**order, "leadtime": iso(due)}))

    def detail(self, request: Request) -> Reply:
        client_id = client_of(request)
        code = Body(request, "DetailRequest").text("order_code", required=True)
        return ok(shown(self.parcels.of_client(client_id, code)))

    def detail_by_client_code(self, request: Request) -> Reply:
        """The newest order of any shop of the account under this code."""
        client_id = client_of(request)
        code = Body(request, "DetailRequest").text("client_order_code", required=True)
        for shop in self.db.find("shops", client_id=client_id):
            order = self.parcels.by_own_code(shop["_id"], code)
            if order is not None:
                return ok(shown(order))
        raise order_not_found()

    def charged(self, request: Request) -> Reply:
        client_id = client_of(request)
        code = Body(request, "SocRequest").text("order_code", required=True)
        order = self.parcels.of_client(client_id, code)
        return ok(
            {
                "order_code": code,
                "detail": order["fee"],
                "total_fee": order["total_fee"],
                "payment_type_id": order["payment_type_id"],
                "created_date": order["created_date"],
                "updated_date": order["updated_date"],
            }
        )

    def update(self, request: Request) -> Reply:
        shop = shop_of(request, self.db)
        body = Body(request, "UpdateOrderRequest")
        order = self.parcels.of_shop(shop["_id"], body.text("order_code", required=True))
        asked = {name for name in body.data if name != "order_code"}
        if asked - changeable(order["status"]):
            raise refusal(WRONG_STATE)
        changed = order | self._changes(body, order, asked)
        changed |= price(changed)
        changed["updated_date"] = iso(self.parcels.clock.now())
        self.parcels.save(changed)
        self._tell_changes(order, changed)
        return ok(None)

    def update_cod(self, request: Request) -> Reply:
        shop = shop_of(request, self.db)
        body = Body(request, "UpdateCODRequest")
        order = self.parcels.of_shop(shop["_id"], body.text("order_code", required=True))
        if not body.has("cod_amount"):
            raise body.failed("cod_amount", "required")
        amount = body.number("cod_amount", high=MAX_COD_UPDATE)
        on_the_way = ("delivering", "money_collect_delivering")
        if order["status"] in FINAL or order["status"] in on_the_way:
            raise refusal(WRONG_STATE)
        if amount > order["cod_amount"] and self.faults.take(request.path, "cod_otp"):
            code = "OTP_NOT_VALID" if body.has("otp") else "PERMISSION_DENIED_EDIT_COD"
            raise refusal("permission denied to edit cod", code)
        changed = {**order, "cod_amount": amount}
        self.parcels.save(changed)
        self._tell_changes(order, changed)
        return ok(None)

    def cancel(self, request: Request) -> Reply:
        return self._switch(request, "cancel", CANCELLABLE)

    def give_back(self, request: Request) -> Reply:
        return self._switch(request, "return", RETURNABLE)

    def deliver_again(self, request: Request) -> Reply:
        return self._switch(request, "storing", REDELIVERABLE)

    def _switch(self, request: Request, status: str, allowed: frozenset[str]) -> Reply:
        """Each order by itself, HTTP 200 also for those whose state forbids it."""
        shop = shop_of(request, self.db)
        body = Body(request, "SwitchStatusRequest")
        reason_code, reason = body.text("reason_code"), body.text("reason")
        rows: list[dict[str, Any]] = []
        orders = [self.parcels.of_shop(shop["_id"], code) for code in body.texts("order_codes")]
        for order in orders:
            fits = order["status"] in allowed
            if fits:
                self.parcels.move(order, status, reason_code=reason_code, reason=reason, force=True)
            rows.append(
                {
                    "order_code": order["order_code"],
                    "result": fits,
                    "message": "OK" if fits else WRONG_STATE,
                }
            )
        return ok(rows)

    def _changes(self, body: Body, order: dict[str, Any], asked: set[str]) -> dict[str, Any]:
        light = order["service_type_id"] == 2
        limits = {
            "weight": MAX_WEIGHT_G if light else None,
            "insurance_value": MAX_INSURANCE,
            "cod_amount": MAX_COD,
            **dict.fromkeys(("length", "width", "height"), MAX_SIDE_CM),
        }
        changes: dict[str, Any] = {
            name: body.number(name, high=limits[name]) for name in asked & set(limits)
        }
        for name, limit in (("to_name", 1024), ("content", 2000), ("note", 5000)):
            if name in asked:
                changes[name] = body.text(name, limit=limit)
        if "required_note" in asked:
            changes["required_note"] = body.text("required_note", one_of=REQUIRED_NOTES)
        if "payment_type_id" in asked:
            changes["payment_type_id"] = body.number("payment_type_id", one_of=(1, 2))
        if "to_phone" in asked:
            changes["to_phone"] = check_phone(body.text("to_phone"))
        if "to_address" in asked:
            changes["to_address"] = body.text("to_address", required=True, limit=1024)
        if "items" in asked:
            changes["items"] = body.objects("items")
        if asked & (RECEIVER - {"to_name", "to_phone", "to_address"}):
            changes |= read_place(body, "to")
        return changes

    def _tell_changes(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        sizes = ("weight", "length", "width", "height")
        if any(before[name] != after[name] for name in sizes):
            self.parcels.tell(after, "update_weight")
        if before["total_fee"] != after["total_fee"]:
            self.parcels.tell(after, "update_fee")
        if before["cod_amount"] != after["cod_amount"]:
            self.parcels.tell(after, "update_cod")
        if before["payment_type_id"] != after["payment_type_id"]:
            self.parcels.tell(after, "update_payment_type")
