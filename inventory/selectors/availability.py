"""What may still be promised, and so what channels are told."""

from collections.abc import Collection

from django.db.models import F, Sum
from django.db.models.functions import Greatest

from inventory.models import StockLevel, Warehouse
from inventory.selectors.bundles import sets_available


def available(
    variant_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Units by variant over the warehouses that sell: on hand - reserved - safety, never below 0.

    Goods in quarantine or in a closed warehouse are not for sale. Of a bundle: whole sets, each
    from one warehouse.
    """
    rows = StockLevel.objects.filter(
        variant_id__in=list(variant_ids), warehouse__is_active=True
    ).exclude(warehouse__kind=Warehouse.Kind.QUARANTINE)
    if warehouse_ids is not None:
        rows = rows.filter(warehouse_id__in=list(warehouse_ids))
    free = Greatest(F("on_hand") - F("reserved") - F("safety_stock"), 0)
    totals = rows.order_by().values_list("variant_id").annotate(units=Sum(free))
    sets = sets_available(variant_ids, warehouse_ids)
    return dict.fromkeys(variant_ids, 0) | dict(totals) | sets
