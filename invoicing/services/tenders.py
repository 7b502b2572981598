"""What money is worth to an order: in dong, and in the currency that the order was agreed in.

An order is settled at its own rate, whatever the day's is: what the money was worth on its day
beyond that is the exchange difference, a gain above zero and a loss below.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import format_minor, minor_to_vnd, share
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Tender:
    """Money as it was handed over: minor units of its currency, and the rate of that day."""

    amount: int
    currency: str = HOME
    rate: Decimal = Decimal(1)

    def __str__(self) -> str:
        return format_minor(self.amount, self.currency)

    @property
    def worth_vnd(self) -> int:
        return minor_to_vnd(self.amount, self.currency, self.rate)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a tender takes off an order. `amount_minor` is None for an order in dong."""

    amount_vnd: int
    amount_minor: int | None
    difference_vnd: int

    def same_as(self, row: Any) -> bool:
        return (row.amount_vnd, row.amount_minor) == (self.amount_vnd, self.amount_minor)


def count_payment(order: Order, tender: Tender) -> Counted:
    """The last payment of an order takes all that is left of both sums."""
    if tender.currency == HOME:
        minor = _minor_upto(order, order.paid_vnd + tender.amount)
        gained = None if minor is None else minor - order.paid_minor
        return Counted(tender.amount, gained, 0)
    paid = order.paid_minor + tender.amount
    settled = share(order.total_vnd, paid, _total(order)) - order.paid_vnd
    return Counted(_positive(settled), tender.amount, tender.worth_vnd - settled)


def count_refund(order: Order, tender: Tender) -> Counted:
    """The last refund gives back all that is left of both sums."""
    if tender.currency == HOME:
        minor = _minor_upto(order, order.paid_vnd - tender.amount)
        given = None if minor is None else order.paid_minor - minor
        return Counted(tender.amount, given, 0)
    paid = order.paid_minor - tender.amount
    settled = order.paid_vnd - share(order.total_vnd, paid, _total(order))
    return Counted(_positive(settled), tender.amount, settled - tender.worth_vnd)


def check_currency(order: Order, tender: Tender) -> None:
    """Dong pay every order; another currency only an order in it."""
    if tender.currency not in (HOME, order.currency) or (tender.currency != HOME) > (
        order.is_foreign
    ):
        raise DomainError(
            _("Đơn %(number)s tính bằng %(currency)s.")
            % {"number": order.number, "currency": order.currency},
            "payment.currency",
            "amount",
        )


def _total(order: Order) -> int:
    return order.total_minor or 0


def _minor_upto(order: Order, paid_vnd: int) -> int | None:
    """The order's currency for so many dong paid at its rate."""
    if not order.is_foreign:
        return None
    return share(_total(order), paid_vnd, order.total_vnd)


def _positive(amount_vnd: int) -> int:
    if amount_vnd <= 0:
        raise DomainError(_("Số tiền này chưa tới một đồng."), "payment.amount", "amount")
    return amount_vnd
