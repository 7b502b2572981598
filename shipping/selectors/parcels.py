"""What a parcel of an order would weigh and measure."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from inventory.models import Variant
from inventory.selectors.boxes import propose_box
from orders.models import Order
from shipping.selectors.accounts import accounts_visible_to

SMALLEST_CM = 10
HEAVY_FROM_G = 20_000


def parcel_defaults(order: Order, *, user: Any) -> dict[str, Any]:
    """What the form of a shipment begins with.

    The account is one that this user may use for the order's warehouse.
    """
    size = parcel_size(order)
    account = (
        accounts_visible_to(user)
        .filter(is_active=True)
        .filter(Q(warehouse=None) | Q(warehouse_id=order.warehouse_id))
        .order_by("-warehouse_id", "id")
        .first()
    )
    return {
        **size,
        "account": account,
        "inspection_note": "look",
        "fee_payer": "shop",
        "service_code": "5" if (size["weight_g"] or 0) >= HEAVY_FROM_G else "2",
    }


def parcel_size(order: Order) -> dict[str, Any]:
    """The smallest standard box that holds the pieces, its weight added to theirs. Where none does
    or a piece was never measured: sides that hold the largest piece, heights stacked.
    """
    weight_g = height_cm = 0
    length_cm = width_cm = SMALLEST_CM
    goods = list(_pieces(order))
    for variant, pieces in goods:
        weight_g += variant.weight_g * pieces
        length_cm = max(length_cm, variant.length_cm)
        width_cm = max(width_cm, variant.width_cm)
        height_cm += variant.height_cm * pieces
    height_cm = min(max(height_cm, SMALLEST_CM), 200)
    box = propose_box(goods)
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
    lines = order.lines.select_related("variant").prefetch_related("components__variant")
    for line in lines:
        parts = list(line.components.all())
        if parts and line.variant is not None and not line.variant.weight_g:
            for part in parts:
                yield part.variant, part.quantity * line.quantity
        elif line.variant is not None:
            yield line.variant, line.quantity
