"""Reading orders. The list has no units; units are read for up to fifty orders at once."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.state import Ranges
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data
from oms.sandbox.lazada.memory import FAR
from oms.sandbox.lazada.model import STATUS_FILTERS
from oms.sandbox.lazada.order_view import item_view, order_view
from oms.sandbox.lazada.params import missing

PAGE, MOST_ORDERS = 100, 50


def get_orders(call: Call) -> Reply:
    """Orders created or changed in a time range, page by page."""
    params = call.params
    limit = params.integer("limit", PAGE, low=1, high=PAGE, code="19")
    offset = params.integer("offset", 0, code="14")
    ranges, wanted = _ranges(call), _statuses(call)
    field, falls = _order(call)
    if wanted is None:
        page = {"limit": limit, "offset": offset, "falls": falls}
        shown, count = call.memory.heads(call.seller_id, field, ranges, **page)
    else:
        # An order has as many states as units: those that fit are only found by a look at each.
        every, _ = call.memory.heads(call.seller_id, field, ranges, limit=FAR, falls=falls)
        rows = [head for head in every if wanted & set(head["statuses"])]
        shown, count = rows[offset : offset + limit], len(rows)
    unmasked = bool(call.memory.behaviour()["unmasked"])
    orders = [
        order_view(call.order(head["order_id"]), unmasked=unmasked, in_list=True) for head in shown
    ]
    return data({"count": len(orders), "countTotal": count, "orders": orders})


def _ranges(call: Call) -> Ranges:
    params = call.params
    created = (params.moment("created_after"), params.moment("created_before"))
    updated = (params.moment("update_after"), params.moment("update_before"))
    if created[0] is None and updated[0] is None:
        raise missing("update_after")
    # A range of changes counts only from its start.
    changed = updated if updated[0] is not None else (None, None)
    return {
        "created": (created[0] or 0, created[1] or FAR),
        "updated": (changed[0] or 0, changed[1] or FAR),
    }


def _statuses(call: Call) -> set[str] | None:
    status = call.params.text("status", "")
    if not status:
        return None
    if status not in STATUS_FILTERS:
        raise Refusal("36", f'E036: "{status}" Invalid status filter', ISV)
    return set(STATUS_FILTERS[status])


def _order(call: Call) -> tuple[str, bool]:
    """The field that orders the rows, and whether it falls."""
    by = call.params.text("sort_by", "created_at")
    direction = call.params.text("sort_direction", "DESC")
    if by not in ("created_at", "updated_at"):
        raise Refusal("75", f'E075: "{by}" Invalid sort filter', ISV)
    if direction not in ("ASC", "DESC"):
        raise Refusal("74", f'E074: "{direction}" Invalid sort direction', ISV)
    return by.removesuffix("_at"), direction == "DESC"


def get_order(call: Call) -> Reply:
    """One order, without its units."""
    order = call.order(call.params.integer("order_id", code="16"))
    unmasked = bool(call.memory.behaviour()["unmasked"])
    return data(order_view(order, unmasked=unmasked, in_list=False))


def get_items(call: Call) -> Reply:
    """The units of one order."""
    order = call.order(call.params.integer("order_id", code="16"))
    return data([item_view(order, item) for item in order["items"]])


def get_items_of_many(call: Call) -> Reply:
    """The units of up to fifty orders; one wrong id refuses them all."""
    ids = call.params.numbers("order_ids", "56")
    if len(ids) > MOST_ORDERS:
        raise Refusal("38", "E038: Too many orders were requested", ISV)
    orders = [call.memory.order(call.seller_id, order_id) for order_id in dict.fromkeys(ids)]
    if None in orders:
        raise Refusal("37", "E037: One or more order id in the list are incorrect", ISV)
    rows: list[dict[str, Any]] = [
        {
            "order_id": order["order_id"],
            "order_number": order["order_id"],
            "order_items": [item_view(order, item) for item in order["items"]],
        }
        for order in orders
        if order is not None
    ]
    return data(rows)


def set_invoice_number(call: Call) -> Reply:
    """The number of the tax invoice of one unit."""
    item_id = call.params.integer("order_item_id", code="20")
    number = call.params.text("invoice_number")
    for order in call.memory.db.find("orders", seller_id=call.seller_id):
        for item in order["items"]:
            if item["order_item_id"] == item_id:
                item["invoice_number"] = number
                call.memory.save_order(order)
                return data({"order_item_id": item_id, "invoice_number": number})
    raise Refusal("20", "E020: Invalid Order Item ID", ISV)


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/orders/get", SELLER, get_orders),
    ("GET", "/order/get", SELLER, get_order),
    ("GET", "/order/items/get", SELLER, get_items),
    ("GET", "/orders/items/get", SELLER, get_items_of_many),
    ("POST", "/order/invoice_number/set", SELLER, set_invoice_number),
]
