"""From prices that include VAT to the net and the tax of each invoice line. Pure.

The buyer paid the gross amount, so the gross is kept: the net is rounded once, half up, at the
line, and the tax is what remains. A discount on the whole order falls on each VAT rate in
proportion to its goods, as one line per rate. Totals are sums of the lines, never computed again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from oms.kernel.money import allocate, net_of_gross

UNIT_QUANTUM = Decimal("0.000001")
NOT_DECLARED, NOT_SUBJECT = -1, -2
GOODS, DISCOUNT, FEE = "goods", "discount", "fee"


@dataclass(frozen=True)
class Sale:
    """One order line: amounts include VAT; `total_vnd` is what is left after `discount_vnd`."""

    name: str
    quantity: int
    total_vnd: int
    discount_vnd: int
    vat_rate: int
    sku: str = ""
    unit: str = ""


@dataclass(frozen=True)
class LineAmounts:
    """One invoice line. Amounts are positive; `kind` discount takes away from the totals.

    `listed_vnd` is the net before the line's own discount:
    listed - discount = net, net + tax = gross.
    """

    kind: str
    name: str
    quantity: int
    unit_price: Decimal
    listed_vnd: int
    discount_vnd: int
    net_vnd: int
    vat_rate: int
    tax_vnd: int
    gross_vnd: int
    sku: str = ""
    unit: str = ""

    @property
    def sign(self) -> int:
        return -1 if self.kind == DISCOUNT else 1


@dataclass(frozen=True)
class Totals:
    """Sums over the lines; `discount_vnd` is the net of the discount lines, already taken off."""

    net_vnd: int
    tax_vnd: int
    total_vnd: int
    discount_vnd: int


@dataclass(frozen=True)
class RateSum:
    vat_rate: int
    net_vnd: int
    tax_vnd: int


def split_vat(gross_vnd: int, vat_rate: int) -> tuple[int, int]:
    """(net, tax) of a gross amount; goods not subject to VAT or not declared carry no tax."""
    if vat_rate in (NOT_DECLARED, NOT_SUBJECT):
        return gross_vnd, 0
    return net_of_gross(gross_vnd, vat_rate)


def invoice_lines(
    sales: Sequence[Sale],
    *,
    discount_vnd: int,
    shipping_vnd: int,
    rate_of: Callable[[int], int],
    shipping_rate: int,
    discount_name: str,
    shipping_name: str,
) -> list[LineAmounts]:
    """The lines of an order's invoice: goods, then the buyer's delivery fee, then discounts.

    `rate_of` turns a product's rate into the rate in force. Lines sum to what the buyer pays.
    """
    lines = [_goods_line(sale, rate_of(sale.vat_rate)) for sale in sales]
    goods = list(lines)
    if shipping_vnd:
        lines.append(_plain_line(FEE, shipping_name, shipping_vnd, shipping_rate))
    if discount_vnd:
        # More than the goods cost: the rest is a discount on the delivery.
        beyond = discount_vnd > sum(line.gross_vnd for line in goods)
        lines += _discount_lines(discount_name, discount_vnd, lines if beyond else goods)
    return lines


def totals_of(lines: Iterable[LineAmounts]) -> Totals:
    rows = list(lines)
    return Totals(
        net_vnd=sum(row.sign * row.net_vnd for row in rows),
        tax_vnd=sum(row.sign * row.tax_vnd for row in rows),
        total_vnd=sum(row.sign * row.gross_vnd for row in rows),
        discount_vnd=sum(row.net_vnd for row in rows if row.kind == DISCOUNT),
    )


def sums_by_rate(lines: Iterable[LineAmounts]) -> list[RateSum]:
    """Net and tax per VAT rate, discounts taken off, in the order the rates first appear."""
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, tax = sums.get(line.vat_rate, (0, 0))
        sums[line.vat_rate] = (net + line.sign * line.net_vnd, tax + line.sign * line.tax_vnd)
    return [RateSum(rate, net, tax) for rate, (net, tax) in sums.items()]


def _goods_line(sale: Sale, rate: int) -> LineAmounts:
    listed, _tax = split_vat(sale.total_vnd + sale.discount_vnd, rate)
    net, tax = split_vat(sale.total_vnd, rate)
    return LineAmounts(
        kind=GOODS,
        name=sale.name,
        quantity=sale.quantity,
        unit_price=_unit_price(listed, sale.quantity),
        listed_vnd=listed,
        discount_vnd=listed - net,
        net_vnd=net,
        vat_rate=rate,
        tax_vnd=tax,
        gross_vnd=sale.total_vnd,
        sku=sale.sku,
        unit=sale.unit,
    )


def _plain_line(kind: str, name: str, gross_vnd: int, rate: int) -> LineAmounts:
    net, _tax = split_vat(gross_vnd, rate)
    return _line_of(kind, name, net, rate, gross_vnd)


def _line_of(kind: str, name: str, net: int, rate: int, gross: int) -> LineAmounts:
    return LineAmounts(kind, name, 1, Decimal(net), net, 0, net, rate, gross - net, gross)


def _unit_price(net_vnd: int, quantity: int) -> Decimal:
    return (Decimal(net_vnd) / quantity).quantize(UNIT_QUANTUM, ROUND_HALF_UP)


def _discount_lines(
    name: str, discount_vnd: int, lines: Sequence[LineAmounts]
) -> list[LineAmounts]:
    """One line per rate. It never takes more net or more tax than the rate has."""
    sums = sums_by_rate(lines)
    shares = allocate(discount_vnd, [part.net_vnd + part.tax_vnd for part in sums])
    found = []
    for part, share in zip(sums, shares, strict=True):
        if share:
            net, _tax = split_vat(share, part.vat_rate)
            net = min(max(net, share - part.tax_vnd), part.net_vnd)
            found.append(_line_of(DISCOUNT, name, net, part.vat_rate, share))
    return found
