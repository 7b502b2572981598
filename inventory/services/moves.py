"""Pieces from one place to another with what they are worth and the lots that they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from inventory.selectors.costing import movement_values
from inventory.services import layers_sql, stock, stock_sql
from inventory.services.lots import LotPart, parts_of
from inventory.services.stock import Posting
from oms.kernel.actors import Actor
from oms.kernel.sql import run


@dataclass(frozen=True, slots=True)
class Move:
    """Pieces out of `source_id` and into `destination_id`; None: they are gone for good.

    `value_vnd` is what they are worth; None leaves it to the costing method.
    """

    variant_id: int
    source_id: int
    destination_id: int | None
    quantity: int
    kind: str
    note: str
    cause: tuple[str, int]
    value_vnd: int | None = None
    lots: tuple[LotPart, ...] = ()


@transaction.atomic
def move(rows: Sequence[Move], *, actor: Actor) -> list[int]:
    """Write both movements of every row; returns the worth that each row carried.

    All balances are locked first, in the order of their ids, so that moves that cross do not wait
    for each other. Raises DomainError when a source would fall below zero or below its promises.
    """
    if not rows:
        return []
    _lock(rows)
    left = stock.post(
        [_posting(row, row.source_id, -row.quantity, row.value_vnd, row.lots) for row in rows],
        actor=actor,
    )
    values, parts = movement_values(left), parts_of(left)
    carried = [-values[movement] for movement in left]
    stock.post(
        [
            _posting(row, row.destination_id, row.quantity, worth, tuple(parts[movement]))
            for row, worth, movement in zip(rows, carried, left, strict=True)
            if row.destination_id is not None
        ],
        actor=actor,
    )
    return carried


def _lock(rows: Sequence[Move]) -> None:
    ends = [
        (row.variant_id, place)
        for row in rows
        for place in (row.source_id, row.destination_id)
        if place is not None
    ]
    places = {
        "variants": [variant for variant, _place in ends],
        "warehouses": [place for _variant, place in ends],
    }
    run(stock_sql.OPEN_LEVELS, places)
    run(layers_sql.LOCK, places)


def _posting(
    row: Move, place: int, quantity: int, value_vnd: int | None, lots: tuple[LotPart, ...]
) -> Posting:
    return Posting(row.variant_id, place, quantity, row.kind, row.note, row.cause, value_vnd, lots)
