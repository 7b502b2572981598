"""What the platform settles, and when: delivered orders, refunds of returns, adjustments."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from oms.sandbox.core.market import Document
from oms.sandbox.core.numbers import share
from oms.sandbox.tiktok_shop.memory import Memory
from oms.sandbox.tiktok_shop.model import COMPLETE, DAY_S
from oms.sandbox.tiktok_shop.order_view import LISTED_SHIPPING, seller_discount, totals
from oms.sandbox.tiktok_shop.selling import is_ours

COMMISSION, TRANSACTION, SHIPPING_PROGRAMME, VAT, PIT = 400, 500, 300, 100, 50
INFRASTRUCTURE, HANDLING, RETURN_SHIPPING = 3_000, 1_650, 20_000
PAID_AFTER_S = DAY_S
Amounts = dict[str, int]
Parts = tuple[Amounts, Amounts, Amounts, Amounts]


def _sold(order: Document) -> Parts:
    """Revenue, shipping, fees and taxes of one order; what is taken is negative."""
    sums = totals(order)
    revenue = sums["listed"] - sums["seller"]
    listed = max(LISTED_SHIPPING, sums["shipping"])
    shipping = {
        "actual_shipping_fee_amount": -listed - HANDLING,
        "customer_paid_shipping_fee_amount": sums["shipping"],
        "shipping_fee_discount_amount": listed - sums["shipping"],
    }
    fees = {
        "platform_commission_amount": -share(revenue, COMMISSION),
        "transaction_fee_amount": -share(sums["total"], TRANSACTION),
        "sfp_service_fee_amount": -share(revenue, SHIPPING_PROGRAMME),
        "vn_fix_infrastructure_fee": -INFRASTRUCTURE,
    }
    taxes = {"local_vat_amount": -share(revenue, VAT), "pit_amount": -share(revenue, PIT)}
    goods = {
        "subtotal_before_discount_amount": sums["listed"],
        "seller_discount_amount": -sums["seller"],
    }
    return goods, shipping, fees, taxes


def _refunded(order: Document, made: Document) -> Parts:
    """Revenue taken back, with the fees and taxes on it; the way back is on the seller."""
    units = [item for item in order["items"] if item["id"] in made["units"]]
    listed = sum(item["original_price"] for item in units)
    seller = sum(seller_discount(item) for item in units)
    revenue = listed - seller
    goods = {
        "refund_subtotal_before_discount_amount": -listed,
        "seller_discount_refund_amount": seller,
    }
    way_back = RETURN_SHIPPING if made["tracking_number"] else 0
    fees = {"platform_commission_amount": share(revenue, COMMISSION)}
    taxes = {"local_vat_amount": share(revenue, VAT), "pit_amount": share(revenue, PIT)}
    return goods, {"return_shipping_fee_amount": -way_back}, fees, taxes


def _told(parts: Parts, *, negative: bool) -> dict[str, Any]:
    """The amounts of one transaction; without a sign costs are to be taken off."""
    goods, shipping, fees, taxes = parts
    sign = 1 if negative else -1
    revenue, carriage = sum(goods.values()), sum(shipping.values())
    taken = sum(fees.values()) + sum(taxes.values())
    paid_for_buyers = shipping.get("shipping_fee_discount_amount", 0)
    explained = {"platform_shipping_fee_discount_amount": paid_for_buyers}
    return {
        "revenue_amount": str(revenue),
        "revenue_breakdown": _texts(goods),
        "shipping_cost_amount": str(sign * carriage),
        "shipping_cost_breakdown": {
            **_texts(shipping, sign),
            "supplementary_component": _texts(explained, sign),
        },
        "fee_tax_amount": str(sign * taken),
        "fee_tax_breakdown": {
            "fee": {
                **_texts(fees, sign),
                "affiliate_commission_amount": "0",
                "affiliate_commission_amount_before_pit": "0",
            },
            "tax": _texts(taxes, sign),
        },
        "adjustment_amount": "0",
        "settlement_amount": str(revenue + carriage + taken),
    }


def _texts(amounts: Amounts, sign: int = 1) -> dict[str, str]:
    return {name: str(sign * amount) for name, amount in amounts.items()}


class Settling:
    """The books of one shop, as its statements tell them."""

    def __init__(self, memory: Memory, shop_id: str) -> None:
        self.memory, self.shop_id = memory, shop_id
        behaviour = memory.behaviour()
        self.wait = int(behaviour["settle_s"])
        self.negative = bool(behaviour["costs_are_negative"])

    def transactions(self) -> Iterator[Document]:
        """Every transaction that was settled; `at` is when."""
        for order in self._delivered():
            at = order["delivered"] + self.wait
            if not self.wait or at <= self.memory.now():
                yield self._row(f"{order['order_id']}9", order, at, _sold(order))
        for made in self.memory.returns(self.shop_id):
            refunded = self.memory.any_order(made["order_id"])
            if made["status"] == COMPLETE and refunded is not None:
                parts = _refunded(refunded, made)
                yield self._row(f"{made['return_id']}8", refunded, made["updated"], parts)
        for row in self.memory.db.find("adjustments", shop_id=self.shop_id):
            yield _adjustment(row)

    def _delivered(self) -> Iterable[Document]:
        orders = self.memory.db.find("orders", shop_id=self.shop_id)
        return (order for order in orders if order["delivered"] and is_ours(order))

    def _row(self, number: str, order: Document, at: int, parts: Parts) -> Document:
        return {
            "at": at,
            "id": number,
            "type": "ORDER",
            "order_id": order["order_id"],
            "order_create_time": order["created"],
            "adjustment_id": "",
            **_told(parts, negative=self.negative),
        }

    def unsettled(self) -> list[Document]:
        """Orders that wait for their statement, with what they are expected to bring."""
        done = {row["order_id"] for row in self.transactions()}
        return [
            {"order": order, "amounts": _told(_sold(order), negative=self.negative)}
            for order in self.memory.db.find("orders", shop_id=self.shop_id)
            if order["order_id"] not in done and is_ours(order) and order["status"] not in NEVER
        ]

    def statements(self) -> dict[str, list[Document]]:
        """Transactions by the statement they are in: one for each day."""
        found: dict[str, list[Document]] = {}
        for row in self.transactions():
            found.setdefault(f"{self.shop_id[-3:]}{_day(row['at'])}0001", []).append(row)
        return found

    def status(self, rows: list[Document]) -> str:
        is_paid = self.memory.now() > statement_time(rows) + DAY_S + PAID_AFTER_S
        return "PAID" if is_paid else "PROCESSING"

    def adjust(self, order: Document, kind: str, amount: int) -> str:
        """The platform gives or takes something beside the order's own settlement."""
        number = str(self.memory.db.next("adjustment", 3_690_000_000_000_000_001))
        row = {"id": number, "shop_id": self.shop_id, "type": kind, "amount": amount}
        row |= {"order_id": order["order_id"], "created": order["created"]}
        self.memory.db.put("adjustments", number, {**row, "at": self.memory.now()})
        return number


NEVER = ("UNPAID", "ON_HOLD", "CANCELLED")


def _adjustment(row: Document) -> Document:
    return {
        "at": row["at"],
        "id": row["id"],
        "type": row["type"],
        "order_id": "",
        "order_create_time": row["created"],
        "adjustment_id": row["id"],
        "adjustment_order_id": row["order_id"],
        "adjustment_amount": str(row["amount"]),
        "revenue_amount": "0",
        "shipping_cost_amount": "0",
        "fee_tax_amount": "0",
        "settlement_amount": str(row["amount"]),
    }


def statement_time(rows: list[Document]) -> int:
    """Midnight UTC of the day."""
    at = int(rows[0]["at"])
    return at - at % DAY_S


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%d}"


def total(rows: Iterable[Document], name: str) -> str:
    """The sum of one amount over transactions."""
    return str(sum(int(row[name]) for row in rows))
