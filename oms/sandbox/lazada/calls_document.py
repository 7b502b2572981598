"""The waybill: asked for and given in one call, as bytes in the answer or as an address."""

import base64

from oms.sandbox.core import Reply, Request, bytes_reply
from oms.sandbox.core.pdf import A6, Page, pdf_of, plain
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.calls_fulfil import asked_object, asked_rows
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import result, result_refused
from oms.sandbox.lazada.memory import Document, Memory
from oms.sandbox.lazada.model import ILLEGAL, NO_PACKAGE, NOT_PRINTABLE, PRINTABLE
from oms.sandbox.lazada.order_view import buyer_total

MARGIN, LINE_LENGTH = 16, 48
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
    return pdf_of([_page(order, items) for order, items in sheets], title="Waybill")


def _page(order: Document, items: list[Document]) -> Page:
    page, (width, height) = Page(A6), A6
    first = items[0]
    page.box(6, 6, width - 12, height - 12)
    page.text(MARGIN, height - 30, first["shipment_provider"], size=15, bold=True)
    page.text(MARGIN, height - 44, f"Mã đơn: {order['order_id']}", size=8)
    page.barcode(MARGIN + 12, height - 100, first["tracking_code"], width=242, height=48)
    page.text(MARGIN + 60, height - 116, first["tracking_code"], size=12, bold=True)
    told = order["address"]
    where = f"{told['street']}, {told['ward']}, {told['province']}"
    lines = [
        f"Đến: {told['name']}",
        where[:LINE_LENGTH],
        f"Kiện: {first['package_id']}",
        "Nội dung hàng:",
        *[f"- {text} x{count}"[:LINE_LENGTH] for text, count in _contents(items).items()][:6],
    ]
    for at, line in enumerate(lines):
        page.text(MARGIN, height - 140 - 14 * at, plain(line), size=9)
    page.box(6, 6, width - 12, 46)
    collect = buyer_total(order) if order["cod"] else 0
    page.text(MARGIN, 32, f"Thu hộ (COD): {collect:,} VND".replace(",", "."), size=14, bold=True)
    return page


def _contents(items: list[Document]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for item in items:
        name = " ".join(filter(None, (item["name"], item["variation"])))
        counted[name] = counted.get(name, 0) + 1
    return counted


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET|POST", "/order/package/document/get", SELLER, get_document),
]
