"""What a parcel of an order would weigh and measure."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from inventory.models import PackageType, Variant
from inventory.selectors.boxes import active_boxes, propose_box
from orders.models import Order

SMALLEST_CM = 10


def parcel_sizes(orders: Sequence[Order]) -> dict[int, dict[str, Any]]:
    """`parcel_size` of many orders, in as many statements as of one."""
    prefetch_related_objects(orders, "lines__variant", "lines__components__variant")
    boxes = active_boxes()
    return {order.pk: _size(order, boxes) for order in orders}


def parcel_size(order: Order) -> dict[str, Any]:
    """The smallest standard box that holds the pieces, its weight added to theirs. Where none does
    or a piece was never measured: sides that hold the largest piece, heights stacked.
    """
    return parcel_sizes([order])[order.pk]


def _size(order: Order, boxes: Sequence[PackageType]) -> dict[str, Any]:
    weight_g = height_cm = 0
    length_cm = width_cm = SMALLEST_CM
    goods = list(_pieces(order))
    for variant, pieces in goods:
        weight_g += variant.weight_g * pieces
        length_cm = max(length_cm, variant.length_cm)
        width_cm = max(width_cm, variant.width_cm)
        height_cm += variant.height_cm * pieces
    height_cm = min(max(height_cm, SMALLEST_CM), 200)
    box = propose_box(goods, boxes)
    if box is not None:
        length_cm, width_cm, height_cm = box.length_cm, box.width_cm, box.height_cm
        weight_g = weight_g and weight_g + box.tare_g
    return {
        "box": box,
        "weight_g": weight_g or None,
        "length_cm": length_cm,
        "width_cm": width_cm,
        "height_cm": height_cm,
    }


def _pieces(order: Order) -> Iterator[tuple[Variant, int]]:
    """What goes into the box: a bundle that was not weighed itself weighs what its parts do."""
    for line in order.lines.all():
        parts = list(line.components.all())
        if parts and line.variant is not None and not line.variant.weight_g:
            for part in parts:
                yield part.variant, part.quantity * line.quantity
        elif line.variant is not None:
            yield line.variant, line.quantity
