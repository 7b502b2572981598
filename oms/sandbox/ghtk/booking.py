"""From the body of a create to what GHTK would hold. Checks everything, stores nothing."""

from typing import Any

from oms.sandbox.core import Fields, Refusal
from oms.sandbox.core.places import Place, find_place
from oms.sandbox.ghtk import fees
from oms.sandbox.ghtk.envelope import refusal

LONGEST_NOTE = 120
TAGS = frozenset({1, 2, 7, 10, 11, 13, 17, 18, 19, 20, 22, 39, 40, 42, 52, 75})


def read_order(data: dict[str, Any]) -> dict[str, Any]:
    """Every field of a new order."""
    body = Fields(data.get("order") or {}, refusal)
    kilograms = body.text("weight_option", one_of=("gram", "kilogram")) != "gram"
    products = [_product(row, kilograms) for row in Fields(data, refusal).objects("products")]
    if not products:
        raise refusal("products không được để trống")
    start, end = read_place(body, "pick_"), read_place(body, "")
    weight_g = sum(row["weight_g"] * row["quantity"] for row in products)
    if body.has("total_weight"):
        weight_g = _grams(body, "total_weight", kilograms)
    order: dict[str, Any] = {
        "partner_id": body.text("id", required=True),
        "pick_name": body.text("pick_name", required=True),
        "pick_address": body.text("pick_address", required=True),
        "pick_tel": body.phone("pick_tel"),
        "name": body.text("name", required=True),
        "address": body.text("address", required=True),
        "tel": body.phone("tel"),
        "pick_money": body.whole("pick_money", required=True),
        "value": body.whole("value", required=True),
        "is_freeship": body.whole("is_freeship", one_of=(0, 1)),
        "transport": body.text("transport", one_of=(fees.ROAD, fees.FLY)) or fees.ROAD,
        "pick_option": body.text("pick_option", one_of=("cod", "post")) or "cod",
        "pick_date": body.text("pick_date"),
        "pick_work_shift": body.whole("pick_work_shift", one_of=(0, 1, 2, 3)),
        "note": _note(body),
        "tags": _tags(body),
        "products": products,
        "weight_g": weight_g,
    }
    _need_ward_or_street(body)
    return order | priced(order, start, end)


def priced(order: dict[str, Any], start: Place, end: Place) -> dict[str, Any]:
    same = start.home == end.home
    fee = fees.ship_fee(order["transport"], order["weight_g"], same_province=same)
    if fee is None:
        raise refusal("Khu vực chưa hỗ trợ transport này")
    insurance = fees.insurance_fee(order["value"])
    return {
        "fee": fee + insurance,
        "insurance_fee": insurance,
        "days": fees.transit_days(order["transport"], same_province=same),
        "sorting_code": f"{''.join(word[0] for word in end.home.split())}.B12",
    }


def read_place(body: Fields, prefix: str) -> Place:
    """A place by names; the district may be missing since July 2025."""
    province = body.text(f"{prefix}province", required=True)
    district = body.text(f"{prefix}district")
    ward = body.text(f"{prefix}ward") or body.text(f"{prefix}street")
    place = find_place(ward or district, district, province)
    if place is None:
        raise refusal(f"Không tìm thấy địa chỉ ({prefix}province, {prefix}district, {prefix}ward)")
    return place


def _need_ward_or_street(body: Fields) -> None:
    if not body.has("ward") and not body.has("street"):
        raise refusal("Thiếu ward hoặc street")
    body.text("hamlet", required=True)


def _product(row: Fields, kilograms: bool) -> dict[str, Any]:
    return {
        "name": row.text("name", required=True),
        "weight_g": _grams(row, "weight", kilograms),
        "quantity": row.whole("quantity", low=1, default=1),
        "price": row.whole("price"),
        "product_code": row.text("product_code"),
    }


def _grams(row: Fields, name: str, kilograms: bool) -> int:
    value = row.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise row.refuse(f"{name} phải là số lớn hơn 0")
    return round(value * 1000) if kilograms else round(value)


def _note(body: Fields) -> str:
    note = body.text("note")
    if len(note) > LONGEST_NOTE:
        raise refusal(f"note tối đa {LONGEST_NOTE} ký tự")
    return note


def _tags(body: Fields) -> list[int]:
    tags = body.data.get("tags") or []
    if not isinstance(tags, list) or not set(tags) <= TAGS:
        raise refusal("tags không hợp lệ")
    return tags


def exists_already(order: dict[str, Any]) -> Refusal:
    """A second order under one id: the error carries the label of the first."""
    return refusal(
        "Đơn hàng đã tồn tại trên hệ thống",
        "ORDER_ID_EXIST",
        partner_id=order["partner_id"],
        ghtk_label=order["label"],
        created=order["created_at"],
        status=order["status"],
    )
