"""What is on its way: pieces of confirmed purchase orders and of transfers, not received yet."""

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
    variant_ids: Collection[int], warehouse_ids: Collection[int] | None = None
) -> dict[tuple[int, int], int]:
    """Pieces on their way by (variant, warehouse)."""
    rows = open_lines().filter(variant__in=list(variant_ids))
    if warehouse_ids is not None:
        rows = rows.filter(order__warehouse__in=list(warehouse_ids))
    found = rows.order_by().values_list("variant_id", "order__warehouse_id")
    units_at = in_transit_to(variant_ids, warehouse_ids)
    for variant, place, units in found.annotate(n=Sum(F("quantity") - F("received"))):
        units_at[variant, place] = units_at.get((variant, place), 0) + units
    return units_at


def open_lines() -> QuerySet[PurchaseLine]:
    """Lines of confirmed orders of which pieces are still to come."""
    return PurchaseLine.objects.filter(Q(order__status__in=OPEN) & Q(received__lt=F("quantity")))
