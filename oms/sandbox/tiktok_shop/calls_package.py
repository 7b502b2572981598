"""Parcels: look, choose how to hand over, ship one or many; the seller's own carrier."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.catalogue import warehouse_of
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, bad_request, data
from oms.sandbox.tiktok_shop.model import (
    DAY_S,
    DELIVERY_OPTIONS,
    DROP_OFF,
    NO_PACKAGE,
    OWN_PROVIDERS,
    PICKUP,
    PLATFORM,
    REGION,
    SELLER,
    WRONG_STATE,
)
from oms.sandbox.tiktok_shop.order_view import address
from oms.sandbox.tiktok_shop.params import Body, page_of

PAGE, MOST_SHIPPED = 50, 50
HOUR_S = 3600
STATES = ("TO_FULFILL", "PROCESSING", "FULFILLING", "COMPLETED", "CANCELLED")


def search_packages(call: Call) -> Reply:
    """Parcels of the shop, oldest first."""
    query, body = call.query, call.body()
    size = query.integer("page_size", 10, low=1, high=PAGE)
    status = body.choice("package_status", STATES, "")
    rows = [
        package
        for package in call.memory.db.find("packages", shop_id=call.shop_id)
        if status in ("", package["status"])
        and body.integer("update_time_ge", 0) <= package["updated"]
        and package["updated"] < body.integer("update_time_lt", 1 << 40)
    ]
    shown, token = page_of(rows, query, size, by=("updated", "package_id"))
    packages = [
        {
            "id": package["package_id"],
            "orders": _contents(call, package),
            "create_time": package["created"],
            "update_time": package["updated"],
            "status": package["status"],
            "tracking_number": package["tracking_number"],
            "shipping_provider_id": package["provider"]["id"],
            "shipping_provider_name": package["provider"]["name"],
        }
        for package in shown
    ]
    return data({"packages": packages, "next_page_token": token, "total_count": len(rows)})


def _contents(call: Call, package: Document) -> list[dict[str, Any]]:
    """Which orders, and how many of each SKU of theirs."""
    orders = []
    for order, items in call.memory.contents(package):
        counts: dict[str, dict[str, Any]] = {}
        for item in items:
            named = {"id": item["sku_id"], "name": item["product_name"], "image_url": ""}
            row = counts.setdefault(item["sku_id"], {**named, "quantity": 0})
            row["quantity"] += 1
        orders.append({"id": order["order_id"], "skus": list(counts.values())})
    return orders


def get_package(call: Call) -> Reply:
    """One parcel."""
    package = call.package(call.request.params["package_id"])
    inside = call.memory.contents(package)
    first = inside[0][0]
    items = [item for _order, part in inside for item in part]
    return data(
        {
            "package_id": package["package_id"],
            "orders": _contents(call, package),
            "order_line_item_ids": [item["id"] for item in items],
            "package_status": package["status"],
            "package_sub_status": "",
            "shipping_type": package["shipping_type"],
            "handover_method": package["handover"],
            "pickup_slot": package["slot"] or {},
            "shipping_provider_id": package["provider"]["id"],
            "shipping_provider_name": package["provider"]["name"],
            "delivery_option_id": DELIVERY_OPTIONS[package["shipping_type"]],
            "delivery_option_name": "Vận chuyển tiêu chuẩn",
            "tracking_number": package["tracking_number"],
            "recipient_address": address(first),
            "weight": {"value": str(sum(item["grams"] for item in items)), "unit": "GRAM"},
            "create_time": package["created"],
            "update_time": package["updated"],
            "warehouse_id": first["warehouse_id"],
        }
    )


def get_slots(call: Call) -> Reply:
    """When the carrier can come, and whether the parcel can be brought."""
    package = call.package(call.request.params["package_id"])
    if package["shipping_type"] != PLATFORM:
        raise Refusal(WRONG_STATE, "The package is shipped by the seller")
    slots = pickup_slots(call.memory.now())
    # The platform misspells the last key.
    shown = [{**slot, "avaliable": at != 0} for at, slot in enumerate(slots)]
    return data(
        {
            "can_pickup": True,
            "can_drop_off": True,
            "can_van_collection": False,
            "drop_off_point_url": "https://seller-vn.tiktok.example.invalid/drop-off",
            "pickup_slots": shown,
        }
    )


def pickup_slots(now: int) -> list[dict[str, int]]:
    """Three slots of four hours; the first one is full."""
    day = now - now % DAY_S + DAY_S
    return [
        {"start_time": day + (2 + 4 * at) * HOUR_S, "end_time": day + (6 + 4 * at) * HOUR_S}
        for at in range(3)
    ]


def ship_package(call: Call) -> Reply:
    """Announce one parcel."""
    problem = _ship(call, call.request.params["package_id"], call.body())
    if problem is not None:
        raise Refusal(*problem)
    return data()


def ship_packages(call: Call) -> Reply:
    """Announce many; each succeeds or fails alone, inside an answer that says success."""
    errors = []
    for row in call.body().rows("packages", MOST_SHIPPED):
        package_id = row.text("id")
        problem = _ship(call, package_id, row)
        if problem is not None:
            code, text = problem
            errors.append({"code": code, "message": text, "detail": {"package_id": package_id}})
    return data({"errors": errors})


def _ship(call: Call, package_id: str, asked: Body) -> tuple[int, str] | None:
    package = call.memory.package(call.shop_id, package_id)
    if package is None:
        return NO_PACKAGE, "Package not found"
    problem = _unshippable(call, package) or call.row_fault()
    if problem is not None:
        return problem
    if package["shipping_type"] == SELLER:
        return _ship_self(call, package, asked)
    method = asked.choice("handover_method", (PICKUP, DROP_OFF), PICKUP)
    slot = None
    if method == PICKUP and "pickup_slot" in asked:
        told = asked.child("pickup_slot")
        slot = {name: told.integer(name) for name in ("start_time", "end_time")}
        if slot not in pickup_slots(call.memory.now())[1:]:
            return WRONG_STATE, "The pickup slot is not available"
    call.desk.selling.ship(package, method, slot)
    return None


def _unshippable(call: Call, package: Document) -> tuple[int, str] | None:
    inside = call.memory.contents(package)
    if any(order["wish"] for order, _items in inside):
        return WRONG_STATE, "A cancellation request waits for an answer"
    words = {item["status"] for _order, items in inside for item in items} - {"CANCELLED"}
    if words != {"AWAITING_SHIPMENT"}:
        return WRONG_STATE, "The package status does not allow to ship"
    return None


def _ship_self(call: Call, package: Document, asked: Body) -> tuple[int, str] | None:
    told = asked.child("self_shipment")
    number, provider_id = told.text("tracking_number"), told.text("shipping_provider_id")
    provider = next((each for each in OWN_PROVIDERS if each["id"] == provider_id), None)
    if provider is None:
        return WRONG_STATE, "The shipping provider is not available"
    call.desk.selling.carry_self(package, number, provider)
    return None


def get_tracking(call: Call) -> Reply:
    """What happened to the parcels of an order, newest first; its times are milliseconds."""
    order = call.order(call.request.params["order_id"])
    events = [(order["created"], "Đơn hàng đã được đặt")]
    if any(item["tracking_number"] for item in order["items"]):
        events.append((order["updated"], "Đơn vị vận chuyển đã nhận thông tin"))
    if order["delivered"]:
        events.append((order["delivered"], "Giao hàng thành công"))
    rows = [{"description": text, "update_time_millis": at * 1000} for at, text in reversed(events)]
    return data({"tracking": rows})


def get_providers(call: Call) -> Reply:
    """Whom a seller may name for parcels of a delivery option."""
    if call.request.params["option_id"] not in DELIVERY_OPTIONS.values():
        raise bad_request("Invalid parameter: delivery_option_id")
    own = call.request.params["option_id"] == DELIVERY_OPTIONS[SELLER]
    return data({"shipping_providers": [dict(each) for each in OWN_PROVIDERS] if own else []})


def get_warehouses(call: Call) -> Reply:
    """Where the shop keeps its goods."""
    number = warehouse_of(call.shop_id)
    sales = {
        "id": number,
        "name": "Kho chính",
        "type": "SALES_WAREHOUSE",
        "sub_type": "DOMESTIC_WAREHOUSE",
        "effect_status": "ENABLED",
        "is_default": True,
        "address": {"region_code": REGION, "full_address": "Quận 3, Hồ Chí Minh, Việt Nam"},
    }
    returns = {**sales, "id": f"{number}9", "type": "RETURN_WAREHOUSE", "is_default": False}
    return data({"warehouses": [sales, returns]})


_PACKAGES = "/fulfillment/{v}/packages"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", _PACKAGES + "/search", "202309", SHOP, search_packages),
    ("POST", _PACKAGES + "/ship", "202309", SHOP, ship_packages),
    ("GET", _PACKAGES + "/{package_id}", "202309", SHOP, get_package),
    ("GET", _PACKAGES + "/{package_id}/handover_time_slots", "202309", SHOP, get_slots),
    ("POST", _PACKAGES + "/{package_id}/ship", "202309", SHOP, ship_package),
    ("GET", "/fulfillment/{v}/orders/{order_id}/tracking", "202309", SHOP, get_tracking),
    ("GET", "/logistics/{v}/orders/{order_id}/tracking", "202604", SHOP, get_tracking),
    ("GET", "/logistics/{v}/warehouses", "202309", SHOP, get_warehouses),
    (
        "GET",
        "/logistics/{v}/delivery_options/{option_id}/shipping_providers",
        "202309",
        SHOP,
        get_providers,
    ),
]
