"""Which part of an invoice's lines goes when goods come back. Pure.

Shares are running sums over what has come back before and since: a line whose pieces are all back
is taken off to the last đồng (C-42).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oms.kernel.money import allocate, net_of_gross, share

GOODS, FEE, DISCOUNT = "goods", "fee", "discount"


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """A line as it stands on the paper."""

    id: int
    kind: str
    quantity: int
    net_vnd: int
    tax_vnd: int
    vat_rate: int

    @property
    def gross_vnd(self) -> int:
        return self.net_vnd + self.tax_vnd


@dataclass(frozen=True, slots=True)
class Part:
    """What goes of it; signed, so that the parts sum to the whole."""

    line_id: int
    quantity: int
    net_vnd: int
    tax_vnd: int

    @property
    def gross_vnd(self) -> int:
        return self.net_vnd + self.tax_vnd


def parts_back(
    lines: Sequence[IssuedLine],
    *,
    before: Mapping[int, int],
    after: Mapping[int, int],
    credit_vnd: int,
) -> list[Part]:
    """Parts that sum to `credit_vnd`, for pieces by line id that were back before and are now.

    The goods and their discounts first, then the delivery; what is credited beyond or below them
    is spread over the same lines at their own rates.
    """
    parts = _goods(lines, before, after) + _discounts(lines, before, after)
    missing = credit_vnd - sum(part.gross_vnd for part in parts)
    for line in lines:
        if line.kind == FEE and missing > 0:
            gross = min(missing, line.gross_vnd)
            parts.append(_part(line, 1 if gross == line.gross_vnd else 0, gross))
            missing -= gross
    parts = [part for part in parts if part.gross_vnd]
    return _scaled(parts, lines, credit_vnd) if missing else parts


def _goods(
    lines: Sequence[IssuedLine], before: Mapping[int, int], after: Mapping[int, int]
) -> list[Part]:
    found = []
    for line in lines:
        was, now = before.get(line.id, 0), after.get(line.id, 0)
        if line.kind == GOODS and now > was:
            net = share(line.net_vnd, now, line.quantity) - share(line.net_vnd, was, line.quantity)
            tax = share(line.tax_vnd, now, line.quantity) - share(line.tax_vnd, was, line.quantity)
            found.append(Part(line.id, now - was, net, tax))
    return found


def _discounts(
    lines: Sequence[IssuedLine], before: Mapping[int, int], after: Mapping[int, int]
) -> list[Part]:
    """A discount goes with the goods of its rate."""
    found = []
    for line in lines:
        if line.kind != DISCOUNT:
            continue
        goods = [row for row in lines if row.kind == GOODS and row.vat_rate == line.vat_rate]
        whole = sum(row.gross_vnd for row in goods)
        was = sum(share(row.gross_vnd, before.get(row.id, 0), row.quantity) for row in goods)
        now = sum(share(row.gross_vnd, after.get(row.id, 0), row.quantity) for row in goods)
        net = share(line.net_vnd, now, whole) - share(line.net_vnd, was, whole)
        tax = share(line.tax_vnd, now, whole) - share(line.tax_vnd, was, whole)
        found.append(Part(line.id, 0, -net, -tax))
    return found


def _scaled(parts: list[Part], lines: Sequence[IssuedLine], credit_vnd: int) -> list[Part]:
    """The same parts for another sum: somebody credited more or less than the goods were."""
    rows = {line.id: line for line in lines}
    if not parts:
        line = next(row for row in lines if row.kind == GOODS)
        return [_part(line, 0, credit_vnd)]
    kept = [part for part in parts if part.gross_vnd > 0]
    shares = allocate(credit_vnd, [part.gross_vnd for part in kept])
    return [
        _part(rows[part.line_id], part.quantity, gross)
        for part, gross in zip(kept, shares, strict=True)
        if gross
    ]


def _part(line: IssuedLine, quantity: int, gross_vnd: int) -> Part:
    net, tax = net_of_gross(gross_vnd, max(0, line.vat_rate))
    return Part(line.id, quantity, net, tax)
