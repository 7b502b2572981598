"""The label: an address that lives a day, and behind it the file."""

import secrets

from oms.sandbox.core import Reply, Request, bytes_reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.waybill import Waybill, waybill_pdf
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, data
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import DAY_S, NOT_PRINTABLE, PLATFORM
from oms.sandbox.tiktok_shop.order_view import buyer_total, masked

KINDS = ("SHIPPING_LABEL", "PACKING_SLIP", "SHIPPING_LABEL_AND_PACKING_SLIP",
         "SHIPPING_LABEL_PICTURE")  # fmt: skip
SIZES, FORMATS = ("A6", "A5"), ("PDF",)


def get_document(call: Call) -> Reply:
    """Where the label of one parcel can be had."""
    query = call.query
    query.choice("document_type", KINDS)
    query.choice("document_size", SIZES, "A6")
    query.choice("document_format", FORMATS, "PDF")
    package = call.package(call.request.params["package_id"])
    if package["shipping_type"] != PLATFORM:
        raise Refusal(NOT_PRINTABLE, "The package is shipped by the seller: there is no label")
    if package["status"] != "PROCESSING":
        raise Refusal(NOT_PRINTABLE, "The package status does not allow to print")
    delay = float(call.memory.behaviour()["document_delay_s"])
    too_soon = call.memory.clock.now() < package["shipped"] + delay
    if too_soon or not package["tracking_number"]:
        raise Refusal(NOT_PRINTABLE + 1, "The document is being generated, please try again later")
    key = secrets.token_hex(16)
    kept = {"package_id": package["package_id"], "shop_id": call.shop_id}
    call.memory.db.put("documents", key, {**kept, "ends": call.memory.now() + DAY_S})
    address = f"{call.desk.base_url}/documents/{key}.pdf"
    return data({"doc_url": address, "tracking_number": package["tracking_number"]})


def stored_document(memory: Memory, request: Request) -> Reply:
    """The file behind an address that was handed out; it needs no signature."""
    kept = memory.db.get("documents", request.params["key"])
    if kept is None or kept["ends"] <= memory.now():
        return Reply(403)
    package = memory.package(kept["shop_id"], kept["package_id"])
    if package is None:
        return Reply(404)
    return bytes_reply(waybill_pdf([_sheet(memory, package)]), "application/pdf")


def _sheet(memory: Memory, package: Document) -> Waybill:
    inside = memory.contents(package)
    first, shop = inside[0][0], memory.shop(package["shop_id"]) or {}
    name, phone, _street = masked(first)
    told = first["address"]
    items = [item for _order, part in inside for item in part]
    names = [" ".join(filter(None, (it["product_name"], it["sku_name"]))) for it in items]
    return Waybill(
        carrier=package["provider"]["name"],
        order_number=first["order_id"],
        package_number=package["package_id"],
        tracking_number=package["tracking_number"],
        sort_code=f"{first['number'] % 900 + 100}-A{first['number'] % 9 + 1}",
        sender=shop["name"],
        recipient=name,
        address=f"{told['street']}, {told['ward']}, {told['province']}",
        phone=phone,
        contents=tuple(f"{text} x{names.count(text)}" for text in dict.fromkeys(names)),
        cod_vnd=sum(buyer_total(order) for order, _items in inside if order["cod"]),
        weight_g=sum(item["grams"] for item in items),
    )


ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    (
        "GET",
        "/fulfillment/{v}/packages/{package_id}/shipping_documents",
        "202309",
        SHOP,
        get_document,
    ),
]
