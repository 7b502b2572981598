"""Money: a statement for each day with its transactions, what waits, and what was paid out."""

from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.tiktok_shop.access import SHOP
from oms.sandbox.tiktok_shop.desk import Call, Endpoint
from oms.sandbox.tiktok_shop.envelope import Refusal, bad_request, data
from oms.sandbox.tiktok_shop.memory import FAR
from oms.sandbox.tiktok_shop.model import CURRENCY, DAY_S, NO_STATEMENT
from oms.sandbox.tiktok_shop.params import Query, page_of
from oms.sandbox.tiktok_shop.settling import Settling, statement_time, total

PAGE = 100
BOOK_TYPES = {"WITHDRAW", "SETTLE", "TRANSFER", "REVERSE"}


def _books(call: Call) -> Settling:
    return Settling(call.memory, call.shop_id)


def _falls(query: Query) -> bool:
    return query.choice("sort_order", ("ASC", "DESC"), "ASC") == "DESC"


def get_statements(call: Call) -> Reply:
    """Daily statements of a time range."""
    query, books = call.query, _books(call)
    query.choice("sort_field", ("statement_time",))
    falls, size = _falls(query), query.integer("page_size", 20, low=1, high=PAGE)
    low = query.integer("statement_time_ge", 0, low=0, high=FAR)
    high = query.integer("statement_time_lt", FAR, low=0, high=FAR)
    status = query.text("payment_status", "")
    rows = [
        _statement(books, number, rows)
        for number, rows in books.statements().items()
        if low <= statement_time(rows) < high and status in ("", books.status(rows))
    ]
    shown, token = page_of(rows, query, size, by=("statement_time", "id"), falls=falls)
    return data({"statements": shown, "next_page_token": token})


def _statement(books: Settling, number: str, rows: list[Document]) -> dict[str, Any]:
    status = books.status(rows)
    return {
        "id": number,
        "statement_time": statement_time(rows),
        "currency": CURRENCY,
        "settlement_amount": total(rows, "settlement_amount"),
        "revenue_amount": total(rows, "revenue_amount"),
        "fee_amount": total(rows, "fee_tax_amount"),
        "shipping_cost_amount": total(rows, "shipping_cost_amount"),
        "adjustment_amount": total(rows, "adjustment_amount"),
        "payment_status": status,
        "payment_id": number[::-1],
        "payment_time": statement_time(rows) + DAY_S if status == "PAID" else 0,
    }


def get_transactions(call: Call) -> Reply:
    """The transactions of one statement."""
    query, number, books = call.query, call.request.params["statement_id"], _books(call)
    query.choice("sort_field", ("order_create_time",))
    size = query.integer("page_size", 20, low=1, high=PAGE)
    rows = books.statements().get(number)
    if rows is None:
        raise Refusal(NO_STATEMENT, "Statement not found")
    shown, token = page_of(rows, query, size, by=("order_create_time", "id"), falls=_falls(query))
    settled = total(rows, "settlement_amount")
    return data(
        {
            "id": number,
            "create_time": statement_time(rows),
            "status": books.status(rows),
            "currency": CURRENCY,
            "payable_amount": settled,
            "total_reserve_amount": "0",
            "total_settlement_amount": settled,
            "total_settlement_breakdown": {
                f"total_{name}": total(rows, name)
                for name in (
                    *("revenue_amount", "shipping_cost_amount", "fee_tax_amount"),
                    "adjustment_amount",
                )
            },
            "transactions": [{k: v for k, v in row.items() if k != "at"} for row in shown],
            "total_count": len(rows),
            "next_page_token": token,
        }
    )


def get_order_transactions(call: Call) -> Reply:
    """What one order brought; nothing until it is settled."""
    order = call.order(call.request.params["order_id"])
    rows = [row for row in _books(call).transactions() if row["order_id"] == order["order_id"]]
    told: dict[str, Any] = {"order_id": order["order_id"], "sku_transactions": []}
    if rows:
        names = ("revenue_amount", "shipping_cost_amount", "settlement_amount")
        told |= {name: total(rows, name) for name in names}
        told["fee_and_tax_amount"] = total(rows, "fee_tax_amount")
    return data({**told, "order_create_time": order["created"], "currency": CURRENCY})


def get_unsettled(call: Call) -> Reply:
    """Orders that wait for their statement, with estimates."""
    query = call.query
    query.choice("sort_field", ("order_create_time",))
    size = query.integer("page_size", 20, low=1, high=PAGE)
    low = query.integer("search_time_ge", 0, low=0, high=FAR)
    high = query.integer("search_time_lt", FAR, low=0, high=FAR)
    rows = [
        _estimate(row["order"], row["amounts"])
        for row in _books(call).unsettled()
        if low <= row["order"]["created"] < high
    ]
    shown, token = page_of(rows, query, size, by=("order_create_time", "order_id"))
    told: dict[str, Any] = {"transactions": shown, "next_page_token": token}
    told["sum_est_settlement_amount"] = total(rows, "est_settlement_amount")
    return data({**told, "total_count": len(rows)})


def _estimate(order: Document, amounts: Document) -> dict[str, Any]:
    delivered = bool(order["delivered"])
    return {
        "type": "ORDER",
        "order_id": order["order_id"],
        "order_create_time": order["created"],
        "unsettled_reason": "IN_SETTLEMENT_PERIOD" if delivered else "NOT_DELIVERED",
        **{f"est_{name}": value for name, value in amounts.items() if isinstance(value, str)},
    }


def get_withdrawals(call: Call) -> Reply:
    """What was settled to the wallet, a row for each paid statement."""
    query, books = call.query, _books(call)
    types = set(query.joined("types", len(BOOK_TYPES)))
    if types - BOOK_TYPES:
        raise bad_request("Invalid parameter: types")
    rows = [
        {
            "id": number[::-1],
            "type": "SETTLE",
            "amount": total(found, "settlement_amount"),
            "currency": CURRENCY,
            "status": "SUCCESS",
            "create_time": statement_time(found) + DAY_S,
        }
        for number, found in books.statements().items()
        if "SETTLE" in types and books.status(found) == "PAID"
    ]
    return data({"withdrawals": rows, "total_count": len(rows), "next_page_token": ""})


def get_payments(call: Call) -> Reply:
    """Payouts to a bank; in South-East Asia money goes to the wallet and there are none."""
    call.query.choice("sort_field", ("create_time",))
    return data({"payments": [], "next_page_token": ""})


_TRANSACTIONS, _ORDER = "/statement_transactions", "/finance/{v}/orders/{order_id}"
ENDPOINTS: list[tuple[str, str, str, str, Endpoint]] = [
    ("GET", "/finance/{v}/statements", "202309", SHOP, get_statements),
    (
        "GET",
        "/finance/{v}/statements/{statement_id}" + _TRANSACTIONS,
        "202309 202501",
        SHOP,
        get_transactions,
    ),
    ("GET", _ORDER + _TRANSACTIONS, "202309 202501", SHOP, get_order_transactions),
    ("GET", "/finance/{v}/orders/unsettled", "202507", SHOP, get_unsettled),
    ("GET", "/finance/{v}/withdrawals", "202309", SHOP, get_withdrawals),
    ("GET", "/finance/{v}/payments", "202309 202605", SHOP, get_payments),
]
