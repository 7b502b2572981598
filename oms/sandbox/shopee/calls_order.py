"""Reading orders, and ending them before they are shipped."""

import base64
import json
from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.shopee.access import SHOP
from oms.sandbox.shopee.desk import Call, Endpoint
from oms.sandbox.shopee.envelope import wrapped
from oms.sandbox.shopee.model import (
    BEFORE_SHIPMENT,
    CANCEL_REASONS,
    DAY_S,
    LIST_FILTERS,
)
from oms.sandbox.shopee.order_view import OPTIONAL, order_view
from oms.sandbox.shopee.params import MAX_BATCH, Query
from oms.sandbox.shopee.refusals import Refusal, bad_parameter

LONGEST_WINDOW_S = 15 * DAY_S
FAR = 1 << 40

Place = tuple[int, str]


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, order_sn = json.loads(base64.urlsafe_b64decode(padded))
        return min(int(at), FAR), str(order_sn)
    except (ValueError, TypeError, OverflowError):
        raise bad_parameter("Wrong parameters, detail: cursor is invalid.")


def _page(
    call: Call, field: str, window: tuple[int, int], size: int, **where: Any
) -> tuple[list[Document], bool, str]:
    """One page in order of time; the cursor is the last place already shown."""
    cursor = call.query.text("cursor", "")
    found = call.memory.heads(
        field,
        *window,
        after=_place(cursor) if cursor else None,
        limit=size + 1,
        where={"shop_id": call.shop_id, **where},
    )
    shown, more = found[:size], len(found) > size
    following = _cursor((shown[-1][field], shown[-1]["order_sn"])) if more else ""
    return shown, more, following


def _window(query: Query) -> tuple[int, int]:
    start, end = query.integer("time_from"), query.integer("time_to")
    if end < start or end - start > LONGEST_WINDOW_S:
        raise Refusal(
            "order.order_list_invalid_time",
            "Start time must be earlier than end time and diff in 15 days.",
        )
    return start, end


def _filters(query: Query) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    status = query.text("order_status", "")
    if status and status not in LIST_FILTERS:
        raise bad_parameter("Wrong parameters, detail: order_status is invalid.")
    if status:
        chosen["status"] = status
    if channel := query.integer("logistics_channel_id", 0):
        chosen["channel_id"] = channel
    if not query.flag("request_order_status_pending"):
        chosen["pending"] = False
    return chosen


def get_order_list(call: Call) -> Reply:
    """Numbers of the orders created or changed in a window of at most 15 days."""
    query = call.query
    field = query.text("time_range_field")
    if field not in ("create_time", "update_time"):
        raise bad_parameter("Wrong parameters, detail: time_range_field is invalid.")
    window, size = _window(query), query.integer("page_size", low=1, high=100)
    optional = query.joined("response_optional_fields")
    if set(optional) - {"order_status"}:
        raise bad_parameter("Wrong parameters, detail: response_optional_fields is invalid.")
    shown, more, following = _page(call, field, window, size, **_filters(query))
    rows = [
        {"order_sn": head["order_sn"], **({"order_status": head["status"]} if optional else {})}
        for head in shown
    ]
    return wrapped({"more": more, "next_cursor": following, "order_list": rows})


def get_shipment_list(call: Call) -> Reply:
    """Parcels that can be announced to their carrier now."""
    size = call.query.integer("page_size", low=1, high=100)
    shown, more, following = _page(call, "create_time", (0, FAR), size, shippable=True)
    rows = []
    for head in shown:
        order = call.order(head["order_sn"])
        rows += [
            {"order_sn": order["order_sn"], "package_number": package["package_number"]}
            for package in order["packages"]
        ]
    return wrapped({"order_list": rows, "more": more, "next_cursor": following})


def get_order_detail(call: Call) -> Reply:
    """Up to 50 orders; numbers nobody knows are named in the warning."""
    numbers = call.query.joined("order_sn_list", required=True)
    if not 1 <= len(numbers) <= MAX_BATCH:
        raise bad_parameter("Wrong parameters, detail: order_sn_list limit is [1,50].")
    optional = call.query.joined("response_optional_fields")
    strange = sorted(set(optional) - set(OPTIONAL))
    if strange:
        raise bad_parameter(
            f"Wrong parameters, detail: response_optional_fields {','.join(strange)} is invalid."
        )
    pending = call.query.flag("request_order_status_pending")
    rows, missing = [], []
    for number in dict.fromkeys(numbers):
        order = call.memory.order(call.shop_id, number)
        if order is None or (order["status"] == "PENDING" and not pending):
            missing.append(number)
        else:
            rows.append(order_view(order, optional))
    if not rows:
        raise Refusal("error_not_found", "The order is not found.")
    return wrapped({"order_list": rows}, warning=missing or None)


def cancel_order(call: Call) -> Reply:
    """The seller ends an order that has not left."""
    body = call.body()
    order = call.order(body.text("order_sn"))
    reason = body.text("cancel_reason")
    if reason not in CANCEL_REASONS or reason == "UNDELIVERABLE_AREA":
        raise Refusal("order.error_param", "The cancel_reason is not supported in this region.")
    if reason == "OUT_OF_STOCK":
        _check_cancelled_lines(order, body.rows("item_list") if "item_list" in body else [])
    if reason == "COD_NOT_SUPPORTED" and not order["cod"]:
        raise Refusal("order.error_param", "The order is not paid on delivery.")
    if order["status"] not in BEFORE_SHIPMENT or order["status"] == "IN_CANCEL":
        raise Refusal("order.error_permission", "The order cannot be cancelled in this status.")
    call.desk.selling.move(order, "CANCELLED", cancel_by="seller", cancel_reason=reason)
    return wrapped({"update_time": order["update_time"]})


def _check_cancelled_lines(order: Document, rows: list[Any]) -> None:
    sold = {(line["item_id"], line["model_id"]) for line in order["lines"]}
    named = {(row.integer("item_id"), row.integer("model_id")) for row in rows}
    if not named or named - sold:
        raise Refusal("order.error_param", "item_list must name items of the order.")


def handle_buyer_cancellation(call: Call) -> Reply:
    """The seller agrees to what the buyer asked, or sends the order back to where it was."""
    body = call.body()
    order, operation = call.order(body.text("order_sn")), body.text("operation")
    if operation not in ("ACCEPT", "REJECT"):
        raise bad_parameter("Wrong parameters, detail: operation must be ACCEPT or REJECT.")
    if order["status"] != "IN_CANCEL":
        raise Refusal("order.cancel_order_invalid_status", "The order is not being cancelled.")
    if operation == "ACCEPT":
        reason = order["buyer_cancel_reason"]
        call.desk.selling.move(order, "CANCELLED", cancel_by="buyer", cancel_reason=reason)
    else:
        former = order["former_status"] or "READY_TO_SHIP"
        call.desk.selling.move(order, former, former_status="", buyer_cancel_reason="")
    return wrapped({"update_time": order["update_time"]})


def set_note(call: Call) -> Reply:
    """The seller's own note on an order."""
    body = call.body()
    order = call.order(body.text("order_sn"))
    order["seller_note"], order["seller_note_at"] = body.text("note"), call.memory.now()
    call.memory.save_order(order)
    return wrapped({})


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/api/v2/order/get_order_list", SHOP, get_order_list),
    ("GET", "/api/v2/order/get_order_detail", SHOP, get_order_detail),
    ("GET", "/api/v2/order/get_shipment_list", SHOP, get_shipment_list),
    ("POST", "/api/v2/order/cancel_order", SHOP, cancel_order),
    ("POST", "/api/v2/order/handle_buyer_cancellation", SHOP, handle_buyer_cancellation),
    ("POST", "/api/v2/order/set_note", SHOP, set_note),
]
