"""Ending orders before they are shipped: by the seller, or at the buyer's wish."""

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data
from oms.sandbox.lazada.model import CANCEL_REASONS, CANCELLABLE

# A fault: only the first of the units is cancelled, in an answer that looks like a success.
CANCEL_SOME = "cancel_some"
TIP = {"tip_content": "", "tip_type": "NONE"}


def _units(call: Call) -> tuple[Document, list[Document]]:
    order = call.order(call.params.integer("order_id", code="102"))
    wanted = set(call.params.texts("order_item_id_list"))
    items = [item for item in order["items"] if str(item["order_item_id"]) in wanted]
    if not items or len(items) != len(wanted):
        raise Refusal("115", "order line not found", ISV)
    if any(item["status"] not in CANCELLABLE for item in items):
        raise Refusal("122", "the order line can not be cancelled now", ISV)
    return order, items


def validate(call: Call) -> Reply:
    """Whether units may be cancelled, and for which reasons."""
    _units(call)
    return data({**TIP, "reason_options": list(CANCEL_REASONS)})


def create(call: Call) -> Reply:
    """The seller cancels."""
    reason_id = call.params.text("reason_id")
    order, items = _units(call)
    names = {reason["reason_id"]: reason["reason_name"] for reason in CANCEL_REASONS}
    if reason_id not in names:
        raise Refusal("104", "the reason is not valid", ISV)
    if call.desk.faults.take(call.path, CANCEL_SOME) is not None:
        items = items[:1]
    call.desk.selling.cancel(order, items, "cancellation-seller", names[reason_id])
    return data(TIP)


def decide(call: Call) -> Reply:
    """The seller answers the buyer's wish to cancel, once."""
    number = call.params.integer("reverse_order_id", code="105")
    agree = call.params.text("agree_cancel").lower()
    if agree not in ("true", "false"):
        raise Refusal("116", "agree_cancel must be a boolean", ISV)
    for order in call.memory.db.find("orders", seller_id=call.seller_id):
        items = call.desk.selling.asked_items(order, number)
        if items:
            call.desk.selling.answer_cancel(order, items, agree=agree == "true")
            return data({})
    raise Refusal("131", "the reverse order does not wait for an answer", ISV)


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/order/reverse/cancel/validate", SELLER, validate),
    ("GET", "/order/reverse/cancel/create", SELLER, create),
    ("GET", "/order/reverse/cancel/seller/decide", SELLER, decide),
]
