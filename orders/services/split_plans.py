"""Proposals for dividing an order: by where its goods are promised, or by what is there now."""

from collections import defaultdict

from inventory.selectors.availability import available
from inventory.services.promise_moves import held_where
from orders.models import Order
from orders.selectors.demands import LineDemand, line_demands
from orders.services.splitting import Part


def parts_by_warehouse(order: Order) -> list[Part]:
    """A part for each further warehouse that holds its goods; empty when one holds them all.

    The warehouse with the most pieces keeps the order.
    """
    sizes = _sizes(line_demands([order.pk]))
    held = held_where(list(sizes))
    pieces: dict[int, dict[int, int]] = defaultdict(dict)
    for line_id, places in held.items():
        for place, units in places.items():
            sets = min(units.get(v, 0) // size for v, size in sizes[line_id].items())
            if sets:
                pieces[place][line_id] = sets
    order_of_places = sorted(pieces, key=lambda place: -sum(pieces[place].values()))
    return [Part(pieces[place], warehouse_id=place) for place in order_of_places[1:]]


def part_that_waits(order: Order) -> Part | None:
    """What of a waiting order is not there now; None when all of it is, or nothing."""
    if order.fulfillment_status != Order.Fulfillment.UNALLOCATED:
        return None
    demands = line_demands([order.pk])
    if any(row.variant_id is None for row in demands):
        return None
    sizes = _sizes(demands)
    free = available({row.variant_id for row in demands if row.variant_id})
    missing: dict[int, int] = {}
    there = 0
    for line in order.lines.order_by("position"):
        sets = min(line.quantity, *(free[v] // size for v, size in sizes[line.pk].items()))
        for variant, size in sizes[line.pk].items():
            free[variant] -= sets * size
        there += sets
        if sets < line.quantity:
            missing[line.pk] = line.quantity - sets
    return Part(missing) if missing and there else None


def _sizes(demands: list[LineDemand]) -> dict[int, dict[int, int]]:
    """{line: {variant: units in one of its sets}}; plain goods come one by one."""
    sizes: dict[int, dict[int, int]] = defaultdict(dict)
    for row in demands:
        if row.variant_id is not None:
            sizes[row.line_id][row.variant_id] = max(1, row.per_set)
    return sizes
