"""Reverse orders of delivered goods: reading them, agreeing, refusing with evidence."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data, flat
from oms.sandbox.lazada.returning import ONLY_REFUND, REFUSAL_REASONS, RETURN, STATUSES

LARGEST_PAGE = 100
RANGES = {
    "ReverseOrderLineTimeRange": "created",
    "ReverseOrderLineModifiedTimeRange": "modified",
}
# Action: the request it answers, the statuses it may follow, and what it leads to.
ACTIONS = {
    "agreeReturn": (RETURN, ("REQUEST_INITIATE",), "SELLER_AGREE_RETURN"),
    "refuseReturn": (RETURN, ("REQUEST_INITIATE",), "SELLER_REJECT_RETURN"),
    "agreeRefund": (RETURN, ("BUYER_RETURN_ITEM",), "SELLER_AGREE_REFUND"),
    "refuseRefund": (RETURN, ("BUYER_RETURN_ITEM",), "SELLER_REJECT_REFUND"),
    "instantRefund": (RETURN, ("REQUEST_INITIATE",), "REFUND_PENDING"),
    "confirmDelivery": (RETURN, ("BUYER_RETURN_ITEM",), "BUYER_RETURN_ITEM"),
}
REFUSALS = ("refuseReturn", "refuseRefund", "startDispute")


def _reverse(call: Call) -> Document:
    number = call.params.integer("reverse_order_id", code="105")
    found = call.desk.returning.find(call.seller_id, number)
    if found is None:
        raise Refusal("116", "reverse order not found", ISV)
    return found


def get_list(call: Call) -> Reply:
    """The whole answer is under `result`, and so is its own success."""
    params = call.params
    page = params.integer("page_no", low=1, code="117")
    size = params.integer("page_size", low=1, high=LARGEST_PAGE, code="117")
    kinds, wanted = params.texts("request_type_list"), params.texts("reverse_status_list")
    if set(wanted) - set(STATUSES):
        raise Refusal("117", "reverse_status_list is invalid", ISV)
    found = [
        made
        for made in call.memory.db.find("reverses", seller_id=call.seller_id)
        if (not kinds or made["request_type"] in kinds) and _in_ranges(call, made)
    ]
    found = [
        made
        for made in found
        if not wanted or any(line["reverse_status"] in wanted for line in made["lines"])
    ]
    shown = found[(page - 1) * size : page * size]
    return flat(
        result={
            "page_no": page,
            "page_size": size,
            "total": len(found),
            "success": True,
            "items": [_in_list(made) for made in shown],
        }
    )


def _in_ranges(call: Call, made: Document) -> bool:
    """Ranges are in milliseconds; one without its other end is refused."""
    for name, field in RANGES.items():
        if f"{name}Start" not in call.params and f"{name}End" not in call.params:
            continue
        start = call.params.integer(f"{name}Start", code="117")
        end = call.params.integer(f"{name}End", code="117")
        if end < start:
            raise Refusal("117", f"{name} is invalid", ISV)
        if not any(start <= line[field] * 1000 <= end for line in made["lines"]):
            return False
    return True


def _in_list(made: Document) -> dict[str, Any]:
    rows = []
    for line in made["lines"]:
        shared = _shared(made, line)
        product = {"product_id": line["product_id"], "product_sku": line["shop_sku"]}
        buyer = {"buyer_id": line["buyer_id"]}
        rows.append({**shared, "product": product, "buyer": buyer, "receiver_address": "***"})
    return {
        "reverse_order_id": made["reverse_order_id"],
        "trade_order_id": made["order_id"],
        "request_type": made["request_type"],
        "is_rtm": made["is_rtm"],
        "shipping_type": "Dropshipping",
        "reverse_order_lines": rows,
    }


def _shared(made: Document, line: Document) -> dict[str, Any]:
    return {
        "reverse_order_line_id": line["reverse_order_line_id"],
        "trade_order_line_id": line["trade_order_line_id"],
        "reverse_status": line["reverse_status"],
        "is_need_refund": True,
        "ofc_status": "",
        "trade_order_gmt_create": made["created"] * 1000,
        # Cents everywhere but here: dong are dong.
        "refund_amount": line["price"],
        "item_unit_price": line["price"],
        "reason_text": line["reason_text"],
        "reason_code": line["reason_code"],
        "refund_payment_method": "",
        "whqc_decision": "",
        "return_order_line_gmt_create": line["created"] * 1000,
        "return_order_line_gmt_modified": line["modified"] * 1000,
        "is_dispute": line["is_dispute"],
        "seller_sku_id": line["sku"],
        "platform_sku_id": f"{line['sku_id']}",
        "tracking_number": line["tracking_number"],
        "sla": line["sla"] * 1000,
    }


def get_detail(call: Call) -> Reply:
    made = _reverse(call)
    rows = [
        {
            **_shared(made, line),
            "buyer": {"user_id": line["buyer_id"]},
            "productDTO": {"product_id": line["product_id"], "sku": line["shop_sku"]},
        }
        for line in made["lines"]
    ]
    return data(
        {
            "reverse_order_id": made["reverse_order_id"],
            "trade_order_id": made["order_id"],
            "request_type": made["request_type"],
            "shipping_type": "Dropshipping",
            "is_rtm": made["is_rtm"],
            "reverseOrderLineDTOList": rows,
        }
    )


def _line_of(call: Call) -> Document:
    number = call.params.integer("reverse_order_line_id", code="103")
    for made in call.memory.db.find("reverses", seller_id=call.seller_id):
        for line in made["lines"]:
            if line["reverse_order_line_id"] == number:
                return line
    raise Refusal("116", "reverse order line not found", ISV)


def get_history(call: Call) -> Reply:
    line = _line_of(call)
    size = call.params.integer("page_size", 10, low=1, high=LARGEST_PAGE, code="120")
    page = call.params.integer("page_number", 1, low=1, code="121")
    rows = [{**row, "time": row["time"] * 1000} for row in line["history"]]
    info = {"page_size": size, "current_page_number": page, "total": len(rows)}
    return data({"list": rows[(page - 1) * size : page * size], "page_info": info})


def get_reasons(call: Call) -> Reply:
    _line_of(call)
    return data(
        [
            {"reason_id": number, "text": english, "muti_language_text": words}
            for number, words, english in REFUSAL_REASONS
        ]
    )


def _lines(call: Call, made: Document) -> list[Document]:
    wanted = set(call.params.numbers("reverse_order_item_ids", "107"))
    lines = [line for line in made["lines"] if line["reverse_order_line_id"] in wanted]
    if len(lines) != len(wanted):
        raise Refusal("107", "reverse order line not found", ISV)
    return lines


def _evidence(call: Call, lines: list[Document], name: str, key: str) -> list[str]:
    """A refusal speaks of one line and has a comment and pictures."""
    if len(lines) != 1:
        raise Refusal("126", "only one line can be refused at a time", ISV)
    if not call.params.text("comment", ""):
        raise Refusal("110", "the comment is missing", ISV)
    rows = call.params.json(name, "111") if name in call.params else []
    urls = [str(row.get(key) or "") for row in rows if isinstance(row, dict)]
    kept = [call.memory.db.get("images", url) for url in urls]
    if not urls or any(row is None or row["seller_id"] != call.seller_id for row in kept):
        raise Refusal("111", "the pictures are missing or were not uploaded here", ISV)
    return urls


def update(call: Call) -> Reply:
    """The seller answers a return, or the goods that came back: a write, although it is a GET."""
    made = _reverse(call)
    action = call.params.text("action")
    if action not in ACTIONS:
        raise Refusal("108", "the action is not valid", ISV)
    kind, from_, to = ACTIONS[action]
    lines = _lines(call, made)
    pictures: list[str] = []
    if action in REFUSALS:
        known = {str(number) for number, _words, _english in REFUSAL_REASONS}
        if call.params.text("reason_id", "") not in known:
            raise Refusal("109", "the reason is not valid", ISV)
        pictures = _evidence(call, lines, "image_info", "url")
    if made["request_type"] != kind or any(row["reverse_status"] not in from_ for row in lines):
        raise Refusal("112", "the status does not allow this action", ISV)
    for line in lines:
        call.desk.returning.note(line, "seller", pictures)
    call.desk.returning.move(made, lines, to, is_dispute=action in REFUSALS)
    return data({"reverse_order_id": made["reverse_order_id"], "reverse_order_line": []})


def decide(call: Call) -> Reply:
    """The seller answers a wish for money only."""
    made = _reverse(call)
    action = call.params.text("action")
    if action not in ("agreeRefund", "startDispute"):
        raise Refusal("108", "the action is not valid", ISV)
    lines, pictures = _lines(call, made), []
    if action == "startDispute":
        pictures = _evidence(call, lines, "image_info_list", "file_url")
    is_open = all(line["reverse_status"] == "REQUEST_INITIATE" for line in lines)
    if made["request_type"] != ONLY_REFUND or not is_open:
        raise Refusal("112", "the status does not allow this action", ISV)
    for line in lines:
        call.desk.returning.note(line, "seller", pictures)
    to = "SELLER_AGREE_REFUND" if action == "agreeRefund" else "CS_APPROVING"
    call.desk.returning.move(made, lines, to, is_dispute=action in REFUSALS)
    return data({})


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET|POST", "/reverse/getreverseordersforseller", SELLER, get_list),
    ("GET", "/order/reverse/return/detail/list", SELLER, get_detail),
    ("GET", "/order/reverse/return/history/list", SELLER, get_history),
    ("GET", "/order/reverse/reason/list", SELLER, get_reasons),
    ("GET", "/order/reverse/return/update", SELLER, update),
    ("GET", "/order/reverse/onlyrefund/seller/decide", SELLER, decide),
]
