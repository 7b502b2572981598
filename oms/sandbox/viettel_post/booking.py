"""From the body of a price or create call to what Viettel Post would hold. Stores nothing."""

from typing import Any

from oms.sandbox.core import Fields
from oms.sandbox.viettel_post import fees
from oms.sandbox.viettel_post.envelope import refusal
from oms.sandbox.viettel_post.places import SERVICES, Spot, spot_of_ids, spot_of_text

MOST_BYTES = 150
SIDES = ("LENGTH", "WIDTH", "HEIGHT")
COLLECTS = {1: False, 2: True, 3: True, 4: False}


def read_ends(body: Fields, *, by_text: bool) -> tuple[Spot, Spot]:
    """Where the parcel leaves and where it goes."""
    return _spot(body, "SENDER", by_text=by_text), _spot(body, "RECEIVER", by_text=by_text)


def _spot(body: Fields, side: str, *, by_text: bool) -> Spot:
    if by_text:
        text = body.text(f"{side}_ADDRESS", required=True, most_bytes=MOST_BYTES)
        spot = spot_of_text(text)
    else:
        ward = f"{side}_WARD" if body.has(f"{side}_WARD") else f"{side}_WARDS"
        spot = spot_of_ids(
            body.whole(f"{side}_PROVINCE", required=True),
            body.whole(f"{side}_DISTRICT", required=True),
            body.whole(ward),
        )
    if spot is None:
        raise refusal(f"Không xác định được địa chỉ {side}_ADDRESS")
    return spot


def read_product(body: Fields) -> dict[str, Any]:
    """Weight, sides and worth."""
    return {
        "PRODUCT_TYPE": _required_choice(body, "PRODUCT_TYPE", ("HH", "TH")),
        "PRODUCT_WEIGHT": body.whole("PRODUCT_WEIGHT", required=True, low=1),
        "PRODUCT_PRICE": body.whole("PRODUCT_PRICE", required=True),
        "MONEY_COLLECTION": body.whole("MONEY_COLLECTION", required=True),
        **{f"PRODUCT_{side}": body.whole(f"PRODUCT_{side}") for side in SIDES},
    }


def read_service(body: Fields) -> str:
    service = body.text("ORDER_SERVICE", required=True)
    if service not in SERVICES:
        raise refusal("Dịch vụ không tồn tại (ORDER_SERVICE)")
    return service


def read_order(body: Fields, *, by_text: bool) -> dict[str, Any]:
    """Every field of a new or changed order."""
    start, end = read_ends(body, by_text=by_text)
    order: dict[str, Any] = {
        **_party(body, "SENDER"),
        **_party(body, "RECEIVER"),
        **read_product(body),
        "PRODUCT_NAME": body.text("PRODUCT_NAME", required=True),
        "PRODUCT_DESCRIPTION": body.text("PRODUCT_DESCRIPTION", most_bytes=MOST_BYTES),
        "PRODUCT_QUANTITY": body.whole("PRODUCT_QUANTITY", required=True, low=1),
        "ORDER_PAYMENT": body.whole("ORDER_PAYMENT", required=True, one_of=(1, 2, 3, 4)),
        "ORDER_SERVICE": read_service(body),
        "ORDER_SERVICE_ADD": body.text("ORDER_SERVICE_ADD"),
        "ORDER_NOTE": body.text("ORDER_NOTE", most_bytes=MOST_BYTES),
        "LIST_ITEM": [_item(row) for row in body.objects("LIST_ITEM")],
    }
    if bool(order["MONEY_COLLECTION"]) != COLLECTS[order["ORDER_PAYMENT"]]:
        raise refusal("MONEY_COLLECTION không khớp với ORDER_PAYMENT")
    order |= {f"RECEIVER_{name}": value for name, value in _names(end).items()}
    return order | price(order, start, end)


def price(order: dict[str, Any], start: Spot, end: Spot) -> dict[str, Any]:
    """Fee and time; the server computes them whatever the caller sent."""
    same = start.home == end.home
    exchange = fees.exchange_g(*(order[f"PRODUCT_{side}"] for side in SIDES))
    weight = max(order["PRODUCT_WEIGHT"], exchange)
    fee = fees.service_fee(order["ORDER_SERVICE"], weight, same_province=same)
    if fee is None:
        raise refusal("Dịch vụ không hỗ trợ hành trình này (ORDER_SERVICE)")
    return {
        **fees.money(fee),
        "EXCHANGE_WEIGHT": exchange,
        "KPI_HT": float(fees.hours(order["ORDER_SERVICE"], same_province=same)),
    }


def _names(spot: Spot) -> dict[str, int]:
    return {"PROVINCE": spot.province, "DISTRICT": spot.district, "WARD": spot.ward}


def _party(body: Fields, side: str) -> dict[str, str]:
    return {
        f"{side}_FULLNAME": body.text(f"{side}_FULLNAME", required=True),
        f"{side}_PHONE": body.phone(f"{side}_PHONE"),
        f"{side}_ADDRESS": body.text(f"{side}_ADDRESS", required=True, most_bytes=MOST_BYTES),
    }


def _item(row: Fields) -> dict[str, Any]:
    return {
        "PRODUCT_NAME": row.text("PRODUCT_NAME", required=True),
        "PRODUCT_PRICE": row.whole("PRODUCT_PRICE"),
        "PRODUCT_WEIGHT": row.whole("PRODUCT_WEIGHT"),
        "PRODUCT_QUANTITY": row.whole("PRODUCT_QUANTITY", low=1, default=1),
    }


def _required_choice(body: Fields, name: str, choices: tuple[str, ...]) -> str:
    body.text(name, required=True)
    return body.text(name, one_of=choices)
