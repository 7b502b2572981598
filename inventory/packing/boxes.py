"""The smallest box that holds a set of goods, by volume and longest side."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """Pieces of one kind; a side of 0 was never measured."""

    length_cm: int
    width_cm: int
    height_cm: int
    weight_g: int = 0
    quantity: int = 1

    @property
    def sides(self) -> tuple[int, ...]:
        return tuple(sorted((self.length_cm, self.width_cm, self.height_cm)))

    @property
    def volume_cm3(self) -> int:
        return self.length_cm * self.width_cm * self.height_cm * self.quantity


@dataclass(frozen=True, slots=True)
class Box:
    """A box on offer: inner size, price, and the heaviest load (None: any)."""

    id: int
    length_cm: int
    width_cm: int
    height_cm: int
    cost_vnd: int = 0
    max_weight_g: int | None = None

    @property
    def sides(self) -> tuple[int, ...]:
        return tuple(sorted((self.length_cm, self.width_cm, self.height_cm)))

    @property
    def volume_cm3(self) -> int:
        return self.length_cm * self.width_cm * self.height_cm


def smallest_box(items: Iterable[Item], boxes: Iterable[Box]) -> Box | None:
    """The smallest box by volume, the cheaper of two alike; None when no box is large enough.

    Every piece must fit by each of its sides, however it is turned, and all of them by volume and
    weight. Goods that were never measured say nothing about size: None.
    """
    goods = [item for item in items if item.quantity > 0]
    if not goods or any(item.sides[0] <= 0 for item in goods):
        return None
    fitting = [box for box in boxes if _holds(box, goods)]
    return min(fitting, key=lambda box: (box.volume_cm3, box.cost_vnd, box.id), default=None)


def _holds(box: Box, goods: list[Item]) -> bool:
    weight_g = sum(item.weight_g * item.quantity for item in goods)
    if box.max_weight_g is not None and weight_g > box.max_weight_g:
        return False
    if sum(item.volume_cm3 for item in goods) > box.volume_cm3:
        return False
    return all(
        side <= room for item in goods for side, room in zip(item.sides, box.sides, strict=True)
    )
