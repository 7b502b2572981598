"""Low stock is told once: an alert opens when a balance falls to its limit, not at each sale."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import StockLevel
from inventory.selectors.expired import with_available
from inventory.selectors.stock import LOW_STOCK, low_stock
from oms.kernel.actors import Actor
from oms.kernel.alerts import Crossing, Settled, alerts_lock, open_keys, settle_alerts

LOW = "stock.low"
WATCH = Actor.system("stock-watch")


def settle_low_stock(variant_ids: Collection[int] | None = None) -> Settled:
    """Open and close alerts of these variants, or of all, by what may still be promised.

    A repeat opens nothing: one alert per crossing.
    """
    if variant_ids is not None and _is_settled(variant_ids):
        return Settled([], [])
    with transaction.atomic():
        alerts_lock(LOW)
        rows = with_available(_low(variant_ids)).select_related("variant", "warehouse")
        return settle_alerts(
            LOW,
            [_crossing(level) for level in rows.order_by("id")],
            actor=WATCH,
            among=None if variant_ids is None else _keys(_levels(variant_ids)),
        )


def _levels(variant_ids: Collection[int] | None) -> QuerySet[StockLevel]:
    levels = StockLevel.objects.all()
    return levels if variant_ids is None else levels.filter(variant_id__in=list(variant_ids))


def _low(variant_ids: Collection[int] | None) -> QuerySet[StockLevel]:
    return _levels(variant_ids).filter(low_stock())


def _is_settled(variant_ids: Collection[int]) -> bool:
    """Most sales cross nothing: found out without a lock."""
    return set(_keys(_low(variant_ids))) == open_keys(LOW, _keys(_levels(variant_ids)))


def _keys(levels: QuerySet[StockLevel]) -> list[str]:
    return [
        f"{variant}:{warehouse}"
        for variant, warehouse in levels.values_list("variant_id", "warehouse_id")
    ]


def _crossing(level: StockLevel) -> Crossing:
    message = _("%(sku)s @ %(warehouse)s: còn bán được %(left)d, ngưỡng %(limit)d") % {
        "sku": level.variant.sku,
        "warehouse": level.warehouse.name,
        "left": level.available,
        "limit": LOW_STOCK,
    }
    return Crossing(
        key=f"{level.variant_id}:{level.warehouse_id}",
        message=message,
        permission="inventory.view_stock",
        url=reverse("inventory:stock_explain", args=[level.variant_id, level.warehouse_id]),
        place=("warehouse", level.warehouse_id),
        data={"variant_id": level.variant_id, "left": level.available, "limit": LOW_STOCK},
    )
