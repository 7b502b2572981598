"""Returns of delivered goods: reading them, agreeing, offering a part, refusing with evidence."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import whole_number
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, data
from oms.sandbox.tiktok_shop.memory import FAR
from oms.sandbox.tiktok_shop.model import (
    BAD_EVIDENCE,
    BAD_OFFER,
    CURRENCY,
    NO_RETURN,
    REASON_UNFIT,
    RETURN_REJECT_REASONS,
)
from oms.sandbox.tiktok_shop.params import Body, page_of
from oms.sandbox.tiktok_shop.returning import (
    ARRIVED,
    AWAITING_BUYER,
    FIRST_QUESTION,
    NOT_RECEIVED,
    OFFERED,
    REFUND,
    REJECTED,
    REPLACEMENT,
    RETURN,
    STATUSES,
    SUCCESS,
    question_of,
)

PAGE, MOST_IMAGES, MOST_COMMENT = 50, 9, 500
# Decision: the question that it answers, and what it leads to.
APPROVALS = {
    "APPROVE_REFUND": (FIRST_QUESTION[REFUND], SUCCESS),
    "APPROVE_RETURN": (FIRST_QUESTION[RETURN], AWAITING_BUYER),
    "APPROVE_RECEIVED_PACKAGE": (ARRIVED, SUCCESS),
    "APPROVE_REPLACEMENT": (FIRST_QUESTION[REPLACEMENT], AWAITING_BUYER),
    "ISSUE_REPLACEMENT_REFUND": (FIRST_QUESTION[REPLACEMENT], SUCCESS),
}
REJECTIONS = {
    "REJECT_REFUND": (FIRST_QUESTION[REFUND], REJECTED),
    "REJECT_RETURN": (FIRST_QUESTION[RETURN], REJECTED),
    "REJECT_RECEIVED_PACKAGE": (ARRIVED, NOT_RECEIVED),
    "REJECT_REPLACEMENT": (FIRST_QUESTION[REPLACEMENT], REJECTED),
}
OFFER = "OFFER_PARTIAL_REFUND"
OFFERABLE = (FIRST_QUESTION[REFUND], FIRST_QUESTION[RETURN])


def search_returns(call: Call) -> Reply:
    """Whole returns that fit the filters of the body."""
    query, body = call.query, call.body()
    size = query.integer("page_size", 10, low=1, high=PAGE)
    query.choice("sort_field", ("create_time", "update_time"), "update_time")
    field = "created" if query.text("sort_field", "") == "create_time" else "updated"
    falls = query.choice("sort_order", ("ASC", "DESC"), "ASC") == "DESC"
    ids, orders = body.texts("return_ids", 50), body.texts("order_ids", 50)
    states, kinds = body.texts("return_status", 20), body.texts("return_types", 3)
    if set(states) - set(STATUSES) or set(kinds) - set(FIRST_QUESTION):
        raise Refusal(NO_RETURN + 2, "return_status or return_types is invalid")
    created = (body.integer("create_time_ge", 0), body.integer("create_time_lt", FAR))
    updated = (body.integer("update_time_ge", 0), body.integer("update_time_lt", FAR))
    rows = [
        made
        for made in call.memory.returns(call.shop_id)
        if (not ids or made["return_id"] in ids)
        and (not orders or made["order_id"] in orders)
        and (not states or made["status"] in states)
        and (not kinds or made["type"] in kinds)
        and created[0] <= made["created"] < created[1]
        and updated[0] <= made["updated"] < updated[1]
    ]
    shown, token = page_of(rows, query, size, by=(field, "return_id"), falls=falls)
    told = {"return_orders": [_view(made) for made in shown], "next_page_token": token}
    return data({**told, "total_count": len(rows)})


def _view(made: Document) -> dict[str, Any]:
    refund = sum(line["refund"] for line in made["lines"])
    view: dict[str, Any] = {
        "return_id": made["return_id"],
        "order_id": made["order_id"],
        "return_type": made["type"],
        "return_status": made["status"],
        "arbitration_status": made["arbitration"],
        "role": made["role"],
        "return_reason": made["reason"],
        "return_reason_text": made["records"][0]["reason_text"],
        "shipment_type": "PLATFORM",
        "handover_method": "PICKUP",
        "return_tracking_number": made["tracking_number"],
        "can_buyer_keep_item": made["type"] == REFUND,
        "create_time": made["created"],
        "update_time": made["updated"],
        "return_line_items": [_line(line) for line in made["lines"]],
        "refund_amount": _money(refund),
        "is_combined_return": False,
        "is_quick_refund": False,
    }
    if made["partial"]:
        view["partial_refund"] = {"currency": CURRENCY, "amount": str(made["partial"])}
    if question_of(made):
        due = {"action": question_of(made), "deadline": made["deadline"]}
        view["seller_next_action_response"] = [due]
    return view


def _line(line: Document) -> dict[str, Any]:
    told = {name: value for name, value in line.items() if name != "refund"}
    return {**told, "refund_amount": _money(line["refund"])}


def _money(amount: int) -> dict[str, str]:
    parts = {"refund_total": str(amount), "refund_subtotal": str(amount)}
    return {"currency": CURRENCY, **parts, "refund_shipping_fee": "0", "refund_tax": "0"}


def return_of(call: Call) -> Document:
    """The return that the path names."""
    made = call.memory.one_return(call.shop_id, call.request.params["return_id"])
    if made is None:
        raise Refusal(NO_RETURN, "Return not found")
    return made


def get_records(call: Call) -> Reply:
    """Its history, with the pictures of both sides."""
    return data({"records": return_of(call)["records"]})


def approve(call: Call) -> Reply:
    """The seller agrees, or offers a part; the same key again repeats the answer."""
    made, body = return_of(call), call.body()
    decision = body.choice("decision", (*APPROVALS, OFFER))
    if _is_repeated(call, made, decision):
        return data()
    if decision == OFFER:
        part = _offered(made, body.child("partial_refund"))
        return _decided(call, made, decision, OFFERABLE, OFFERED, "", [], partial=part)
    question, status = APPROVALS[decision]
    return _decided(call, made, decision, (question,), status, "", [])


def _offered(made: Document, part: Body) -> int:
    amount = whole_number(part.text("amount"))
    most = sum(line["refund"] for line in made["lines"])
    if part.text("currency") != CURRENCY or amount is None or not 0 < amount < most:
        raise Refusal(BAD_OFFER, "The partial refund must be below the refund amount")
    return amount


def reject(call: Call) -> Reply:
    """The seller refuses, for one of the reasons that are offered, with uploaded pictures."""
    made, body = return_of(call), call.body()
    decision = body.choice("decision", tuple(REJECTIONS))
    if _is_repeated(call, made, decision):
        return data()
    if body.text("reject_reason") not in RETURN_REJECT_REASONS:
        raise Refusal(REASON_UNFIT, "Reject reason is invalid")
    comment = body.text("comment", "")
    if len(comment) > MOST_COMMENT:
        raise Refusal(BAD_EVIDENCE + 1, "The comment is too long")
    pictures = [_picture(call, row) for row in body.rows("images", MOST_IMAGES)]
    question, status = REJECTIONS[decision]
    return _decided(call, made, decision, (question,), status, comment, pictures)


def _picture(call: Call, row: Body) -> str:
    uri = row.text("image_id")
    kept = call.memory.db.get("images", uri)
    if kept is None or kept["open_id"] != call.account["open_id"]:
        raise Refusal(BAD_EVIDENCE, f"The image {uri} is not found")
    if not row.text("mime_type").startswith("image/"):
        raise Refusal(BAD_EVIDENCE, "mime_type is invalid")
    return uri


def _is_repeated(call: Call, made: Document, decision: str) -> bool:
    key = call.query.text("idempotency_key", "")
    return bool(key) and made.get("key") == [key, decision]


def _decided(
    call: Call,
    made: Document,
    decision: str,
    questions: tuple[str, ...],
    status: str,
    comment: str,
    pictures: list[str],
    **facts: int,
) -> Reply:
    if question_of(made) not in questions:
        raise Refusal(NO_RETURN + 1, "The return does not wait for this decision")
    returning = call.desk.returning
    returning.note(made, "SELLER", decision, comment, pictures)
    returning.move(made, status, key=[call.query.text("idempotency_key", ""), decision], **facts)
    return data()


_ROOT, _ONE = "/return_refund/{v}/returns", "/return_refund/{v}/returns/{return_id}"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", _ROOT + "/search", "202309 202602", SHOP, search_returns),
    ("GET", _ONE + "/records", "202309", SHOP, get_records),
    ("POST", _ONE + "/approve", "202309", SHOP, approve),
    ("POST", _ONE + "/reject", "202309 202606", SHOP, reject),
]
