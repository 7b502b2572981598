"""Which standard box to propose for a set of goods."""

from collections.abc import Mapping

from inventory.models import PackageType, Variant
from inventory.packing.boxes import Box, Item, smallest_box


def propose_box(units: Mapping[int, int]) -> PackageType | None:
    """The smallest active box for pieces by variant; None when none fits or a size is unknown."""
    variants = Variant.objects.in_bulk(list(units))
    if len(variants) < len(units):
        return None
    items = [
        Item(v.length_cm, v.width_cm, v.height_cm, v.weight_g, units[v.pk])
        for v in variants.values()
    ]
    types = {row.pk: row for row in PackageType.objects.filter(is_active=True)}
    boxes = [
        Box(t.pk, t.length_cm, t.width_cm, t.height_cm, t.cost_vnd, t.max_weight_g)
        for t in types.values()
    ]
    best = smallest_box(items, boxes)
    return types[best.id] if best else None
