"""Pack, ready to ship, repack: success inside success, and every row has its own code."""

from collections.abc import Callable
from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.desk import Call, Endpoint, row
from oms.sandbox.lazada.envelope import result, result_refused
from oms.sandbox.lazada.model import (
    DONE,
    FBL,
    ILLEGAL,
    NO_ITEM,
    NO_ORDER,
    NO_PACKAGE,
    NOT_PACKABLE,
    NOT_READY,
    OTHER_WAREHOUSE,
    PACKABLE,
    PACKAGE_CANCELLED,
    PROVIDERS,
    TOO_MANY,
    WRONG_STATUS,
)

MOST = 20
PackageWork = Callable[[Document, list[Document]], None]


def asked_object(call: Call, name: str) -> Document:
    """The one parameter of a fulfilment call: an object as JSON text."""
    value = call.params.json(name, "5")
    if not isinstance(value, dict):
        raise result_refused(ILLEGAL, f"{name} must be an object")
    return value


def asked_rows(value: Document, name: str) -> list[Document]:
    """One to twenty objects."""
    rows = value.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise result_refused(ILLEGAL, f"{name} must hold objects")
    if len(rows) > MOST:
        raise result_refused(TOO_MANY, f"{name} must hold at most {MOST} rows")
    return rows


def get_providers(call: Call) -> Reply:
    """Who can carry these units, and who chooses."""
    for wanted in asked_rows(asked_object(call, "getShipmentProvidersReq"), "orders"):
        order = call.memory.order(call.seller_id, int(wanted.get("order_id") or 0))
        if order is None:
            raise result_refused(NO_ORDER, "order not found")
        known = {item["order_item_id"] for item in order["items"]}
        if not wanted.get("order_item_ids") or set(wanted["order_item_ids"]) - known:
            raise result_refused(NO_ITEM, "order item not found")
    providers = [
        {"name": each["name"], "provider_code": each["provider_code"]}
        for each in PROVIDERS.values()
    ]
    return result(
        {"shipment_providers": providers, "platform_default": 1, "shipping_allocate_type": "TFS"}
    )


def pack(call: Call) -> Reply:
    """Put units into parcels: those of one order named together share one."""
    asked = asked_object(call, "packReq")
    if asked.get("delivery_type") != "dropship":
        raise result_refused(ILLEGAL, "delivery_type is illegal")
    if asked.get("shipping_allocate_type") != "TFS" or asked.get("shipment_provider_code"):
        raise result_refused(ILLEGAL, "a local seller packs with TFS and without a provider")
    answer = [
        {
            "order_id": wanted.get("order_id"),
            "order_item_list": _pack_order(call, wanted),
        }
        for wanted in asked_rows(asked, "pack_order_list")
    ]
    return result({"pack_order_list": answer})


def _pack_order(call: Call, wanted: Document) -> list[Document]:
    ids = wanted.get("order_item_list")
    if not isinstance(ids, list) or not ids:
        raise result_refused(ILLEGAL, "order_item_list must hold numbers")
    order = call.memory.order(call.seller_id, int(wanted.get("order_id") or 0))
    if order is None:
        return [_pack_row(number, NO_ORDER, "order not found") for number in ids]
    items = [item for item in order["items"] if item["order_item_id"] in ids]
    problem = _unpackable(items, ids) or call.row_fault()
    if problem is not None:
        code, text, retry = problem
        return [_pack_row(number, code, text, retry=retry) for number in ids]
    package_id = call.desk.selling.give_package(order, items)
    call.desk.selling.move(order, "packed", items)
    return [
        _pack_row(
            item["order_item_id"],
            DONE,
            "success",
            package_id=package_id,
            tracking_number=item["tracking_code"],
            shipment_provider=item["shipment_provider"],
        )
        for item in items
    ]


def _unpackable(items: list[Document], ids: list[int]) -> tuple[str, str, bool] | None:
    if len(items) != len(set(ids)):
        return NO_ITEM, "order item not found", False
    if any(item["is_fbl"] for item in items):
        return FBL, "the item is fulfilled by the platform", False
    if any(item["sof"] for item in items):
        return ILLEGAL, "the seller's own fleet carries this order", False
    if any(item["status"] not in PACKABLE or item["cancel_at"] for item in items):
        return NOT_PACKABLE, "the status of the item does not allow to pack", False
    if len({item["warehouse_code"] for item in items}) > 1:
        return OTHER_WAREHOUSE, "items are in different warehouses", False
    return None


def _pack_row(number: Any, code: str, text: str, *, retry: bool = False, **more: str) -> Document:
    names = ("package_id", "tracking_number", "shipment_provider")
    fields = {name: more.get(name, "") for name in names}
    return row(code, text, retry=retry, order_item_id=number, **fields)


def _each_package(call: Call, request_name: str, allowed: tuple[str, ...],
                  work: PackageWork) -> Reply:  # fmt: skip
    """Do something to parcels; each succeeds or fails alone."""
    answer = []
    for wanted in asked_rows(asked_object(call, request_name), "packages"):
        package_id = str(wanted.get("package_id") or "")
        problem = _untouchable(call, package_id, allowed) or call.row_fault()
        if problem is not None:
            code, text, retry = problem
            answer.append(row(code, text, retry=retry, package_id=package_id))
            continue
        found = call.memory.package(call.seller_id, package_id)
        work(*found) if found else None
        answer.append(row(DONE, "success", package_id=package_id))
    return result({"packages": answer})


def _untouchable(
    call: Call, package_id: str, allowed: tuple[str, ...]
) -> tuple[str, str, bool] | None:
    found = call.memory.package(call.seller_id, package_id)
    if found is None or not found[1]:
        return NO_PACKAGE, "package not found", False
    statuses = {item["status"] for item in found[1]}
    if statuses == {"canceled"}:
        return PACKAGE_CANCELLED, "package is already cancelled", False
    if any(item["cancel_at"] for item in found[1]):
        return NOT_READY, "a cancellation waits for an answer", False
    if not statuses <= {*allowed, "canceled"}:
        return WRONG_STATUS, "the status does not allow this", False
    return None


def ready_to_ship(call: Call) -> Reply:
    """Announce packed parcels to the carrier."""
    selling, delay = call.desk.selling, float(call.memory.behaviour()["ready_delay_s"])

    def announce(order: Document, items: list[Document]) -> None:
        live = [item for item in items if item["status"] == "packed"]
        selling.move(order, "ready_to_ship_pending" if delay > 0 else "ready_to_ship", live)
        if delay > 0:
            at = call.memory.clock.now() + delay
            names = {"package_id": items[0]["package_id"], "seller_id": order["seller_id"]}
            call.memory.later(at, "ready", **names)

    return _each_package(call, "readyToShipReq", ("packed",), announce)


def repack(call: Call) -> Reply:
    """Take parcels apart again."""
    return _each_package(call, "rePackReq", ("packed",), call.desk.selling.undo_package)


def _own_fleet(call: Call, name: str, status: str) -> Reply:
    def tell(order: Document, items: list[Document]) -> None:
        call.desk.selling.move(order, status, items)

    return _each_package(call, name, ("ready_to_ship", "shipped", "failed_delivery"), tell)


def own_fleet_delivered(call: Call) -> Reply:
    """The seller's own fleet delivered."""
    return _own_fleet(call, "dbsDeliveryReq", "delivered")


def own_fleet_failed(call: Call) -> Reply:
    """The seller's own fleet could not deliver."""
    return _own_fleet(call, "dbsFailedDeliveryReq", "failed_delivery")


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET|POST", "/order/shipment/providers/get", SELLER, get_providers),
    ("POST", "/order/fulfill/pack", SELLER, pack),
    ("POST", "/order/package/rts", SELLER, ready_to_ship),
    ("GET|POST", "/order/package/repack", SELLER, repack),
    ("POST", "/order/package/sof/delivered", SELLER, own_fleet_delivered),
    ("POST", "/order/package/sof/failed_delivery", SELLER, own_fleet_failed),
]
