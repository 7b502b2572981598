"""The waybill: asked for and given in one call, as bytes in the answer or as an address."""

import base64

from oms.sandbox.core import Reply, Request, bytes_reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.waybill import Waybill, waybill_pdf
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.calls_fulfil import asked_object, asked_rows
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import result, result_refused
from oms.sandbox.lazada.memory import Memory
from oms.sandbox.lazada.model import ILLEGAL, NO_PACKAGE, NOT_PRINTABLE, PRINTABLE
from oms.sandbox.lazada.order_view import buyer_total

Sheet = tuple[Document, list[Document]]


def get_document(call: Call) -> Reply:
    """One page for each parcel, as PDF or HTML."""
    asked = asked_object(call, "getDocumentReq")
    kind = asked.get("doc_type")
    if kind not in ("PDF", "HTML"):
        raise result_refused(ILLEGAL, "doc_type is illegal")
    ids = [str(wanted.get("package_id") or "") for wanted in asked_rows(asked, "packages")]
    sheets = [_sheet(call, package_id) for package_id in ids]
    if kind == "HTML":
        page = "".join(f"<p>{order['order_id']}</p>" for order, _items in sheets).encode()
        return _given(call, page, kind, "")
    number = call.memory.db.next("document")
    call.memory.db.put("documents", number, {"packages": ids, "seller_id": call.seller_id})
    address = f"{call.desk.base_url}/documents/{number}.pdf"
    if call.memory.behaviour()["document_as_url"]:
        return _given(call, b"", kind, address)
    return _given(call, waybill(sheets), kind, address)


def _given(call: Call, content: bytes, kind: str, address: str) -> Reply:
    file = base64.b64encode(content).decode()
    return result({"file": file, "doc_type": kind, "pdf_url": address})


def _sheet(call: Call, package_id: str) -> Sheet:
    found = call.memory.package(call.seller_id, package_id)
    if found is None:
        raise result_refused(NO_PACKAGE, "package not found")
    items = [item for item in found[1] if item["status"] in PRINTABLE]
    if not items or not items[0]["tracking_code"]:
        raise result_refused(NOT_PRINTABLE, "no package can be printed")
    return found[0], items


def stored_document(memory: Memory, request: Request) -> Reply:
    """The file behind an address that was handed out; it needs no signature."""
    kept = memory.db.get("documents", request.params["number"])
    if kept is None:
        return Reply(404)
    found = [memory.package(kept["seller_id"], package_id) for package_id in kept["packages"]]
    return bytes_reply(waybill([sheet for sheet in found if sheet]), "application/pdf")


def waybill(sheets: list[Sheet]) -> bytes:
    """All pages in one file of 105 x 148 mm."""
    return waybill_pdf([_page(order, items) for order, items in sheets])


def _page(order: Document, items: list[Document]) -> Waybill:
    first, told = items[0], order["address"]
    return Waybill(
        carrier=first["shipment_provider"],
        order_number=str(order["order_id"]),
        package_number=first["package_id"],
        tracking_number=first["tracking_code"],
        sort_code="",
        sender=f"{order['seller_id']}",
        recipient=told["name"],
        address=f"{told['street']}, {told['ward']}, {told['province']}",
        phone=f"******{told['phone'][-2:]}",
        contents=tuple(f"{text} x{count}" for text, count in _contents(items).items()),
        cod_vnd=buyer_total(order) if order["cod"] else 0,
        weight_g=sum(item["grams"] for item in items),
    )


def _contents(items: list[Document]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for item in items:
        name = " ".join(filter(None, (item["name"], item["variation"])))
        counted[name] = counted.get(name, 0) + 1
    return counted


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET|POST", "/order/package/document/get", SELLER, get_document),
]
