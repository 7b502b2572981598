"""Waybills in four steps: which kinds, ask for one, is it drawn, fetch it."""

from collections.abc import Callable
from typing import Any

from oms.sandbox.core import Reply, bytes_reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.waybill import Waybill, waybill_pdf
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint, package_of
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import CHANNELS, DOCUMENT_TYPES, PICKUP_ADDRESSES
from oms.sandbox.shopee.order_view import buyer_total, clear_address
from oms.sandbox.shopee.params import Body
from oms.sandbox.shopee.refusals import Refusal

NOT_FOUND, NO_ORDER = "logistics.package_number_not_found", "logistics.order_not_exist"
PRINT_FIRST = "logistics.shipping_document_should_print_first"
DEFAULT_TYPE = "NORMAL_AIR_WAYBILL"

RowWork = Callable[[Document, Document, Body], dict[str, Any]]


def _parcel(call: Call, row: Body) -> tuple[Document, Document]:
    number = row.text("package_number") if "package_number" in row else None
    order = call.order(row.text("order_sn"), NO_ORDER)
    return order, package_of(order, number, error=NOT_FOUND)


def _batch(call: Call, work: RowWork) -> Reply:
    """Each row succeeds or fails alone; only when none succeeded does the call itself fail."""
    results, failures = [], 0
    for row in call.body().rows("order_list"):
        result: dict[str, Any] = {"order_sn": row.text("order_sn")}
        if "package_number" in row:
            result["package_number"] = row.text("package_number")
        try:
            order, package = _parcel(call, row)
            result["package_number"] = package["package_number"]
            result.update(work(order, package, row))
        except Refusal as refusal:
            result.update(fail_error=refusal.error, fail_message=refusal.message)
            failures += 1
        results.append(result)
    response = {"result_list": results}
    if failures == len(results):
        raise Refusal("common.batch_api_all_failed", "All rows failed.", response=response)
    return wrapped(response)


def _printable(order: Document, package: Document) -> None:
    if CHANNELS[order["channel_id"]].own_fleet or not package["method"]:
        raise Refusal("logistics.package_can_not_print", "The package can not be printed now.")


def get_shipping_document_parameter(call: Call) -> Reply:
    """The kinds of waybill a parcel can have."""

    def kinds(order: Document, package: Document, row: Body) -> dict[str, Any]:
        _printable(order, package)
        return {
            "suggest_shipping_document_type": DEFAULT_TYPE,
            "selectable_shipping_document_type": list(DOCUMENT_TYPES),
        }

    return _batch(call, kinds)


def create_shipping_document(call: Call) -> Reply:
    """Ask for waybills; they are drawn a little later."""

    def start(order: Document, package: Document, row: Body) -> dict[str, Any]:
        kind = row.text("shipping_document_type", DEFAULT_TYPE)
        if kind not in DOCUMENT_TYPES:
            raise Refusal("logistics.shipping_document_type_invalid", "The type is invalid.")
        _printable(order, package)
        if package["logistics_status"] != "LOGISTICS_REQUEST_CREATED":
            raise Refusal("logistics.order_status_error", "The parcel has left or was cancelled.")
        tracking = row.text("tracking_number", "")
        if not tracking or tracking != package["tracking_number"]:
            raise Refusal("logistics.tracking_number_invalid", "The tracking_number is invalid.")
        package["document"] = {"type": kind, "status": "PROCESSING"}
        call.memory.save_order(order)
        at = call.memory.clock.now() + float(call.memory.behaviour()["document_delay_s"])
        names = {"order_sn": order["order_sn"], "package_number": package["package_number"]}
        call.memory.later(at, "document", **names)
        return {}

    return _batch(call, start)


def _asked_for(package: Document, kind: str) -> Document:
    document: Document | None = package["document"]
    if document is None or document["type"] != kind:
        raise Refusal(PRINT_FIRST, "The document should be created first.")
    return document


def get_shipping_document_result(call: Call) -> Reply:
    """PROCESSING, READY or FAILED."""

    def state(order: Document, package: Document, row: Body) -> dict[str, Any]:
        document = package["document"] or {"type": DEFAULT_TYPE}
        found = _asked_for(package, row.text("shipping_document_type", document["type"]))
        return {"status": found["status"]}

    return _batch(call, state)


def download_shipping_document(call: Call) -> Reply:
    """The file itself, one page a parcel; JSON only when it cannot be had."""
    body = call.body()
    parcels = [_parcel(call, row) for row in body.rows("order_list")]
    kinds = {(package["document"] or {}).get("type", "") for _, package in parcels}
    if len({order["channel_id"] for order, _ in parcels}) > 1 or len(kinds) > 1:
        raise Refusal(
            "logistics.packages_can_not_download_together",
            "Packages of one channel and one document type only.",
        )
    kind = body.text("shipping_document_type", next(iter(kinds)) or DEFAULT_TYPE)
    for _, package in parcels:
        status = _asked_for(package, kind)["status"]
        if status == "FAILED":
            raise Refusal("logistics.package_print_failed", "The document could not be printed.")
        if status != "READY":
            raise Refusal("logistics.download_later", "The document is not ready yet.")
    sheets = [_sheet(call, order, package) for order, package in parcels]
    return bytes_reply(waybill_pdf(sheets), "application/pdf")


def _sheet(call: Call, order: Document, package: Document) -> Waybill:
    recipient, shop = clear_address(order), call.memory.shop(call.shop_id) or {}
    lines = [order["lines"][at] for at in package["line_at"]]
    sender = PICKUP_ADDRESSES[call.shop_id]
    return Waybill(
        carrier=CHANNELS[order["channel_id"]].name,
        order_number=order["order_sn"],
        package_number=package["package_number"],
        tracking_number=package["tracking_number"],
        sort_code=f"{order['number'] % 90 + 10}-{order['number'] % 7 + 1:02d}-HUB",
        sender=f"{shop['name']}, {sender['state']}",
        recipient=recipient["name"],
        address=recipient["full_address"],
        phone=f"******{recipient['phone'][-2:]}",
        contents=tuple(
            " ".join(filter(None, (li["item_name"], li["model_name"], f"x{li['quantity']}")))
            for li in lines
        ),
        cod_vnd=buyer_total(order) if order["cod"] else 0,
        weight_g=sum(li["weight_g"] * li["quantity"] for li in lines),
    )


_ROOT = "/api/v2/logistics/"
ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("POST", _ROOT + "get_shipping_document_parameter", SHOP, get_shipping_document_parameter),
    ("POST", _ROOT + "create_shipping_document", SHOP, create_shipping_document),
    ("POST", _ROOT + "get_shipping_document_result", SHOP, get_shipping_document_result),
    ("POST", _ROOT + "download_shipping_document", SHOP, download_shipping_document),
]
