"""Ending orders before they are shipped: by the seller, or at the buyer's wish."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, data
from oms.sandbox.tiktok_shop.memory import FAR
from oms.sandbox.tiktok_shop.model import (
    CANCELLABLE,
    CANCELLED_WISH,
    CURRENCY,
    NO_WISH,
    PAID_REASONS,
    PENDING,
    REASON_UNFIT,
    REJECT_REASONS,
    RETURN_REJECT_REASONS,
    SUCCESS,
    UNPAID_REASONS,
    WRONG_STATE,
)
from oms.sandbox.tiktok_shop.order_view import buyer_total
from oms.sandbox.tiktok_shop.params import page_of

PAGE = 50
KINDS = ("CANCEL", "BUYER_CANCEL")


def reasons_of(order: Document) -> tuple[str, ...]:
    """Why a seller may cancel this order now."""
    if order["status"] not in CANCELLABLE:
        return ()
    return UNPAID_REASONS if order["status"] == "UNPAID" else PAID_REASONS


def get_eligibility(call: Call) -> Reply:
    """Which kinds of after-sale are open for an order, and for which reasons."""
    query = call.query
    query.choice("initiate_aftersale_user", ("SELLER", "BUYER"), "SELLER")
    wanted = query.text("request_types", "CANCEL").split(",")
    order = call.order(call.request.params["order_id"])
    reasons = reasons_of(order) if "CANCEL" in wanted else ()
    rows = []
    for sku_id in dict.fromkeys(item["sku_id"] for item in order["items"]):
        units = [item["id"] for item in order["items"] if item["sku_id"] == sku_id]
        row: dict[str, Any] = {
            "request_type": "CANCEL",
            "order_line_items_ids": units,
            "eligible": bool(reasons),
            "available_reason_names": list(reasons),
        }
        if not reasons:
            row |= {"ineligible_code": WRONG_STATE, "ineligible_reason": "Order status not match"}
        rows.append({"sku_id": sku_id, "line_item_eligibility": [row]})
    return data({"sku_eligibility": rows})


def create_cancellation(call: Call) -> Reply:
    """The seller cancels the whole order; parts of one are for other markets."""
    body = call.body()
    order, reason = call.order(body.text("order_id")), body.text("cancel_reason")
    if not reasons_of(order):
        raise Refusal(WRONG_STATE, "The order status does not allow to cancel")
    if reason not in reasons_of(order):
        raise Refusal(REASON_UNFIT, "Reason not match order status")
    wish = call.desk.wishes.cancel_by_seller(order, reason)
    return data({"cancel_id": wish["cancel_id"], "cancel_status": wish["status"]})


def search_cancellations(call: Call) -> Reply:
    """Wishes of buyers and cancellations by the seller."""
    query, body = call.query, call.body()
    size = query.integer("page_size", 10, low=1, high=PAGE)
    orders, ids = body.texts("order_ids", 100), body.texts("cancel_ids", 100)
    states, kinds = body.texts("cancel_status", 10), body.texts("cancel_types", 2)
    low, high = body.integer("update_time_ge", 0), body.integer("update_time_lt", FAR)
    rows = [
        wish
        for wish in call.memory.cancellations(call.shop_id)
        if (not orders or wish["order_id"] in orders)
        and (not ids or wish["cancel_id"] in ids)
        and (not states or wish["status"] in states)
        and (not kinds or wish["type"] in kinds)
        and low <= wish["updated"] < high
    ]
    shown, token = page_of(rows, query, size, by=("updated", "cancel_id"))
    return data(
        {
            "cancellations": [_view(call, wish) for wish in shown],
            "next_page_token": token,
            "total_count": len(rows),
        }
    )


def _view(call: Call, wish: Document) -> dict[str, Any]:
    order = call.order(wish["order_id"])
    view: dict[str, Any] = {
        "cancel_id": wish["cancel_id"],
        "order_id": wish["order_id"],
        "cancel_type": wish["type"],
        "cancel_status": wish["status"],
        "role": wish["role"],
        "cancel_reason": wish["reason"],
        "cancel_reason_text": wish["reason"].rsplit("reason_", 1)[-1].replace("_", " "),
        "create_time": wish["created"],
        "update_time": wish["updated"],
        "refund_amount": {"currency": CURRENCY, "refund_total": str(buyer_total(order))},
        "cancel_line_items": [
            {
                "cancel_line_item_id": item["id"] + "1",
                "order_line_item_id": item["id"],
                "sku_id": item["sku_id"],
                "seller_sku": item["seller_sku"],
            }
            for item in order["items"]
        ],
    }
    if wish["status"] == PENDING:
        due = {"action": "SELLER_RESPOND_CANCEL", "deadline": wish["deadline"]}
        view["seller_next_action_response"] = [due]
    return view


def _pending(call: Call) -> Document:
    """The wish named in the path, while it waits; the same key again repeats the answer."""
    wish = call.memory.cancellation(call.shop_id, call.request.params["cancel_id"])
    if wish is None:
        raise Refusal(NO_WISH, "Cancellation not found")
    return wish


def _answer(call: Call, status: str) -> Reply:
    wish, key = _pending(call), call.query.text("idempotency_key", "")
    if wish["status"] != PENDING:
        if key and wish.get("key") == key and wish["status"] == status:
            return data()
        raise Refusal(NO_WISH + 1, "The cancellation does not wait for an answer")
    call.desk.wishes.answer({**wish, "key": key}, status)
    return data()


def approve(call: Call) -> Reply:
    """The seller agrees; there is no body."""
    return _answer(call, SUCCESS)


def reject(call: Call) -> Reply:
    """The seller refuses, for one of the reasons that are offered."""
    if call.body().text("reject_reason") not in REJECT_REASONS:
        raise Refusal(REASON_UNFIT, "Reject reason is invalid")
    return _answer(call, CANCELLED_WISH)


def get_reject_reasons(call: Call) -> Reply:
    """Why a wish to cancel, or a return, may be refused."""
    wanted = call.query.text("return_or_cancel_id")
    offered = REJECT_REASONS
    if call.memory.one_return(call.shop_id, wanted) is not None:
        offered = RETURN_REJECT_REASONS
    elif call.memory.cancellation(call.shop_id, wanted) is None:
        raise Refusal(NO_WISH, "Cancellation not found")
    reasons = [{"name": name, "text": text} for name, text in offered.items()]
    return data({"reasons": reasons})


_ROOT, _BOTH = "/return_refund/{v}/cancellations", "202309 202602"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", _ROOT, _BOTH, SHOP, create_cancellation),
    ("POST", _ROOT + "/search", _BOTH, SHOP, search_cancellations),
    ("POST", _ROOT + "/{cancel_id}/approve", "202309", SHOP, approve),
    ("POST", _ROOT + "/{cancel_id}/reject", "202309", SHOP, reject),
    ("GET", "/return_refund/{v}/reject_reasons", "202309", SHOP, get_reject_reasons),
    (
        "GET",
        "/return_refund/{v}/orders/{order_id}/aftersale_eligibility",
        _BOTH,
        SHOP,
        get_eligibility,
    ),
]
