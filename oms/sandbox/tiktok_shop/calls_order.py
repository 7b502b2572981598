"""Reading orders: the search gives whole orders, the detail up to fifty by their ids."""

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import data
from oms.sandbox.tiktok_shop.memory import FAR
from oms.sandbox.tiktok_shop.model import CURRENCY, ORDER_STATUSES, PLATFORM, SELLER
from oms.sandbox.tiktok_shop.order_view import order_view, seller_discount, totals
from oms.sandbox.tiktok_shop.params import Body, token_of

PAGE, MOST_ORDERS = 100, 50
FIELDS = {"create_time": "created", "update_time": "updated"}


def search_orders(call: Call) -> Reply:
    """Orders that fit the filters of the body, page by page as the query says."""
    query, body = call.query, call.body()
    size = query.integer("page_size", 20, low=1, high=PAGE)
    field = FIELDS[query.choice("sort_field", tuple(FIELDS), "create_time")]
    falls = query.choice("sort_order", ("ASC", "DESC"), "DESC") == "DESC"
    rows, count = call.memory.heads(
        field,
        {FIELDS[name]: _range(body, name) for name in FIELDS},
        _filters(call.shop_id, body),
        limit=size + 1,
        after=query.place(),
        falls=falls,
    )
    shown = rows[:size]
    token = token_of((shown[-1][field], shown[-1]["order_id"])) if len(rows) > size else ""
    orders = [order_view(call.order(head["order_id"])) for head in shown]
    return data({"orders": orders, "next_page_token": token, "total_count": count})


def _range(body: Body, name: str) -> tuple[int, int]:
    return body.integer(f"{name}_ge", 0), body.integer(f"{name}_lt", FAR) - 1


def _filters(shop_id: str, body: Body) -> Document:
    """What the heads of the wanted orders say; a filter that is not given says nothing."""
    given = {
        "status": body.choice("order_status", ORDER_STATUSES, "") or None,
        "shipping_type": body.choice("shipping_type", (PLATFORM, SELLER), "") or None,
        "warehouse_id": tuple(body.texts("warehouse_ids", 100)) or None,
        "asks_to_cancel": body.values.get("is_buyer_request_cancel"),
    }
    return {"shop_id": shop_id, **{name: v for name, v in given.items() if v is not None}}


def get_orders(call: Call) -> Reply:
    """Orders by their ids; one that is not known is left out without a word."""
    ids = call.query.joined("ids", MOST_ORDERS)
    found = [call.memory.order(call.shop_id, order_id) for order_id in dict.fromkeys(ids)]
    return data({"orders": [order_view(order) for order in found if order is not None]})


def get_price_detail(call: Call) -> Reply:
    """Who pays what of the price, for the order and for each line item."""
    order = call.order(call.request.params["order_id"])
    sums = totals(order)
    lines = [
        {
            "id": item["id"],
            "currency": CURRENCY,
            "sku_list_price": str(item["original_price"]),
            "sku_sale_price": str(item["sale_price"]),
            "subtotal_deduction_seller": str(item["original_price"] - item["sale_price"]),
            "voucher_deduction_seller": str(item["voucher_seller"]),
            "voucher_deduction_platform": str(item["voucher_platform"]),
            "payment": str(
                item["original_price"] - seller_discount(item) - item["voucher_platform"]
            ),
        }
        for item in order["items"]
    ]
    return data(
        {
            "currency": CURRENCY,
            "sku_list_price": str(sums["listed"]),
            "subtotal": str(sums["goods"]),
            "payment": str(sums["total"]),
            "shipping_sale_price": str(sums["shipping"]),
            "line_items": lines,
        }
    )


ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("POST", "/order/{v}/orders/search", "202309", SHOP, search_orders),
    ("GET", "/order/{v}/orders", "202309 202507", SHOP, get_orders),
    ("GET", "/order/{v}/orders/{order_id}/price_detail", "202407", SHOP, get_price_detail),
]
