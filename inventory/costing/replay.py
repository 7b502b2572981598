"""The FIFO layers of one balance, computed again from what came in and what left.

What a movement took is history and stays: only the pieces that no layer accounts for are taken
again, oldest first, at the worth that their movement froze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from oms.kernel.money import allocate


class Unprovable(Exception):
    """Ledger and layers cannot be brought together without inventing a movement."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement: pieces that came in, or pieces that left and no layer accounts for."""

    movement_id: int
    units: int
    value_vnd: int


class Kept(Protocol):
    """A layer that is stored, with what is known to have been taken from it."""

    @property
    def movement_id(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def used(self) -> int: ...
    @property
    def used_vnd(self) -> int: ...


@dataclass(slots=True)
class Layer:
    """As it should stand; `uses` are those that have to be made."""

    movement_id: int
    quantity: int
    remaining: int
    value_vnd: int
    uses: list[Moved] = field(default_factory=list)


def replay(
    came: Sequence[Moved],
    kept: Sequence[Kept],
    left: Sequence[Moved],
    late_vnd: Mapping[int, int],
    worth_vnd: int,
) -> list[Layer]:
    """The layers, oldest first, whose pieces are worth `worth_vnd` together.

    `late_vnd` is what was learnt late and is still here, by the movement that brought the pieces.
    Raises Unprovable when pieces are taken that never came.
    """
    layers = _layers(came, kept)
    for layer in layers:
        layer.value_vnd += late_vnd.get(layer.movement_id, 0)
    for movement in sorted(left, key=lambda row: row.movement_id):
        _take(layers, movement)
    _settle(layers, worth_vnd)
    return layers


def _layers(came: Sequence[Moved], kept: Sequence[Kept]) -> list[Layer]:
    """Stored layers, and one for each movement that lost its own.

    Opening stock stands as one layer on the last of its movements: those before it have none, and
    its pieces are worth what all of them brought. So the newest are missed first.
    """
    by_movement = {row.movement_id: row for row in kept}
    missing = sum(row.units for row in came) - sum(row.quantity for row in kept)
    layers, without_vnd = [], 0
    for entry in sorted(came, key=lambda row: -row.movement_id):
        row = by_movement.pop(entry.movement_id, None)
        if row is not None:
            worth = entry.value_vnd - row.used_vnd
            rest = row.quantity - row.used
            layers.append(Layer(row.movement_id, row.quantity, rest, worth))
        elif entry.units <= missing:
            missing -= entry.units
            layers.append(Layer(entry.movement_id, entry.units, entry.units, entry.value_vnd))
        else:
            without_vnd += entry.value_vnd
    layers.reverse()
    if missing or by_movement or any(layer.remaining < 0 for layer in layers):
        raise Unprovable
    if without_vnd:
        layers[0].value_vnd += without_vnd
    return layers


def _take(layers: Sequence[Layer], movement: Moved) -> None:
    open_units, touched = movement.units, []
    for layer in layers:
        if layer.movement_id > movement.movement_id or not open_units:
            break
        units = min(layer.remaining, open_units)
        if units:
            touched.append((layer, units))
            open_units -= units
    if open_units:
        raise Unprovable
    worths = allocate(movement.value_vnd, [units for _layer, units in touched])
    for (layer, units), worth in zip(touched, worths, strict=True):
        layer.remaining -= units
        layer.value_vnd -= worth
        layer.uses.append(Moved(movement.movement_id, units, worth))


def _settle(layers: Sequence[Layer], worth_vnd: int) -> None:
    """Give what rounding and unknown shares left over to the pieces that are here."""
    for layer in layers:
        if not layer.remaining:
            layer.value_vnd = 0
    here = [layer for layer in layers if layer.remaining]
    rest = worth_vnd - sum(layer.value_vnd for layer in here)
    if not here:
        if rest:
            raise Unprovable
        return
    pieces = [layer.remaining for layer in here]
    values = [
        layer.value_vnd + part for layer, part in zip(here, allocate(rest, pieces), strict=True)
    ]
    if min(values) < 0:
        values = allocate(worth_vnd, pieces)
    for layer, value in zip(here, values, strict=True):
        layer.value_vnd = value
