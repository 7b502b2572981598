"""Profit of one piece while its price is being typed: pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from oms.kernel.money import net_of_gross

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Margin:
    """`net_vnd` + `tax_vnd` = price; `percent` is of the price without VAT, None when that is 0."""

    net_vnd: int
    tax_vnd: int
    profit_vnd: int
    percent: Decimal | None


def margin_of(price_vnd: int, cost_vnd: int, vat_rate: int) -> Margin:
    """What is left of a price that includes VAT after the tax and a cost without VAT.

    Goods that are not taxed or not declared (negative rates) carry no VAT in their price.
    """
    net, tax = net_of_gross(price_vnd, max(vat_rate, 0))
    profit = net - cost_vnd
    percent = (Decimal(profit) * 100 / net).quantize(TENTH, rounding=ROUND_HALF_UP) if net else None
    return Margin(net, tax, profit, percent)
