"""What is on its way: ordered from suppliers and not received, or between two warehouses."""

from collections.abc import Collection

from django.db.models import F, Q, QuerySet, Sum

from inventory.models import PurchaseLine, PurchaseOrder
from inventory.selectors.transfers import in_transit_to

OPEN = (PurchaseOrder.Status.CONFIRMED, PurchaseOrder.Status.PARTLY_RECEIVED)


def incoming(
    variant_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Pieces on their way by variant; 0 for those of which nothing comes."""
    totals = dict.fromkeys(variant_ids, 0)
    for (variant, _place), units in incoming_by_place(variant_ids, warehouse_ids).items():
        totals[variant] += units
    return totals


def incoming_by_place(
    variant_ids: Collection[int] | None = None, warehouse_ids: Collection[int] | None = None
) -> dict[tuple[int, int], int]:
    """Pieces on their way by (variant, warehouse), of purchases and transfers together."""
    rows = open_lines()
    if variant_ids is not None:
        rows = rows.filter(variant__in=list(variant_ids))
    if warehouse_ids is not None:
        rows = rows.filter(order__warehouse__in=list(warehouse_ids))
    found = rows.order_by().values_list("variant_id", "order__warehouse_id")
    coming = in_transit_to(variant_ids, warehouse_ids)
    for variant, place, units in found.annotate(n=Sum(F("quantity") - F("received"))):
        coming[variant, place] = coming.get((variant, place), 0) + units
    return coming


def open_lines() -> QuerySet[PurchaseLine]:
    """Lines of confirmed orders of which pieces are still to come."""
    return PurchaseLine.objects.filter(Q(order__status__in=OPEN) & Q(received__lt=F("quantity")))
