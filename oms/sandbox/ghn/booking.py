"""From a create or preview body to the order GHN would hold. Checks everything, stores nothing."""

from typing import Any

from oms.sandbox.core import is_phone
from oms.sandbox.ghn import fees, places
from oms.sandbox.ghn.envelope import refusal
from oms.sandbox.ghn.reading import Body, part

MAX_WEIGHT_G, MAX_SIDE_CM = 50_000, 200
MAX_COD, MAX_INSURANCE = 50_000_000, 5_000_000
REQUIRED_NOTES = ("CHOTHUHANG", "CHOXEMHANGKHONGTHU", "KHONGCHOXEMHANG")
ADDRESS_PARTS = ("ward_name", "district_name", "province_name")


def check_phone(text: str) -> str:
    if not is_phone(text):
        raise refusal("phone is invalid", "PHONE_INVALID", "Số điện thoại không hợp lệ")
    return text


def read_order(body: Body, shop: dict[str, Any]) -> dict[str, Any]:
    """Every field of a new order, checked in the order the service's struct has them."""
    order: dict[str, Any] = {
        "payment_type_id": body.number("payment_type_id", required=True, one_of=(1, 2)),
        "required_note": body.text("required_note", required=True, one_of=REQUIRED_NOTES),
        "service_type_id": _service_type(body),
        "client_order_code": body.text("client_order_code", limit=50),
        "to_name": body.text("to_name", required=True, limit=1024),
        "to_phone": check_phone(body.text("to_phone", required=True)),
        "to_address": body.text("to_address", required=True, limit=1024),
    }
    order |= read_place(body, "to")
    order |= _sender(body, shop)
    order |= _returning(body, order)
    order |= _parcel(body, order["service_type_id"])
    order |= _amounts(body)
    order["items"] = _items(body, order["service_type_id"])
    order["content"] = body.text("content", limit=2000, required=not order["items"])
    order["note"] = body.text("note", limit=5000)
    order["coupon"] = body.text("coupon")
    order["pick_station_id"] = body.number("pick_station_id")
    order["pickup_time"] = body.number("pickup_time")
    order["pick_shift"] = _shifts(body)
    return order | price(order)


def read_place(body: Body, side: str) -> dict[str, Any]:
    """The ward of one side (to, from, return), by code, by old names or by new names."""
    new = body.flag(f"is_new_{side}_address")
    names = {name: body.text(f"{side}_{name}") for name in ADDRESS_PARTS}
    ward_code, district_id = body.text(f"{side}_ward_code"), body.number(f"{side}_district_id")
    if new:
        _need(body, side, ("ward_name", "province_name"))
        if not places.new_address_exists(names["ward_name"], names["province_name"]):
            raise _unknown_place(side)
        names["district_name"] = ""
        ward_code, district_id = "", 0
    elif ward_code or district_id:
        check_ward(body, side, district_id, ward_code)
        names = _names(district_id, ward_code)
    else:
        _need(body, side, ADDRESS_PARTS)
        found = places.find_old_address(*names.values())
        if found is None:
            raise _unknown_place(side)
        ward_code, district_id = found
    street = body.text(f"{side}_address")
    province = names["province_name"] or _province_of(district_id)
    if places.names_another_province(street, province):
        raise refusal(f"{side.capitalize()} address conflict")
    return {
        f"is_new_{side}_address": new,
        **{f"{side}_{name}": value for name, value in names.items()},
        f"{side}_ward_code": ward_code,
        f"{side}_district_id": district_id,
        f"{side}_province": places.find_new_province(province) or province,
    }


def check_ward(body: Body, side: str, district_id: int, ward_code: str) -> None:
    """A pair of legacy codes that a parcel can be brought to."""
    if not district_id:
        raise body.failed(f"{side}_district_id", "required")
    if not ward_code:
        raise body.failed(f"{side}_ward_code", "required")
    district = places.find_district(district_id)
    if district is None or district[3] == 0:
        raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
    if places.find_ward(district_id, ward_code) is None:
        raise refusal("ward is invalid", "WARD_IS_INVALID", "Phường/xã không thuộc quận/huyện")


def price(order: dict[str, Any]) -> dict[str, Any]:
    """Fee, weights and sorting code; computed again when an order is weighed."""
    sides = order["length"], order["width"], order["height"]
    same = order["to_province"] == order["from_province"]
    weight = fees.chargeable_g(order["weight"], *sides)
    fee = fees.order_fee(
        order["service_type_id"], weight, order["insurance_value"], same_province=same
    )
    days = fees.transit_days(same_province=same, service_type=order["service_type_id"])
    return {
        "converted_weight": fees.converted_g(*sides),
        "calculate_weight": weight,
        "fee": fee,
        "total_fee": sum(fee.values()),
        "transit_days": days,
        "trans_type": "truck" if same else "fly",
        "service_id": fees.SERVICES[order["service_type_id"]][0],
    }


def _service_type(body: Body) -> int:
    """service_id wins over service_type_id when both are sent."""
    chosen = body.number("service_id")
    if chosen:
        for kind, (service_id, _) in fees.SERVICES.items():
            if service_id == chosen:
                return kind
        raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
    kind = body.number("service_type_id", required=True)
    if kind not in fees.SERVICES:
        raise refusal("route not found service", "ROUTE_NOT_FOUND_SERVICE")
    return kind


def _sender(body: Body, shop: dict[str, Any]) -> dict[str, Any]:
    sender: dict[str, Any] = {
        "from_name": body.text("from_name", limit=1024) or shop["name"],
        "from_phone": check_phone(body.text("from_phone") or shop["phone"]),
        "from_address": body.text("from_address", limit=1024) or shop["address"],
    }
    if _has_place(body, "from"):
        return sender | read_place(body, "from")
    return sender | shop_place(shop)


def shop_place(shop: dict[str, Any]) -> dict[str, Any]:
    """A shop's own address as the from_ fields of an order."""
    names = _names(shop["district_id"], shop["ward_code"])
    province = names["province_name"]
    return {
        "is_new_from_address": False,
        **{f"from_{name}": value for name, value in names.items()},
        "from_ward_code": shop["ward_code"],
        "from_district_id": shop["district_id"],
        "from_province": places.find_new_province(province) or province,
    }


def _returning(body: Body, order: dict[str, Any]) -> dict[str, Any]:
    back: dict[str, Any] = {
        f"return_{name}": body.text(f"return_{name}", limit=1024) or order[f"from_{name}"]
        for name in ("name", "phone", "address")
    }
    check_phone(back["return_phone"])
    if _has_place(body, "return"):
        return back | read_place(body, "return")
    names = (*ADDRESS_PARTS, "ward_code", "district_id", "province")
    return back | {f"return_{name}": order[f"from_{name}"] for name in names}


def _has_place(body: Body, side: str) -> bool:
    return any(body.has(f"{side}_{name}") for name in (*ADDRESS_PARTS, "ward_code", "district_id"))


def _parcel(body: Body, service_type: int) -> dict[str, int]:
    light = service_type == fees.LIGHT
    weight = body.number("weight", required=True, high=MAX_WEIGHT_G if light else None)
    sides = {
        side: body.number(side, required=light, high=MAX_SIDE_CM)
        for side in ("length", "width", "height")
    }
    return {"weight": weight, **sides}


def _amounts(body: Body) -> dict[str, int]:
    return {
        "cod_amount": body.number("cod_amount", high=MAX_COD),
        "cod_failed_amount": body.number("cod_failed_amount"),
        "insurance_value": body.number("insurance_value", high=MAX_INSURANCE),
        "order_value": body.number("order_value"),
    }


def _items(body: Body, service_type: int) -> list[dict[str, Any]]:
    rows = body.objects("items")
    heavy = service_type == fees.HEAVY
    if heavy and not rows:
        raise body.failed("items", "required")
    return [
        _item(part(row, f"{body.struct}.Items[{place}]"), heavy) for place, row in enumerate(rows)
    ]


def _item(row: Body, heavy: bool) -> dict[str, Any]:
    return {
        "name": row.text("name", required=True),
        "code": row.text("code"),
        "quantity": row.number("quantity", required=True),
        "price": row.number("price"),
        "weight": row.number("weight", required=heavy),
        **{
            side: row.number(side, required=heavy, high=MAX_SIDE_CM)
            for side in ("length", "width", "height")
        },
    }


def _shifts(body: Body) -> list[int]:
    shifts = body.data.get("pick_shift") or []
    if not isinstance(shifts, list):
        raise body.wrong_type("number", "pick_shift", "[]int")
    return shifts


def _need(body: Body, side: str, names: tuple[str, ...]) -> None:
    for name in names:
        body.text(f"{side}_{name}", required=True)


def _unknown_place(side: str) -> Exception:
    code = "TO_ADDRESS_CONVERT_FAIL" if side == "to" else "FROM_ADDRESS_CONVERT_FAIL"
    return refusal(f"{side} address convert fail", code, "Không xác định được địa chỉ")


def _names(district_id: int, ward_code: str) -> dict[str, str]:
    ward, district = places.find_ward(district_id, ward_code), places.find_district(district_id)
    return {
        "ward_name": ward[2] if ward else "",
        "district_name": district[2] if district else "",
        "province_name": _province_of(district_id),
    }


def _province_of(district_id: int) -> str:
    district = places.find_district(district_id)
    return places.province_name(district[1]) if district else ""
