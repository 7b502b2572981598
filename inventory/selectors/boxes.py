"""Which standard box to propose for a set of goods."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from inventory.models import PackageType
from inventory.packing.boxes import Box, Item, smallest_box


class Measured(Protocol):
    """Goods with their sides in cm and weight in g; 0 was never measured."""

    @property
    def length_cm(self) -> int: ...
    @property
    def width_cm(self) -> int: ...
    @property
    def height_cm(self) -> int: ...
    @property
    def weight_g(self) -> int: ...


def active_boxes() -> list[PackageType]:
    return list(PackageType.objects.filter(is_active=True))


def propose_box(
    pieces: Iterable[tuple[Measured, int]], among: Sequence[PackageType] | None = None
) -> PackageType | None:
    """The smallest active box for these pieces; None when none fits or a size is unknown.

    `among`: the active boxes, when they were read already.
    """
    items = [Item(v.length_cm, v.width_cm, v.height_cm, v.weight_g, units) for v, units in pieces]
    types = {row.pk: row for row in (active_boxes() if among is None else among)}
    boxes = [
        Box(t.pk, t.length_cm, t.width_cm, t.height_cm, t.cost_vnd, t.max_weight_g)
        for t in types.values()
    ]
    best = smallest_box(items, boxes)
    return types[best.id] if best else None
