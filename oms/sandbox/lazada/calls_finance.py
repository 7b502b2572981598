"""Money: one row for each fee of each delivered unit, and the weekly statements they make up."""

from datetime import date, timedelta
from typing import Any

from oms.sandbox.core import Reply
from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import share
from oms.sandbox.lazada.access import SELLER
from oms.sandbox.lazada.desk import Call, Endpoint
from oms.sandbox.lazada.envelope import ISV, Refusal, data
from oms.sandbox.lazada.model import DAY_S
from oms.sandbox.lazada.order_view import day_of

LONGEST_DAYS, PAGE = 180, 500
COMMISSION, PAYMENT, VAT, PIT = 800, 220, 100, 50  # in ten-thousandths


def fees_of(item: Document) -> list[tuple[str, str, int]]:
    """Fee id, name and signed amount of everything one delivered unit brings and costs."""
    price, shipping = item["price"], item["shipping_fee"]
    rows = [
        ("13", "Item Price Credit", price),
        ("8", "Shipping Fee (Paid By Customer)", shipping),
        ("16", "Commission", -share(price, COMMISSION)),
        ("3", "Payment Fee", -share(price + shipping, PAYMENT)),
        ("64", "Promotional Charges Vouchers", -item["voucher_seller"]),
        ("7", "Shipping Fee Paid by Seller", -shipping),
        ("210", "Withheld VAT", -share(price, VAT)),
        ("211", "Withheld PIT", -share(price, PIT)),
    ]
    return [each for each in rows if each[2]]


def fees_of_refund(item: Document) -> list[tuple[str, str, int]]:
    """What goes back when a unit is refunded: its price, and the commission on it."""
    price = item["price"]
    return [
        ("14", "Reversal Item Price", -price),
        ("17", "Reversal Commission", share(price, COMMISSION)),
    ]


def statement_of(day: str) -> str:
    """The statement a day falls into: its week."""
    year, week, _weekday = date.fromisoformat(day).isocalendar()
    return f"VN-{year}-W{week:02d}"


def _transactions(call: Call) -> list[Document]:
    rows = []
    now = call.memory.now()
    for order in call.memory.db.find("orders", seller_id=call.seller_id):
        for item in order["items"]:
            if not item["delivered"]:
                continue
            day = day_of(item["delivered"])
            paid = now - item["delivered"] > 7 * DAY_S
            fees = fees_of(item)
            rows += [
                _transaction(order, item, day, at, fee, paid=paid) for at, fee in enumerate(fees, 1)
            ]
            if item.get("refunded"):
                day = day_of(item["refunded"])
                rows += [
                    _transaction(order, item, day, at, fee, paid=paid)
                    for at, fee in enumerate(fees_of_refund(item), len(fees) + 1)
                ]
    for made in call.memory.db.find("adjustments", seller_id=call.seller_id):
        day = day_of(made["at"])
        told = made | {"paid": now - made["at"] > 7 * DAY_S}
        rows.append(_adjustment(told, day))
    return rows


def _adjustment(made: Document, day: str) -> dict[str, Any]:
    """A row of no order, or of a whole one."""
    empty = ("orderItem_no", "orderItem_status", "seller_sku", "lazada_sku",
             "shipping_provider", "shipping_speed", "shipment_type", "reference", "comment",
             "payment_ref_id", "details")  # fmt: skip
    return {
        **dict.fromkeys(empty, ""),
        "order_no": made.get("order_no", ""),
        "transaction_date": day,
        "transaction_number": made["number"],
        "transaction_type": "Other Services" if made["amount"] < 0 else "Other Credit",
        "fee_type": made["fee_type"],
        "fee_name": made["name"],
        "amount": f"{made['amount']}.00",
        "VAT_in_amount": "0.00",
        "WHT_amount": "0.00",
        "WHT_included_in_amount": "No",
        "statement": statement_of(day),
        "paid_status": "Yes" if made["paid"] else "NotPaid",
    }


def _transaction(
    order: Document, item: Document, day: str, at: int, fee: tuple[str, str, int], *, paid: bool
) -> dict[str, Any]:
    fee_type, name, amount = fee
    return {
        "transaction_date": day,
        "transaction_number": f"{item['order_item_id']}-{at}",
        "transaction_type": "Orders-Sales" if amount > 0 else "Orders-Lazada Fees",
        "fee_type": fee_type,
        "fee_name": name,
        "details": item["name"],
        "amount": f"{amount}.00",
        "VAT_in_amount": "0.00",
        "WHT_amount": "0.00",
        "WHT_included_in_amount": "No",
        "statement": statement_of(day),
        "paid_status": "Yes" if paid else "NotPaid",
        "order_no": str(order["order_id"]),
        "orderItem_no": str(item["order_item_id"]),
        "orderItem_status": item["status"],
        "seller_sku": item["sku"],
        "lazada_sku": item["shop_sku"],
        "shipping_provider": item["shipment_provider"],
        "shipping_speed": "Standard",
        "shipment_type": "Dropshipping",
        "reference": "",
        "comment": "",
        "payment_ref_id": "",
    }


def _day(call: Call, name: str) -> date:
    try:
        return date.fromisoformat(call.params.text(name))
    except ValueError:
        raise Refusal("1000014", f"{name} must be YYYY-MM-DD", ISV)


def get_transactions(call: Call) -> Reply:
    """Fee rows of a time range of at most 180 days."""
    params = call.params
    start, end = _day(call, "start_time"), _day(call, "end_time")
    if end < start or end - start > timedelta(days=LONGEST_DAYS):
        raise Refusal("1000012", f"The range must be at most {LONGEST_DAYS} days", ISV)
    limit = params.integer("limit", PAGE, low=1, high=PAGE, code="19")
    offset = params.integer("offset", 0, code="14")
    order, line = params.text("trade_order_id", ""), params.text("trade_order_line_id", "")
    rows = [
        row
        for row in _transactions(call)
        if start <= date.fromisoformat(row["transaction_date"]) <= end
        and order in ("", row["order_no"])
        and line in ("", row["orderItem_no"])
    ]
    return data(rows[offset : offset + limit])


def get_statements(call: Call) -> Reply:
    """Weekly statements since a day."""
    since = _day(call, "created_after")
    sums: dict[str, dict[str, Any]] = {}
    for row in _transactions(call):
        kept = sums.setdefault(row["statement"], {"rows": [], "paid": True, "day": ""})
        kept["rows"].append(row)
        kept["paid"] = kept["paid"] and row["paid_status"] == "Yes"
        kept["day"] = max(kept["day"], row["transaction_date"])
    shown = [
        _statement(number, kept)
        for number, kept in sums.items()
        if date.fromisoformat(kept["day"]) >= since
    ]
    return data(shown)


def _statement(number: str, kept: dict[str, Any]) -> dict[str, Any]:
    amounts = [(row["fee_name"], int(row["amount"].removesuffix(".00"))) for row in kept["rows"]]
    revenue = sum(amount for name, amount in amounts if name == "Item Price Credit")
    credit = sum(amount for name, amount in amounts if name.endswith("(Paid By Customer)"))
    total = sum(amount for _name, amount in amounts)
    refunds = sum(amount for name, amount in amounts if name == "Reversal Item Price")
    reversed_fees = sum(amount for name, amount in amounts if name.startswith("Reversal")) - refunds
    beside = [row for row in kept["rows"] if not row["order_no"]]
    other = sum(int(row["amount"].removesuffix(".00")) for row in beside)
    sold = total - refunds - reversed_fees - other
    zero = ("opening_balance", "shipment_fee", "guarantee_deposit")
    return {
        **dict.fromkeys(zero, "0.00"),
        "statement_number": number,
        "created_at": f"{kept['day']} 00:00:00",
        "updated_at": f"{kept['day']} 00:00:00",
        "item_revenue": f"{revenue}.00",
        "shipment_fee_credit": f"{credit}.00",
        "fees_total": f"{sold - revenue - credit}.00",
        "other_revenue_total": f"{other}.00",
        "subtotal1": f"{sold + other}.00",
        "refunds": f"{refunds}.00",
        "fees_on_refunds_total": f"{reversed_fees}.00",
        "subtotal2": f"{refunds + reversed_fees}.00",
        "closing_balance": f"{total}.00",
        "payout": f"{total} VND",
        "paid": "1" if kept["paid"] else "0",
    }


ENDPOINTS: list[tuple[str, str, str, Endpoint]] = [
    ("GET", "/finance/transaction/details/get", SELLER, get_transactions),
    ("GET", "/finance/payout/status/get", SELLER, get_statements),
]
