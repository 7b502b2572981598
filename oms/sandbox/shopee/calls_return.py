"""Returns: reading them, agreeing, objecting with evidence."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.shopee import negotiating
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import DAY_S
from oms.sandbox.shopee.params import Body, Query
from oms.sandbox.shopee.refusals import Refusal, bad_parameter
from oms.sandbox.shopee.returning import (
    CONFIRMABLE,
    DAYS_TO_SHIP,
    DISPUTABLE,
    DISPUTE_REASONS,
    STATUSES,
)

LONGEST_S = 15 * DAY_S
LIST_SIZE = 40
FORMATS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}


def return_of(call: Call, number: str, missing: str = "error_not_exists") -> Document:
    """A return of the calling shop."""
    found = call.memory.db.get("returns", number)
    if found is None or found["shop_id"] != call.shop_id:
        raise Refusal(missing, f"The return {number} does not exist.")
    return found


def _window(query: Query, name: str) -> tuple[int, int] | None:
    if not query.text(f"{name}_from", "") and not query.text(f"{name}_to", ""):
        return None
    start, end = query.integer(f"{name}_from"), query.integer(f"{name}_to")
    if end < start or end - start > LONGEST_S:
        raise Refusal("error_limit", f"{name} range must be within 15 days.")
    return start, end


def get_return_list(call: Call) -> Reply:
    """Pages count from 0 by the text and from 1 by the sample: both mean the first one."""
    query = call.query
    page = max(query.integer("page_no") - 1, 0)
    size = query.integer("page_size", LIST_SIZE, low=1, high=100)
    status = query.text("status", "")
    if status and status not in STATUSES:
        raise bad_parameter("Wrong parameters, detail: status is invalid.")
    windows = {name: _window(query, name) for name in ("create_time", "update_time")}
    found = [
        made
        for made in call.memory.db.find("returns", shop_id=call.shop_id)
        if status in ("", made["status"])
        and all(w is None or w[0] <= made[name] <= w[1] for name, w in windows.items())
    ]
    found.sort(key=lambda made: (made["update_time"], made["return_sn"]))
    shown = found[page * size : (page + 1) * size]
    more = len(found) > (page + 1) * size
    return wrapped({"return": [_row(made, call.memory.now()) for made in shown], "more": more})


def _row(made: Document, now: int) -> dict[str, Any]:
    names = (
        *("image", "reason", "text_reason", "return_sn", "refund_amount", "create_time"),
        *("update_time", "status", "due_date", "tracking_number", "dispute_reason"),
        *("dispute_text_reason", "item", "order_sn", "return_solution"),
    )
    warehouse, talk = made["warehouse"], negotiating.told(made, now)
    return {
        **{name: made[name] for name in names},
        "reassessed_request_reason": "",
        "currency": "VND",
        "needs_logistics": made["return_solution"] == 0,
        "amount_before_discount": made["refund_amount"],
        "return_ship_due_date": made["create_time"] + DAYS_TO_SHIP * DAY_S,
        "return_seller_due_date": made["due_date"],
        "negotiation_status": talk["negotiation"]["negotiation_status"],
        "seller_proof_status": talk["seller_proof"]["seller_proof_status"],
        "seller_compensation_status": "",
        "return_refund_type": "RRAOC" if made["after_completion"] else "RRBOC",
        "is_seller_arrange": False,
        "is_shipping_proof_mandatory": False,
        "return_refund_request_type": 0,
        "validation_type": "warehouse_validation" if warehouse else "seller_validation",
        "is_arrived_at_warehouse": 0,
        "follow_up_action_list": [],
    }


def get_return_detail(call: Call) -> Reply:
    made = return_of(call, call.query.text("return_sn"))
    talk = negotiating.told(made, call.memory.now())
    row = _row(made, call.memory.now())
    return wrapped({**row, **talk, "buyer_videos": []})


def confirm(call: Call) -> Reply:
    """The seller agrees; what the platform has taken into its own hands is past that."""
    made = return_of(call, call.body().text("return_sn"))
    if made["status"] not in CONFIRMABLE:
        raise Refusal("error_validation", "The return can not be confirmed in this status.")
    call.desk.returning.move(made, "ACCEPTED")
    return wrapped({"return_sn": made["return_sn"]})


def get_return_dispute_reason(call: Call) -> Reply:
    return_of(call, call.query.text("return_sn"))
    rows = [
        {
            "dispute_reason": str(number),
            "dispute_requirement": words,
            "sample_evidence": [],
            "evidence_module_list": [
                {"module_index": at, "requirement": text, "is_required": needed}
                for at, (text, needed) in enumerate(modules)
            ],
        }
        for number, (words, modules) in DISPUTE_REASONS.items()
    ]
    return wrapped({"dispute_reason_list": rows})


def convert_image(call: Call) -> Reply:
    """A picture becomes an address that a dispute may name."""
    fields, uploads = call.request.multipart()
    made = return_of(call, fields.get("return_sn", ""))
    upload = next((each for each in uploads if each.name == "upload_image"), None)
    if upload is None or not any(upload.content.startswith(start) for start in FORMATS):
        raise Refusal("format.unsupport", "Only JPG and PNG are supported.")
    url = f"https://cf.shopee.vn/file/evidence-{call.memory.db.next('evidence')}"
    made["images_made"].append(url)
    call.desk.returning.save(made)
    return wrapped({"url": url, "thumbnail": f"{url}_tn"})


def dispute(call: Call) -> Reply:
    """The seller objects, with what the reason asks for."""
    body = call.body()
    made = return_of(call, body.text("return_sn"))
    if "@" not in body.text("email"):
        raise Refusal("dispute.request.param.error", "email is invalid.")
    reason = body.integer("dispute_reason_id")
    if reason not in DISPUTE_REASONS:
        raise Refusal("dispute.request.param.error", "dispute_reason_id is invalid.")
    if made["status"] not in DISPUTABLE:
        raise Refusal("error_return_status", "The return can not be disputed in this status.")
    evidence = _evidence(body, made, reason)
    text = body.text("dispute_text_reason", "")
    call.desk.returning.dispute(made, reason, text, evidence=evidence)
    return wrapped({"return_sn": made["return_sn"], "msg": ""})


def _evidence(body: Body, made: Document, reason: int) -> list[Document]:
    modules = DISPUTE_REASONS[reason][1]
    given = {}
    for row in body.rows("image_list") if "image_list" in body else []:
        at, urls = row.integer("module_index"), row.values.get("image_url")
        known = isinstance(urls, list) and urls and set(urls) <= set(made["images_made"])
        if at >= len(modules) or row.text("requirement") != modules[at][0] or not known:
            raise Refusal("dispute.request.param.error", "image_list is invalid.")
        given[at] = {"module_index": at, "image_url": urls}
    if any(needed and at not in given for at, (_text, needed) in enumerate(modules)):
        raise Refusal("dispute.request.param.error", "A required evidence module is missing.")
    return list(given.values())


def cancel_dispute(call: Call) -> Reply:
    body = call.body()
    made = return_of(call, body.text("return_sn"))
    body.text("email")
    if made["status"] != "SELLER_DISPUTE":
        raise Refusal("dispute.cancel.ineligible", "There is no dispute to cancel.")
    call.desk.returning.move(made, "ACCEPTED")
    return wrapped({"return_sn": made["return_sn"], "message": ""})


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/returns/get_return_list", SHOP, get_return_list),
    ("GET", "/api/v2/returns/get_return_detail", SHOP, get_return_detail),
    ("POST", "/api/v2/returns/confirm", SHOP, confirm),
    ("GET", "/api/v2/returns/get_return_dispute_reason", SHOP, get_return_dispute_reason),
    ("POST", "/api/v2/returns/convert_image", SHOP, convert_image),
    ("POST", "/api/v2/returns/dispute", SHOP, dispute),
    ("POST", "/api/v2/returns/cancel_dispute", SHOP, cancel_dispute),
]
