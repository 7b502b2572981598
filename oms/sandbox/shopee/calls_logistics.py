"""Announcing parcels to carriers, and their tracking numbers."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint, package_of
from oms.sandbox.shopee.envelope import flat, wrapped
from oms.sandbox.shopee.model import (
    BRANCHES,
    CHANNELS,
    PICKUP_ADDRESSES,
    SHIPPABLE,
    Channel,
    time_slots,
)
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal

NO_PACKAGE = "logistics.package_number_not_exist"
WAYS = ("pickup", "dropoff", "non_integrated")
TRACK_TEXTS = {
    "LOGISTICS_REQUEST_CREATED": "Đã tạo yêu cầu giao hàng",
    "LOGISTICS_PICKUP_DONE": "Đã lấy hàng",
    "LOGISTICS_DELIVERY_DONE": "Giao hàng thành công",
}


def get_shipping_parameter(call: Call) -> Reply:
    """What announcing this parcel would need, per possible way."""
    number = call.query.values.get("package_number", [None])[0]
    order = call.order(call.query.text("order_sn"))
    package = package_of(order, number, error=NO_PACKAGE)
    if package["logistics_status"] not in ("LOGISTICS_READY", "LOGISTICS_PICKUP_RETRY"):
        raise Refusal("error_status", "The order status does not support to get parameters.")
    if order["status"] not in SHIPPABLE:
        raise Refusal("error_status", "The order status does not support to get parameters.")
    channel = CHANNELS[order["channel_id"]]
    response: dict[str, Any] = {"info_needed": channel.needs}
    if "pickup" in channel.needs:
        address = PICKUP_ADDRESSES[call.shop_id]
        slots = time_slots(call.memory.now())
        flags = ["default_address", "pickup_address", "return_address"]
        row = {**address, "address_flag": flags, "time_slot_list": slots}
        response["pickup"] = {"address_list": [row]}
    if "dropoff" in channel.needs:
        needed = "branch_id" in channel.needs["dropoff"]
        response["dropoff"] = {"branch_list": list(BRANCHES) if needed else [], "slug_list": []}
    return wrapped(response)


def ship_order(call: Call) -> Reply:
    """Announce one parcel in exactly one way. Success has no response object."""
    body = call.body()
    order = call.order(body.text("order_sn"), "logistics.error_not_exist")
    package = _package_to_ship(order, body)
    ways = [way for way in WAYS if way in body]
    if len(ways) != 1:
        raise Refusal(
            "logistics.ship_order_only_support_one_type",
            "Only one of pickup, dropoff and non_integrated is supported.",
        )
    _check_shippable(order, package)
    way, channel = ways[0], CHANNELS[order["channel_id"]]
    if way not in channel.needs:
        raise Refusal("logistics.business_validation_error", f"The channel does not support {way}.")
    tracking = _CHECKS[way](call, channel, body.child(way))
    call.desk.selling.arrange(order, package, way, tracking)
    return flat()


def _package_to_ship(order: Document, body: Body) -> Document:
    if len(order["packages"]) == 1 and "package_number" in body:
        raise Refusal(
            "logistics.ship_order_not_need_pacakge_number",
            "The order is not split, package_number is not needed.",
        )
    number = body.text("package_number") if "package_number" in body else None
    return package_of(order, number, error=NO_PACKAGE)


def _check_shippable(order: Document, package: Document) -> None:
    if package["logistics_status"] == "LOGISTICS_REQUEST_CREATED" or order["status"] in (
        "PROCESSED",
        "SHIPPED",
        "TO_CONFIRM_RECEIVE",
        "COMPLETED",
        "TO_RETURN",
    ):
        raise Refusal("logistics.package_already_shipped", "The package is already shipped.")
    if order["status"] not in SHIPPABLE:
        raise Refusal(
            "logistics.ship_order_not_ready_to_ship", "The order is not ready to be shipped."
        )


def _pickup(call: Call, channel: Channel, given: Body) -> str:
    if "address_id" not in given or not given.text("pickup_time_id", ""):
        raise Refusal(
            "logistics.ship_order_need_address_pickup_time",
            "address_id and pickup_time_id are needed.",
        )
    if given.integer("address_id") != PICKUP_ADDRESSES[call.shop_id]["address_id"]:
        raise Refusal("logistics.address_not_found", "The address_id is not found.")
    slots = {str(slot["pickup_time_id"]) for slot in time_slots(call.memory.now())}
    if given.text("pickup_time_id") not in slots:
        raise Refusal(
            "logistics.ship_order_pickup_time_invalid", "The pickup_time_id is not on offer."
        )
    return ""


def _dropoff(call: Call, channel: Channel, given: Body) -> str:
    if "branch_id" in channel.needs["dropoff"]:
        known = {branch["branch_id"] for branch in BRANCHES}
        if given.integer("branch_id", 0) not in known:
            raise Refusal("logistics.business_validation_error", "The branch_id is not found.")
    return ""


def _own_fleet(call: Call, channel: Channel, given: Body) -> str:
    tracking = given.text("tracking_number", "")
    if not tracking.strip():
        raise Refusal("logistics.business_validation_error", "tracking_number is needed.")
    return tracking


_CHECKS = {"pickup": _pickup, "dropoff": _dropoff, "non_integrated": _own_fleet}


def update_shipping_order(call: Call) -> Reply:
    """Arrange another pickup after a failed one."""
    body = call.body()
    order = call.order(body.text("order_sn"), "logistics.error_not_exist")
    package = _package_to_ship(order, body)
    if package["logistics_status"] != "LOGISTICS_PICKUP_RETRY":
        raise Refusal("logistics.business_process_error", "Only a failed pickup can be updated.")
    _pickup(call, CHANNELS[order["channel_id"]], body.child("pickup"))
    call.desk.selling.arrange(order, package, "pickup", package["tracking_number"])
    return flat()


def get_tracking_number(call: Call) -> Reply:
    """The number once the carrier has given one; empty with a hint until then."""
    number = call.query.values.get("package_number", [None])[0]
    order = call.order(call.query.text("order_sn"), "logistics.package_not_exist")
    package = package_of(order, number, error=NO_PACKAGE)
    found = package["tracking_number"]
    hint = "" if found else "The tracking number is being generated, please try again later."
    return wrapped({"tracking_number": found, "hint": hint})


def get_tracking_info(call: Call) -> Reply:
    """Where the parcel is."""
    number = call.query.values.get("package_number", [None])[0]
    order = call.order(call.query.text("order_sn"), "logistics.package_not_exist")
    package = package_of(order, number, error=NO_PACKAGE)
    status = package["logistics_status"]
    rows = []
    if status in TRACK_TEXTS:
        at = package["pickup_done_time"] or order["update_time"]
        text = TRACK_TEXTS[status]
        rows = [{"update_time": at, "description": text, "logistics_status": status}]
    return wrapped(
        {
            "order_sn": order["order_sn"],
            "package_number": package["package_number"],
            "logistics_status": status,
            "tracking_info": rows,
        }
    )


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/logistics/get_shipping_parameter", SHOP, get_shipping_parameter),
    ("POST", "/api/v2/logistics/ship_order", SHOP, ship_order),
    ("POST", "/api/v2/logistics/update_shipping_order", SHOP, update_shipping_order),
    ("GET", "/api/v2/logistics/get_tracking_number", SHOP, get_tracking_number),
    ("GET", "/api/v2/logistics/get_tracking_info", SHOP, get_tracking_info),
]
